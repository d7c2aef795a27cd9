import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually, openRetailer, type Retailer } from "../harness/retailer.ts";

/**
 * W1, W3: the shipped workflow of orders with a fraud check before it: the order is held, another system is asked, its
 * answer decides; a doubtful one waits for a person, or for two days before its day.
 */
let shop: Retailer;
const asked: { id: string; body: Record<string, unknown> }[] = [];
let answerOf: (body: Record<string, unknown>) => { status: number; body: object };
const fraudDesk = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
    asked.push({ id: String(request.headers["webhook-id"]), body });
    const answer = answerOf(body);
    response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
  });
});
beforeAll(async () => {
  await new Promise<void>((resolve) => fraudDesk.listen(0, "127.0.0.1", resolve));
  shop = await openRetailer({ worker: true });
  await publish();
});
afterAll(async () => {
  await shop.audit();
  await shop.close();
  fraudDesk.closeAllConnections();
  await new Promise((resolve) => fraudDesk.close(resolve));
});

type Content = { states: Record<string, unknown> };

async function publish(): Promise<void> {
  const file = new URL("../../workflows/standard-delivery.order.json", import.meta.url);
  const content = JSON.parse(readFileSync(file, "utf8")) as Content;
  const created = content.states["created"] as { on: Record<string, unknown>; always: { target: string }[] };
  const { cancel, progressed } = created.on;
  const released = { target: "processing", actions: { type: "unhold", params: { reason: "fraudCheck" } } };
  created.always[0]!.target = "checking";
  content.states["checking"] = {
    meta: { label: "processing" },
    entry: [
      { type: "hold", params: { reason: "fraudCheck" } },
      { type: "createFulfillmentOrders" },
      {
        type: "callWebhook",
        params: {
          call: "fraudScore",
          url: `http://127.0.0.1:${(fraudDesk.address() as AddressInfo).port}/score`,
          data: { total: { cel: "order.total" } },
        },
      },
    ],
    on: {
      cancel,
      progressed,
      callSucceeded: [
        {
          target: "processing",
          guard: { type: "cel", params: { expression: "event.data.score < 50" } },
          actions: [
            { type: "setAttributes", params: { attributes: { risk: { cel: "event.data.score" } } } },
            { type: "unhold", params: { reason: "fraudCheck" } },
          ],
        },
        {
          target: "doubtful",
          actions: { type: "setAttributes", params: { attributes: { risk: { cel: "event.data.score" } } } },
        },
      ],
      callFailed: { target: "doubtful" },
    },
  };
  content.states["doubtful"] = {
    meta: { label: "processing" },
    entry: [
      { type: "emitEvent", params: { name: "fraudSuspected", data: { total: { cel: "order.total" } } } },
      { type: "sendMessage", params: { trigger: "delayed" } },
      {
        type: "raiseException",
        params: { kind: "fraudSuspected", reason: "The fraud desk doubts it.", ownerTeam: "fraud", deadline: "PT4H" },
      },
      { type: "waitUntil", params: { moment: "requestedFrom", offset: "-P2D", otherwise: "P30D" } },
    ],
    on: { cancel, progressed, waitOver: released },
  };
  const path = "/v1/documents/workflow/standard-order";
  await shop.admin.put(`${path}/draft`, { content });
  await shop.admin.post(`${path}/publish`, { note: "Fraud check" });
}

const order = (sku: string, wish?: string) =>
  shop.capture({
    fulfillmentChoices: [
      {
        id: "home",
        method: "delivery",
        address: { city: "Leeds", country: "GB", latitude: 53.8, longitude: -1.55 },
        ...(wish === undefined ? {} : { notBefore: wish }),
      },
    ],
    lines: [{ sku, quantity: 1, unitPrice: 4_200 }],
  });

const stateOf = async (id: string): Promise<string> => {
  const { rows } = await shop.database.pool.query<{ state: string }>(
    "select state from workflow.instances where entity_id = $1",
    [id],
  );
  return rows[0]!.state;
};
const until = (id: string, state: string) =>
  eventually(`the order is ${state}`, async () => (await stateOf(id)) === state, 8_000);
const factsOf = async (id: string) => {
  const { data } = await shop.admin.get<{ data: { type: string; data: Record<string, unknown> }[] }>(
    `/v1/orders/${id}/timeline`,
  );
  return data;
};

