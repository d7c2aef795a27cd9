import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callJobKind, fireTimers } from "../../src/orders/public.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { startJobWorker } from "../../src/platform/jobs/run-jobs.ts";
import { escalateExceptions, escalateTasks, reportParkedJobs } from "../../src/tasks/public.ts";
import { type FrozenClock, freezeClock } from "../harness/frozen-clock.ts";
import { eventually, openRetailer, type Retailer } from "../harness/retailer.ts";

/** Reliability 4: the clock of server and database jumps forwards by days and backwards by hours. */
let shop: Retailer;
let clock: FrozenClock;
let desk: Server;
let worker: { stop(): Promise<void> };
let sku: string;
/** How often the other system was asked about an order; it answers the fourth time. */
const asked = new Map<string, number>();

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

beforeAll(async () => {
  shop = await openRetailer({ prepare: async (database) => void (clock = await freezeClock(database)) });
  desk = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { orderId } = JSON.parse(Buffer.concat(chunks).toString()) as { orderId: string };
      const times = 1 + (asked.get(orderId) ?? 0);
      asked.set(orderId, times);
      response.writeHead(times < 4 ? 503 : 200).end("{}");
    });
  });
  desk.listen(0, "127.0.0.1");
  await once(desk, "listening");
  sku = await shop.sku({ leeds: 1_000 });
  await publish();
  const { database, outbound, secrets, changeOrder } = shop.application;
  const log = pino({ level: "error" });
  const kinds = [callJobKind({ database, outbound, secrets, clock: systemClock, changeOrder, left: () => [] })];
  worker = startJobWorker({ database, log, kinds, reports: reportParkedJobs, pollMs: 20 });
});
afterAll(async () => {
  await worker.stop();
  await shop.audit();
  clock.release();
  await shop.close();
  desk.closeAllConnections();
  desk.close();
});

async function publish(): Promise<void> {
  const task = {
    type: "openTask",
    params: { queue: "jumps", title: "Look", outcomes: [{ event: "seen", label: "Seen" }] },
  };
  const call = {
    type: "callWebhook",
    params: { call: "ask", url: `http://127.0.0.1:${(desk.address() as AddressInfo).port}/` },
  };
  const wait = { type: "waitUntil", params: { moment: "now", offset: "PT2H" } };
  const leave = { cancel: { target: ".cancelled", actions: [{ type: "cancelUnits" }] } };
  const label = { label: "processing", ignores: ["progressed", "callFailed", "seen", "waitOver"] };
  await put("task-queue/jumps", {
    title: "Jumps",
    team: "desk",
    due: "P3D",
    escalations: [
      { after: "PT4H", team: "operations" },
      { after: "P1D", priority: 90 },
      { after: "P2D", alert: true },
    ],
  });
  await put("workflow/standard-order", {
    id: "standard-order",
    version: "100",
    initial: "reviewing",
    meta: { entityType: "order", title: "Jumps" },
    on: leave,
    states: {
      reviewing: {
        meta: label,
        entry: [{ type: "createFulfillmentOrders" }, task, wait],
        on: { waitOver: { actions: [{ type: "emitEvent", params: { name: "waited" } }] } },
        after: { [5 * DAY]: { target: "asking" } },
      },
      asking: {
        meta: label,
        entry: [call],
        on: { callSucceeded: { target: "resting" } },
        after: { [9 * DAY]: { target: "resting" } },
      },
      resting: { meta: label, after: { [DAY]: { target: "cancelled", actions: [{ type: "cancelUnits" }] } } },
      cancelled: { type: "final", meta: { label: "cancelled" } },
    },
  });
}

async function put(path: string, content: object): Promise<void> {
  const { faults } = await shop.admin.put<{ faults: object[] }>(`/v1/documents/${path}/draft`, { content });
  expect(faults).toEqual([]);
  await shop.admin.post(`/v1/documents/${path}/publish`, { note: "Jumps" });
}

const capture = async (): Promise<string> => (await shop.capture({ lines: [{ sku, quantity: 1, unitPrice: 100 }] })).id;

/** Two workers look, each as often as there is something. */
async function move(milliseconds: number): Promise<void> {
  await clock.move(shop.database, milliseconds);
  const { database, changeOrder, planEscalation } = shop.application;
  const look = async (): Promise<void> => {
    while ((await fireTimers(database, changeOrder)) > 0);
    while (await escalateTasks(database));
    while (await escalateExceptions(database, planEscalation));
  };
  await Promise.all([look(), look()]);
}

