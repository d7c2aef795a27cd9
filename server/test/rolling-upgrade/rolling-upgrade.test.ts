import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Caller, callerOf } from "../harness/caller.ts";
import { eventually, type OrderAnswer, openRetailer, type Retailer, SECRET_KEY } from "../harness/retailer.ts";

/**
 * Reliability 15, N6: this release with all its workers, and beside it one that has a step more and publishes a workflow
 * with it. Whoever does not understand an order leaves it alone.
 */
let older: Retailer;
let newer: Caller;
let child: ChildProcess;
let desk: Server;
let sku: string;
const calls: string[] = [];

beforeAll(async () => {
  older = await openRetailer({ worker: true });
  desk = createServer((request, response) => {
    calls.push(String(request.headers["webhook-id"]));
    response.end("{}");
  }).listen(0, "127.0.0.1");
  await once(desk, "listening");
  sku = await older.sku({ leeds: 1_000 });
  const script = fileURLToPath(new URL("newer-release.ts", import.meta.url));
  child = spawn(process.execPath, [script, older.database.url, SECRET_KEY.toString("hex")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [address] = (await once(child.stdout!.setEncoding("utf8"), "data")) as [string];
  newer = callerOf(address.trim(), older.admin.key);
  await publishStamped(`http://127.0.0.1:${(desk.address() as AddressInfo).port}/`);
  // A second server comes up in a process of its own, which takes long where many share the cores.
}, 180_000);
afterAll(async () => {
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
  await newer.close();
  // What this release does not understand it has logged, and nothing else.
  await older.close().catch((error: Error) => expect(error.message).not.toContain('"level":50'));
  desk.closeAllConnections();
  desk.close();
});

/** Orders are stamped when they are captured, ask another system, and wait a moment for it and for a timer. */
async function publishStamped(url: string): Promise<void> {
  const file = new URL("../../workflows/standard-delivery.order.json", import.meta.url);
  const content = JSON.parse(readFileSync(file, "utf8")) as { states: Record<string, object> };
  const created = content.states["created"] as { always: { target: string }[]; on: object };
  created.always[0]!.target = "asking";
  content.states["asking"] = {
    meta: { label: "processing", ignores: ["callFailed"] },
    entry: [
      { type: "createFulfillmentOrders" },
      { type: "stamp" },
      { type: "callWebhook", params: { call: "ask", url } },
    ],
    on: { ...created.on, callSucceeded: { target: "resting" } },
  };
  content.states["resting"] = {
    meta: { label: "processing" },
    entry: [{ type: "stamp" }],
    after: { 100: { target: "processing" } },
    on: created.on,
  };
  const path = "/v1/documents/workflow/standard-order";
  await newer.put(`${path}/draft`, { content });
  await newer.post(`${path}/publish`, { note: "With the step of the next release" });
}

let captured = 0;
const draft = (more: object = {}): object => ({
  channel: "web",
  externalReference: `U-${captured++}`,
  fulfillmentChoices: [
    { id: "home", method: "delivery", address: { city: "Leeds", country: "GB", latitude: 53.8, longitude: -1.55 } },
  ],
  lines: [{ sku, quantity: 1, unitPrice: 100 }],
  ...more,
});
const capture = (caller: Caller): Promise<OrderAnswer> => caller.post("/v1/orders", draft());

async function historyOf(id: string): Promise<string[]> {
  const { rows } = await older.database.pool.query<{ event: string }>(
    "select event from workflow.history where entity_id = $1 order by entry",
    [id],
  );
  return rows.map(({ event }) => event);
}

test("the older release goes on with the last version that it understands, beside the newer one", async () => {
  const before = await capture(older.admin);
  expect(await historyOf(before.id)).toEqual(["start"]);
  await older.admin.post(`/v1/orders/${before.id}/cancel`, { reason: "r" });
  const started = await capture(newer);
  await newer.post(`/v1/orders/${started.id}/cancel`, { reason: "r" });
  expect((await older.order(started.id)).status).toBe("cancelled");
});

test("timers and answers of other systems reach orders of the newer release once, whichever process takes them up", async () => {
  const orders = await Promise.all(Array.from({ length: 12 }, () => capture(newer)));
  for (const { id } of orders) {
    const history = ["start", "callSucceeded", "xstate.after.100.standard-order.resting"];
    // The older release may come to a call first, which it leaves for two seconds.
    await eventually("it went on", async () => (await historyOf(id)).length === 3, 60_000);
    expect(await historyOf(id)).toEqual(history);
  }
  // Who could not take the answer has not asked for it.
  expect(calls.length).toBeGreaterThanOrEqual(12);
  expect(new Set(calls).size).toBe(calls.length);
}, 90_000);

test("an order that the rules give to a workflow of the newer release alone is left to it; others are taken (N6)", async () => {
  const url = new URL("../../workflows/standard-delivery.order.json", import.meta.url);
  const content = JSON.parse(readFileSync(url, "utf8")) as {
    id: string;
    initial: string;
    states: Record<string, object>;
  };
  const text = JSON.stringify(content).replaceAll(`#${content.id}.`, "#stamped-order.");
  const stamped = { ...(JSON.parse(text) as typeof content), id: "stamped-order" };
  stamped.states[stamped.initial] = { ...stamped.states[stamped.initial], entry: [{ type: "stamp" }] };
  await newer.put("/v1/documents/workflow/stamped-order/draft", { content: stamped });
  await newer.post("/v1/documents/workflow/stamped-order/publish", { note: "Only the next release has it" });
  const rules = "/v1/documents/workflow-selection/order";
  const shipped = new URL("../../workflow-selections/order.json", import.meta.url);
  const { version: _version, ...selection } = JSON.parse(readFileSync(shipped, "utf8")) as {
    version: string;
    rules: object[];
  };
  const when = 'has(order.metadata.stamped) && order.metadata.stamped == "yes"';
  const rule = { name: "Stamped", when, workflow: "stamped-order" };
  // A condition that this release does not understand, of which it sees that most orders are not meant.
  const strange = { name: "Wanted", when: "has(order.metadata.wanted) && order.wantsStamp", workflow: "stamped-order" };
  await newer.put(`${rules}/draft`, { content: { ...selection, rules: [rule, strange, ...selection.rules] } });
  await newer.post(`${rules}/publish`, { note: "Stamp some" });
  const wanted = () => draft({ metadata: { stamped: "yes" } });
  const alsoWanted = () => draft({ metadata: { wanted: "stamp" } });
  const known = async (): Promise<boolean> => {
    const [answer, other, plain] = await Promise.all([
      older.admin.ask<{ code: string }>("POST", "/v1/orders", wanted()),
      older.admin.ask<{ code: string }>("POST", "/v1/orders", alsoWanted()),
      older.admin.ask("POST", "/v1/orders", draft()),
    ]);
    expect(plain.status).toBe(201);
    return [answer, other].every(({ status, body }) => status === 503 && body.code === "newerRelease");
  };
  await eventually("the older release knows the rule", known, 30_000);
  const signaled = "select from platform.events where type = 'order.signaled' and entity_id = $1";
  for (const order of [wanted(), alsoWanted()]) {
    const { id } = await newer.post<OrderAnswer>("/v1/orders", order);
    expect((await older.database.pool.query(signaled, [id])).rowCount).toBe(1);
  }
}, 60_000);

test("who asks the older release is told to ask again, and the newer one does it; nobody is told of a fault", async () => {
  const { id } = await capture(newer);
  const answer = await older.admin.ask<{ code: string }>("POST", `/v1/orders/${id}/holds`, { reason: "doubt" });
  expect([answer.status, answer.body.code]).toEqual([503, "newerRelease"]);
  await newer.post(`/v1/orders/${id}/holds`, { reason: "doubt" });
  await eventually("it went on", async () => (await historyOf(id)).length === 3, 60_000);
  const { rows } = await older.database.pool.query("select kind, reason from tasks.exceptions");
  expect(rows).toEqual([]);
  const parked = await older.database.pool.query("select from platform.jobs where state = 'parked'");
  expect(parked.rowCount).toBe(0);
  await older.audit();
}, 90_000);