test("an order is held while another system is asked, and goes on by its answer", async () => {
  answerOf = () => ({ status: 200, body: { score: 12, trace: { of: "no interest" } } });
  asked.length = 0;
  const { id } = await order(await shop.sku({ leeds: 1 }));
  expect((await shop.order(id)).holds).toMatchObject([{ reason: "fraudCheck" }]);
  await until(id, "processing");
  const done = await shop.order(id);
  expect(done.attributes).toEqual({ risk: 12 });
  expect(done.metadata).toEqual({});
  expect(done.holds).toMatchObject([{ releasedBy: "system:calls" }]);
  expect(asked.map(({ body }) => body)).toMatchObject([{ call: "fraudScore", orderId: id, data: { total: 4_200 } }]);
  const facts = (await factsOf(id)).map(({ type }) => type);
  expect(facts).toEqual(expect.arrayContaining(["order.held", "order.callAnswered", "order.holdReleased"]));
});

test("a doubtful order tells others, has an owner, and waits until two days before its day", async () => {
  answerOf = () => ({ status: 200, body: { score: 80 } });
  const { id } = await order(await shop.sku({ leeds: 1 }), "2031-05-10T09:00:00Z");
  await until(id, "doubtful");
  const facts = await factsOf(id);
  expect(facts.find(({ type }) => type === "order.signaled")!.data).toMatchObject({
    name: "fraudSuspected",
    data: { total: 4_200 },
  });
  expect(facts.find(({ type }) => type === "order.messageRequested")!.data).toMatchObject({ trigger: "delayed" });
  expect(await shop.admin.list(`/v1/exceptions?kind=fraudSuspected&entityId=${id}`)).toMatchObject([
    { ownerTeam: "fraud" },
  ]);
  const { rows } = await shop.database.pool.query("select name, due_at from workflow.timers where entity_id = $1", [
    id,
  ]);
  expect(rows).toEqual([{ name: "waitOver", due_at: new Date("2031-05-08T09:00:00Z") }]);
  await shop.database.pool.query("update workflow.timers set due_at = now() where entity_id = $1", [id]);
  await until(id, "processing");
});

test("a receiver that is down is asked again with the same ID; its no is an answer", async () => {
  asked.length = 0;
  answerOf = () => (asked.length === 1 ? { status: 503, body: {} } : { status: 422, body: {} });
  const { id } = await order(await shop.sku({ leeds: 1 }));
  await until(id, "doubtful");
  expect(asked).toHaveLength(2);
  expect(new Set(asked.map((one) => one.id)).size).toBe(1);
});

test("an answer that comes when the order has gone on changes nothing", async () => {
  answerOf = () => ({ status: 503, body: {} });
  asked.length = 0;
  const { id } = await order(await shop.sku({ leeds: 1 }));
  await eventually("the desk was asked", async () => asked.length > 0, 5_000);
  await shop.admin.post(`/v1/orders/${id}/cancel`, { reason: "changed my mind" });
  answerOf = () => ({ status: 200, body: { score: 1 } });
  await eventually(
    "the job has ended",
    async () => {
      const { rows } = await shop.database.pool.query<{ state: string }>(
        "select state from platform.jobs where kind = 'workflowCall' and payload ->> 'orderId' = $1",
        [id],
      );
      return rows[0]!.state === "done";
    },
    8_000,
  );
  expect((await shop.order(id)).status).toBe("cancelled");
});

test("a workflow that forgets an outcome, or names what is not there, is not published", async () => {
  const { content } = await shop.admin.get<{ content: { states: Record<string, { on: object; entry: object }> } }>(
    "/v1/documents/workflow/standard-order/versions/2",
  );
  content.states["doubtful"]!.on = {};
  content.states["doubtful"]!.entry = [
    { type: "waitUntil", params: { moment: "someday" } },
    { type: "emitEvent", params: { name: "x", data: { y: { cel: "order.nothing" } } } },
  ];
  await shop.admin.put("/v1/documents/workflow/standard-order/draft", { content });
  const refused = await shop.admin.ask<{ code: string; errors: { pointer: string }[] }>(
    "POST",
    "/v1/documents/workflow/standard-order/publish",
    { note: "Wrong" },
  );
  expect(refused.body.errors.map(({ pointer }) => pointer)).toEqual(
    expect.arrayContaining(["/states/doubtful/entry/0/params/moment", "/states/doubtful/entry/1/params/data/y/cel"]),
  );
});