async function seen(id: string): Promise<{ events: string[]; signals: number; levels: string[]; state: string }> {
  const { rows } = await shop.database.pool.query<Awaited<ReturnType<typeof seen>>>(
    `select i.state, array(select event from workflow.history h where h.entity_id = i.entity_id order by entry) as events,
       (select count(*)::int from platform.events e where e.entity_id = i.entity_id and e.type = 'order.signaled') as signals,
       array(select e.data ->> 'level' from platform.events e join tasks.tasks t on t.id = e.entity_id
         where t.root_id = i.entity_id and e.type = 'task.escalated' order by e.sequence) as levels
     from workflow.instances i where i.entity_id = $1`,
    [id],
  );
  return rows[0]!;
}

const LEFT = `xstate.after.${5 * DAY}.standard-order.reviewing`;

test("a timer fires once when its time has come, and a clock that goes back does not bring it again", async () => {
  const id = await capture();
  await move(HOUR);
  expect((await seen(id)).signals).toBe(0);
  await move(HOUR);
  expect((await seen(id)).signals).toBe(1);
  for (const jump of [-90 * MINUTE, 100 * MINUTE, -2 * HOUR, 3 * HOUR]) {
    await move(jump);
    expect(await seen(id)).toMatchObject({ signals: 1, events: ["start"], state: "reviewing" });
  }
});

test("a clock that went back delays timers and loses none", async () => {
  const id = await capture();
  await move(-3 * HOUR);
  await move(4 * HOUR);
  expect((await seen(id)).signals).toBe(0);
  await move(HOUR);
  expect(await seen(id)).toMatchObject({ signals: 1, state: "reviewing" });
});

test("a jump over several timers fires each that still counts, the earlier first", async () => {
  const id = await capture();
  await move(6 * DAY);
  expect(await seen(id)).toMatchObject({ signals: 1, events: ["start", LEFT] });
});

test("tasks rise level by level, each once, whatever the clock does meanwhile", async () => {
  const id = await capture();
  await move(4 * HOUR);
  expect((await seen(id)).levels).toEqual(["1"]);
  for (const jump of [-3 * HOUR, 3 * HOUR, 19 * HOUR]) {
    await move(jump);
    expect((await seen(id)).levels).toEqual(["1"]);
  }
  await move(HOUR);
  expect((await seen(id)).levels).toEqual(["1", "2"]);
  await move(-DAY);
  await move(2 * DAY);
  expect((await seen(id)).levels).toEqual(["1", "2", "3"]);
});

test("after a jump over all levels a task stands at the last one, told once, with what each level said", async () => {
  const id = await capture();
  await move(3 * DAY);
  expect((await seen(id)).levels).toEqual(["3"]);
  const [task] = await shop.admin.list<{ team: string; priority: number; level: number }>(`/v1/tasks?order=${id}`);
  expect(task).toMatchObject({ team: "operations", priority: 90, level: 3 });
});

/** Until it has been asked so often, and the call waits for its next try. */
async function triedTimes(id: string, times: number): Promise<void> {
  await eventually(
    `it was asked ${times} times`,
    async () => {
      const { rows } = await shop.database.pool.query<{ attempts: number }>(
        "select attempts from platform.jobs where kind = 'workflowCall' and state = 'waiting' and payload ->> 'orderId' = $1",
        [id],
      );
      return rows[0]?.attempts === times && asked.get(id) === times;
    },
    10_000,
  );
}

test("retries go on after the clock went back or jumped ahead; the answer is taken once", async () => {
  const id = await capture();
  await move(5 * DAY);
  await triedTimes(id, 1);
  await move(-12 * HOUR);
  await move(12 * HOUR + MINUTE);
  await triedTimes(id, 2);
  await move(DAY);
  await triedTimes(id, 3);
  await move(HOUR);
  await eventually("it goes on", async () => (await seen(id)).state === "resting", 10_000);
  expect([asked.get(id), (await seen(id)).events]).toEqual([4, ["start", LEFT, "callSucceeded"]]);
  await move(DAY);
  expect((await seen(id)).state).toBe("cancelled");
});
