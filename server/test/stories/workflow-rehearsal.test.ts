import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRetailer, type Retailer } from "../harness/retailer.ts";

/** X5: a draft is tried on a real order; each step's effect is shown, and nothing is written. */
let retailer: Retailer;

beforeAll(async () => {
  retailer = await openRetailer();
});
afterAll(() => retailer.close());

interface Rehearsed {
  steps: {
    entityType: string;
    step: string;
    events: { type: string }[];
    movements: { sku: string; location: string; kind: string; allocated: number }[];
    requests: { kind: string; name: string }[];
  }[];
  entities: {
    entityType: string;
    entityId: string;
    state: string;
    label: string;
    moves: { event: string; from: string | null; to: string }[];
    failure: string | null;
    guards: { from: string; to: string; guard: string; holds: boolean | null; values: object[] }[];
    timers: { event: string }[];
  }[];
}

interface Workflow {
  states: Record<string, { [part: string]: unknown }>;
  [field: string]: unknown;
}
const shipped = (file: string): Workflow =>
  JSON.parse(readFileSync(new URL(`../../workflows/${file}`, import.meta.url), "utf8")) as Workflow;

/** Expensive orders are reviewed first. */
function withReview(expression: string): Workflow {
  const workflow = shipped("standard-delivery.order.json");
  (workflow.states["created"]!["always"] as object[]).unshift({
    target: "review",
    guard: { type: "cel", params: { expression } },
  });
  workflow.states["review"] = {
    meta: { label: "confirmed", ignores: ["progressed"] },
    on: { approve: { target: "processing", meta: { userAction: { label: "Approve", permission: "orders:write" } } } },
    after: { 7200000: { target: "processing" } },
  };
  return workflow;
}

const rehearse = (body: object) => retailer.admin.post<Rehearsed>("/v1/workflows/rehearse", body);

async function everything(): Promise<object[]> {
  const { rows } = await retailer.database.pool.query<{ relname: string }>(
    `select n.nspname || '.' || relname as relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and n.nspname in ('orders', 'workflow', 'inventory', 'tasks', 'fulfillment') order by 1`,
  );
  return await Promise.all(
    rows.map(async ({ relname }) => {
      const counted = await retailer.database.pool.query(
        `select md5(string_agg(t::text, '' order by t::text)) from ${relname} t`,
      );
      return { relname, ...counted.rows[0] };
    }),
  );
}

async function capture(
  unitPrice: number,
): Promise<{ id: string; number: number; sku: string; fulfillmentOrder: string }> {
  const sku = await retailer.sku({ leeds: 5 });
  const { id, number, fulfillmentOrders } = await retailer.capture({ lines: [{ sku, quantity: 2, unitPrice }] });
  return { id, number, sku, fulfillmentOrder: fulfillmentOrders[0]!.id };
}

test("an order runs through a draft from its start, with what happens to it then; nothing is written", async () => {
  const { number, sku } = await capture(90_000);
  const before = await everything();
  const { steps, entities } = await rehearse({
    content: withReview("order.total > 100000"),
    order: String(number),
    from: "start",
    events: [{ type: "approve" }],
  });
  const [order, fulfillmentOrder] = entities;
  expect(order).toMatchObject({
    entityType: "order",
    state: "processing",
    label: "processing",
    moves: [
      { event: "start", from: null, to: "created" },
      { event: "start", from: "created", to: "review" },
      { event: "approve", from: "review", to: "processing" },
    ],
    failure: null,
  });
  expect(fulfillmentOrder).toMatchObject({ entityType: "fulfillmentOrder", state: "open.created" });
  expect(steps).toMatchObject([
    {
      step: "createFulfillmentOrders",
      events: [{ type: "fulfillmentOrder.created" }],
      movements: [{ sku, location: "leeds", kind: "allocation", allocated: 2 }],
    },
  ]);
  expect(await everything()).toEqual(before);
});

test("it runs from where it stands, tells timers and failures, and refuses what cannot be tried", async () => {
  const { id, fulfillmentOrder } = await capture(100);
  const cheap = await rehearse({
    content: withReview("order.metadata.risk > 5"),
    order: id,
    from: "start",
    events: [],
  });
  expect(cheap.entities[0]).toMatchObject({
    state: "created",
    failure: "No such key: risk, in order.metadata.risk > 5",
  });
  const waiting = await rehearse({ content: withReview("true"), order: id, from: "start", events: [] });
  expect(waiting.entities[0]!.timers.map(({ event }) => event)).toEqual(["xstate.after.7200000.standard-order.review"]);
  const content = shipped("delivery.fulfillment-order.json");
  const packed = await rehearse({
    content,
    order: id,
    fulfillmentOrder,
    events: [{ type: "startPicking" }, { type: "pack" }],
  });
  expect(packed.entities[0]).toMatchObject({ entityId: fulfillmentOrder, state: "open.packed", label: "packed" });

  const ask = (body: object) => retailer.admin.refused("/v1/workflows/rehearse", { order: id, events: [], ...body });
  expect(await ask({ content })).toBe("invalidInput");
  expect(await ask({ content: {} })).toBe("invalidInput");
  expect(await ask({ content: withReview("true"), order: "999999" })).toBe("notFound");
  const reader = await retailer.caller(["documents:read"]);
  expect(await reader.refused("/v1/workflows/rehearse", { content, order: id, events: [] })).toBe("forbidden");
});

test("it tells each guard that was asked with what it saw, and what steps ask of people, systems and the clock", async () => {
  const { id } = await capture(90_000);
  // The state to which it leads holds the order: what the guard saw was before that.
  const content = withReview("order.total > 100000 && order.units == 2 && !order.held");
  content.states["review"]!["entry"] = [
    { type: "hold", params: { reason: "fraudReview" } },
    {
      type: "openTask",
      params: { queue: "fraud", title: "Look at it", outcomes: [{ event: "approve", label: "Fine" }] },
    },
    { type: "waitUntil", params: { moment: "now", offset: "PT1H" } },
    { type: "callWebhook", params: { call: "score", url: "https://fraud.example/score" } },
  ];
  const before = await everything();
  const { steps, entities } = await rehearse({ content, order: id, from: "start", events: [{ type: "cancel" }] });
  expect(entities[0]!.guards[0]).toEqual({
    pointer: "/states/created/always/0",
    event: "start",
    from: "created",
    to: "review",
    guard: "order.total > 100000 && order.units == 2 && !order.held",
    holds: true,
    values: [
      { name: "order.total", value: 180_000 },
      { name: "order.units", value: 2 },
      { name: "order.held", value: false },
    ],
  });
  expect(entities[0]!.guards.map(({ from, guard }) => `${from} ${guard}`)).toEqual([
    ...new Set(entities[0]!.guards.map(({ from, guard }) => `${from} ${guard}`)),
  ]);
  expect(steps.slice(0, 4)).toMatchObject([
    { step: "hold", events: [{ type: "order.held" }], requests: [] },
    { step: "openTask", requests: [{ kind: "task", name: "Look at it" }] },
    { step: "waitUntil", requests: [{ kind: "wait", name: "waitOver" }] },
    { step: "callWebhook", requests: [{ kind: "call", name: "https://fraud.example/score" }] },
  ]);
  expect(await everything()).toEqual(before);
});
