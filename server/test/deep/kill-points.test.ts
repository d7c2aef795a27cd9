import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type MailServer, openMailServer } from "../harness/mail-server.ts";
import { eventually, openRetailer, type Retailer, SECRET_KEY } from "../harness/retailer.ts";
import { openSender, publishSource, type Sender } from "../inbound/sender.ts";
import { openReceiver, type Receiver } from "../webhooks/receiver.ts";

/** A round of work has about so many points; in each round a worker dies at another one. */
const POINTS = 50;
const ROUNDS = Math.min(POINTS, Number(process.env["ORRERY_DEEP_ROUNDS"] ?? POINTS));
const SEED = Number(process.env["ORRERY_TEST_SEED"] ?? Date.now() % 2_147_483_647);
/** That long nothing has to happen for a round to be over without a death. */
const ROUND_MS = 12_000;
const SCRIPT = fileURLToPath(new URL("../kill-points/killed-worker.ts", import.meta.url));

let shop: Retailer;
let post: MailServer;
let hook: Receiver;
let sender: Sender;
let fraudDesk: Server;
let sku: string;
const calls: { id: string; orderId: string }[] = [];
const orders: string[] = [];
const alive = new Set<ChildProcess>();

beforeAll(async () => {
  post = await openMailServer();
  hook = await openReceiver();
  shop = await openRetailer();
  fraudDesk = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { orderId } = JSON.parse(Buffer.concat(chunks).toString()) as { orderId: string };
      calls.push({ id: String(request.headers["webhook-id"]), orderId });
      response.writeHead(200, { "content-type": "application/json" }).end('{"score": 7}');
    });
  }).listen(0, "127.0.0.1");
  await once(fraudDesk, "listening");
  await publishWorkflow(`http://127.0.0.1:${(fraudDesk.address() as AddressInfo).port}/`);
  await shop.admin.post("/v1/webhooks", { url: hook.url, eventTypes: ["order.*", "task.*"] });
  await publishSource(shop, "desk", {
    signature: { scheme: "standardWebhooks" },
    toleranceSeconds: 300,
    event: { id: "/id", type: "/type" },
    fields: { order: "/order" },
    rules: [{ name: "told", when: "true", about: { entity: "order", by: "id", field: "order" }, event: "told" }],
  });
  sender = openSender(shop, "desk");
  sku = await shop.sku();
  // Webhooks are sent what happens from the moment on when a worker first follows the feed.
  const { child, died } = startWorker(0);
  await eventually(
    "the feed is followed",
    async () => (await rows("select from platform.consumers")).length === 2,
    30_000,
  );
  child.kill("SIGKILL");
  await died;
  await expireLeases();
});
afterAll(async () => {
  for (const child of alive) child.kill("SIGKILL");
  await sender.close();
  await shop.close();
  await Promise.all([post.close(), hook.close()]);
  fraudDesk.closeAllConnections();
  fraudDesk.close();
});

/** A call, a timer, a task that rises twice, an event of another system, a person's decision: one after the other. */
async function publishWorkflow(url: string): Promise<void> {
  const task = (title: string, event: string) => ({
    type: "openTask",
    params: { queue: "killed", title, outcomes: [{ event, label: event }] },
  });
  const label = (shown: string, ...ignores: string[]) => ({
    meta: { label: shown, ignores: ["progressed", ...ignores] },
  });
  const content = {
    id: "standard-order",
    version: "100",
    initial: "asking",
    meta: { entityType: "order", title: "Killed", receives: ["told"] },
    states: {
      asking: {
        ...label("created", "callFailed"),
        entry: [{ type: "callWebhook", params: { call: "score", url } }],
        on: { callSucceeded: { target: "waiting" } },
      },
      waiting: { ...label("confirmed"), after: { 200: { target: "reviewing" } } },
      reviewing: {
        ...label("processing"),
        entry: [task("Review", "approve"), { type: "sendMessage", params: { trigger: "delayed" } }],
        on: { told: { target: "deciding" }, approve: { target: "deciding" } },
      },
      deciding: {
        ...label("processing"),
        entry: [task("Decide", "decided")],
        on: { decided: { target: "complete", actions: [{ type: "performUnits" }] } },
      },
      complete: { type: "final", meta: { label: "complete" } },
    },
  };
  await publish("task-queue/killed", {
    title: "Killed",
    team: "fraud",
    due: "PT1H",
    escalations: [
      { after: "PT1S", team: "operations" },
      { after: "PT2S", alert: true },
    ],
  });
  await publish("workflow/standard-order", content);
  await publish("workflow-selection/order", {
    title: "All",
    entityType: "order",
    rules: [],
    otherwise: "standard-order",
  });
}

