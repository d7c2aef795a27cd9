import { readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually, openRetailer, type Retailer } from "../harness/retailer.ts";

/** W5: calls of workflows are signed, wait as long as they are asked to, and are people's business when they are given up. */
let shop: Retailer;
let url: string;
const asked: { headers: IncomingHttpHeaders; body: string }[] = [];
let answer: (response: ServerResponse) => void;
const desk = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    asked.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    answer(response);
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => desk.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(desk.address() as AddressInfo).port}/vendor`;
  shop = await openRetailer({ worker: true });
  const file = new URL("../../workflows/standard-delivery.order.json", import.meta.url);
  const content = JSON.parse(readFileSync(file, "utf8")) as { states: Record<string, Record<string, unknown>> };
  const created = content.states["created"] as { on: object; always: { target: string }[] };
  created.always[0]!.target = "asking";
  content.states["asking"] = {
    meta: { label: "processing", ignores: ["callFailed"] },
    entry: [{ type: "createFulfillmentOrders" }, { type: "callWebhook", params: { call: "ask", url } }],
    after: { 86400000: { target: "processing" } },
    on: { ...created.on, callSucceeded: { target: "processing" } },
  };
  await shop.admin.put("/v1/documents/workflow/standard-order/draft", { content });
  await shop.admin.post("/v1/documents/workflow/standard-order/publish", { note: "Ask" });
});
afterAll(async () => {
  await shop.audit();
  await shop.close();
  desk.closeAllConnections();
  await new Promise((resolve) => desk.close(resolve));
});

const capture = async (): Promise<string> => {
  const sku = await shop.sku({ leeds: 1 });
  return (await shop.capture({ lines: [{ sku, quantity: 1, unitPrice: 100 }] })).id;
};
const jobOf = async (orderId: string) => {
  const { rows } = await shop.database.pool.query<{ id: string; state: string; attempts: number; due_at: Date }>(
    "select id, state, attempts, due_at from platform.jobs where kind = 'workflowCall' and payload ->> 'orderId' = $1",
    [orderId],
  );
  return rows[0]!;
};
const stateOf = async (id: string): Promise<string> => (await shop.order(id)).state;
const parked = (id: string) =>
  eventually(
    "the call is parked",
    async () => {
      await shop.database.pool.query(
        "update platform.jobs set due_at = now() where state = 'waiting' and kind = 'workflowCall'",
      );
      const job = await jobOf(id);
      return job.state === "parked" && job;
    },
    15_000,
  );

test("a call is signed as Standard Webhooks say, with the secret of its host, again and again with one ID", async () => {
  asked.length = 0;
  answer = (response) => response.writeHead(asked.length === 1 ? 503 : 200).end("{}");
  const id = await capture();
  await eventually("it was asked twice", async () => asked.length === 2, 8_000);
  const { secrets } = await shop.admin.get<{ secrets: string[] }>(
    `/v1/workflow-calls/secrets?url=${encodeURIComponent(url)}`,
  );
  const [other] = (
    await shop.admin.get<{ secrets: string[] }>(
      `/v1/workflow-calls/secrets?url=${encodeURIComponent("https://other.example/")}`,
    )
  ).secrets;
  for (const { headers, body } of asked) {
    expect(new Webhook(secrets[0]!).verify(body, headers as Record<string, string>)).toMatchObject({ orderId: id });
    expect(() => new Webhook(other!).verify(body, headers as Record<string, string>)).toThrow("signature");
  }
  expect(new Set(asked.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  await eventually("the order goes on", async () => (await stateOf(id)) === "processing", 5_000);
});

test("only addresses that can be called have secrets, and who has looked at them is in the audit trail", async () => {
  const path = (address: string) => `/v1/workflow-calls/secrets?url=${encodeURIComponent(address)}`;
  for (const address of [
    "http://a:99999/",
    "https:",
    "http://256.256.256.256/",
    "a:b",
    "file:///etc/hosts",
    "ftp://a.example/",
  ])
    expect((await shop.admin.ask("GET", path(address))).status, address).toBe(422);
  await shop.admin.get(path("https://seen.example:8443/score"));
  const { rows } = await shop.database.pool.query<{ details: object }>(
    "select details from platform.audit_log where action = 'readWorkflowCallSecrets' and details ->> 'host' like '%seen%'",
  );
  expect(rows).toEqual([{ details: { host: "https://seen.example:8443" } }]);
});

test("a receiver that asks for time gets it, up to an hour", async () => {
  asked.length = 0;
  answer = (response) => response.writeHead(429, { "retry-after": "86400" }).end();
  const id = await capture();
  const job = await eventually(
    "it waits",
    async () => {
      const one = await jobOf(id);
      return asked.length === 1 && one.state === "waiting" && one;
    },
    8_000,
  );
  expect(job.due_at.getTime() - Date.now()).toBeGreaterThan(3_500_000);
  expect(job.due_at.getTime() - Date.now()).toBeLessThan(3_700_000);
  await shop.admin.post(`/v1/orders/${id}/cancel`, { reason: "r" });
});

test("a call that is given up is an exception; tried again, its answer moves the workflow", async () => {
  answer = (response) => response.writeHead(500).end();
  const id = await capture();
  const job = await parked(id);
  const open = () => shop.admin.list<{ ownerTeam: string; dueAt: string }>(`/v1/exceptions?entityId=${job.id}`);
  expect(await open()).toMatchObject([{ kind: "jobParked", ownerTeam: "operations" }]);
  expect(await stateOf(id)).toBe("asking");
  answer = (response) => response.writeHead(200).end("{}");
  await shop.admin.post("/v1/jobs/retry", { items: [{ id: job.id }] });
  await eventually("the order goes on", async () => (await stateOf(id)) === "processing", 5_000);
  expect(await open()).toEqual([]);
});

test("skipped with a reason it is nobody's business any more, and the workflow goes on by its own timer", async () => {
  answer = (response) => response.writeHead(500).end();
  const id = await capture();
  const job = await parked(id);
  await shop.admin.post("/v1/jobs/skip", { items: [{ id: job.id, reason: "Told by telephone." }] });
  expect(await shop.admin.list(`/v1/exceptions?entityId=${job.id}`)).toEqual([]);
  expect(await stateOf(id)).toBe("asking");
  await shop.database.pool.query("update workflow.timers set due_at = now() where entity_id = $1", [id]);
  await eventually("the order goes on", async () => (await stateOf(id)) === "processing", 5_000);
});