async function publish(path: string, content: object): Promise<void> {
  const { faults } = await shop.admin.put<{ faults: object[] }>(`/v1/documents/${path}/draft`, { content });
  expect(faults).toEqual([]);
  await shop.admin.post(`/v1/documents/${path}/publish`, { note: "Killed" });
}

function startWorker(killAt: number): { child: ChildProcess; died: Promise<string> } {
  const { url } = shop.database;
  const child = spawn(process.execPath, [SCRIPT, url, post.url, String(killAt), SECRET_KEY.toString("hex")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  alive.add(child);
  let said = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => (said += text));
  const died = once(child, "close").then(() => {
    alive.delete(child);
    return said.trim();
  });
  return { child, died };
}

async function rows<Row extends object>(sql: string): Promise<Row[]> {
  return (await shop.database.pool.query<Row>(sql)).rows;
}

const ORDERS_A_ROUND = 4;

/** New work of every kind, and the next step of what waits for somebody. */
async function addWork(): Promise<void> {
  for (let count = 0; count < ORDERS_A_ROUND; count++) {
    const order = await shop.capture({
      channel: "shop",
      type: "service",
      customer: { name: "Ada", email: `ada${orders.length}@customer.test` },
      lines: [{ sku, quantity: 1, unitPrice: 100 }],
    });
    orders.push(order.id);
  }
  await goOn();
}

const asked = new Set<string>();

async function goOn(): Promise<void> {
  for (const { id } of await rows<{ id: string }>(
    "select entity_id as id from workflow.instances i where state = 'reviewing' and (select max(level) from tasks.tasks where entity_id = i.entity_id) = 2",
  )) {
    // Who has not heard that it was taken says it again.
    expect((await sender.tell({ id: `told-${id}`, type: "told", order: id })).status).toBe(202);
    asked.add(id);
  }
  const decisions = await rows<{ id: string }>(
    "select id from tasks.tasks where title = 'Decide' and closed_at is null",
  );
  for (const { id } of decisions) await shop.admin.post(`/v1/tasks/${id}/complete`, { outcome: "decided" });
  // What has had six workers die on it is parked: its owner sees to it.
  const parked = await rows<{ id: string }>("select id from platform.jobs where state = 'parked'");
  if (parked.length > 0) await shop.admin.post("/v1/jobs/retry", { items: parked });
}

/** Nobody waits for the leases of the dead; the statements that take over do not know the difference. */
async function expireLeases(): Promise<void> {
  await shop.database.pool.query("update platform.jobs set lease_until = now() where state = 'running'");
  await shop.database.pool.query("update platform.leases set until = now()");
}

const STANDING = `select (select count(*) from workflow.instances where state <> 'complete')::int as orders,
  (select count(*) from platform.jobs where state <> 'done')::int as jobs,
  (select count(*) from platform.events) - (select position from platform.feed_state) as feed,
  (select count(*) from platform.consumers, platform.feed_state where consumers.position < feed_state.position)::int as consumers`;

test("a worker killed at every commit in turn loses nothing and does nothing twice (reliability 1)", async () => {
  const labels: string[] = [];
  const begun = performance.now();
  console.info(`ORRERY_TEST_SEED=${SEED}`);
  // In any order: who dies at the first points again and again gets nothing done, and what it had in hand is parked in the end.
  const points = fc.sample(
    fc.shuffledSubarray(
      Array.from({ length: POINTS }, (_, index) => index + 1),
      { minLength: ROUNDS, maxLength: ROUNDS },
    ),
    { seed: SEED, numRuns: 1 },
  )[0]!;
  for (const point of points) {
    const { child, died } = startWorker(point);
    await addWork();
    const label = await Promise.race([died, new Promise<null>((resolve) => setTimeout(resolve, ROUND_MS, null))]);
    if (label === null) {
      child.kill("SIGKILL");
      await died;
    } else labels.push(label);
    await expireLeases();
  }
  const { child, died } = startWorker(0);
  await eventually(
    "everything is done",
    async () => {
      await goOn();
      await shop.database.pool.query(
        "update platform.jobs set due_at = now() where state = 'waiting' and due_at > now()",
      );
      const [standing] = await rows<object>(STANDING);
      return Object.values(standing!).every((count) => Number(count) === 0);
    },
    120_000,
  ).catch(async (error: unknown) => {
    console.error(
      JSON.stringify(await rows(STANDING)),
      JSON.stringify(await rows("select kind, state, last_error, attempts from platform.jobs where state <> 'done'")),
    );
    throw error;
  });
  child.kill("SIGTERM");
  await died;
  const seconds = Math.round((performance.now() - begun) / 1_000);
  console.info(
    `${labels.length} deaths at ${new Set(labels).size} different points, ${orders.length} orders, ${seconds} s`,
  );
  console.info([...Map.groupBy(labels, (label) => label)].map(([label, all]) => `${all.length} × ${label}`).join("\n"));
  await expectOnce();
  await shop.audit();
  // Others die at the same points as often as those that do more work; but not all of them.
  expect(new Set(labels).size).toBeGreaterThanOrEqual(Math.min(10, ROUNDS / 4));
}, 1_500_000);

async function expectOnce(): Promise<void> {
  const histories = await rows<{ id: string; events: string[]; facts: string[] }>(
    `select o.id, array(select event from workflow.history h where h.entity_id = o.id order by entry) as events,
       array(select type from platform.events e where e.entity_id = o.id order by sequence) as facts from orders.orders o`,
  );
  expect(histories.map(({ id }) => id).sort()).toEqual([...orders].sort());
  for (const { id, events, facts } of histories) {
    const wait = "xstate.after.200.standard-order.waiting";
    expect([id, events]).toEqual([id, ["start", "callSucceeded", wait, "told", "decided"]]);
    for (const once of ["callAnswered", "messageRequested", "actionTaken", "unitsPerformed"])
      expect([id, once, facts.filter((type) => type === `order.${once}`).length]).toEqual([id, once, 1]);
  }
  await expectTasksOnce();
  await expectMessagesOnce();
  expectCallsOnce();
  await expectDeliveries();
  expect(await rows("select from tasks.exceptions where closed_at is null")).toEqual([]);
}

async function expectTasksOnce(): Promise<void> {
  const told = await rows<{ title: string; order: string; types: string[] }>(
    `select t.title, t.root_id as order, array(select e.type || coalesce(' ' || (e.data ->> 'level'), '') from platform.events e
       where e.entity_id = t.id order by sequence) as types from tasks.tasks t`,
  );
  expect(told.length).toBe(orders.length * 2);
  for (const { title, types } of told.filter((task) => task.title === "Review")) {
    const levels = types.filter((type) => type.startsWith("task.escalated"));
    expect([title, types]).toEqual([title, ["task.opened", ...levels, "task.withdrawn"]]);
    expect([["task.escalated 1", "task.escalated 2"], ["task.escalated 2"]]).toContainEqual(levels);
  }
  for (const { types } of told.filter((task) => task.title === "Decide"))
    expect(types.filter((type) => !type.startsWith("task.escalated"))).toEqual(["task.opened", "task.completed"]);
}

/** A mail may come more often than once when its taking was not recorded; then it is the same one. */
async function expectMessagesOnce(): Promise<void> {
  const outbox = await rows<{ trigger: string; order_id: string; state: string; id: string }>(
    "select id, trigger, order_id, state from messages.outbox",
  );
  const byOrder = Map.groupBy(outbox, ({ order_id }) => order_id);
  const idsOf = (to: string) =>
    new Set(post.mails.filter((mail) => mail.to.includes(to)).map(({ headers }) => headers.get("message-id")));
  for (const [index, id] of orders.entries()) {
    const messages = byOrder.get(id)!;
    expect(messages.map(({ state }) => state)).toEqual(messages.map(() => "sent"));
    expect(new Set(messages.map(({ trigger }) => trigger)).size).toBe(messages.length);
    expect(messages.length).toBeGreaterThanOrEqual(2);
    expect(idsOf(`ada${index}@customer.test`).size).toBe(messages.length);
  }
}

function expectCallsOnce(): void {
  for (const id of orders) {
    const ids = new Set(calls.filter(({ orderId }) => orderId === id).map((call) => call.id));
    expect([id, ids.size]).toEqual([id, 1]);
  }
}

/** Every event came, those of an entity in their order; what came again has the same ID. */
async function expectDeliveries(): Promise<void> {
  const events = await rows<{ name: string }>(
    "select entity_id || '/' || sequence as name from platform.events where entity_type in ('order', 'task')",
  );
  const first = [...new Set(hook.taken())];
  expect(first.toSorted()).toEqual(events.map(({ name }) => name).toSorted());
  const last = new Map<string, number>();
  for (const name of first) {
    const [subject, sequence] = name.split("/") as [string, string];
    expect(Number(sequence)).toBe((last.get(subject) ?? 0) + 1);
    last.set(subject, Number(sequence));
  }
  const ids = Map.groupBy(hook.received, ({ event }) => `${event.subject}/${event.sequence}`);
  for (const copies of ids.values()) expect(new Set(copies.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
}
