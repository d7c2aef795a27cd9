import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRetailer, type Retailer } from "../harness/retailer.ts";

/** W1: what happens to an order depends on conditions that a business user writes and publishes. */
let retailer: Retailer;

beforeAll(async () => {
  retailer = await openRetailer();
});
afterAll(() => retailer.close());

interface Workflow {
  states: Record<string, { [part: string]: unknown }>;
  [field: string]: unknown;
}

const shipped = (): Workflow =>
  JSON.parse(
    readFileSync(new URL("../../workflows/standard-delivery.order.json", import.meta.url), "utf8"),
  ) as Workflow;
const PATH = "/v1/documents/workflow/standard-order";

/** Orders for which the condition holds wait for a person before anything is told to a location. */
async function reviewWhen(expression: string): Promise<void> {
  const content = shipped();
  const created = content.states["created"]! as { always: object[] };
  created.always.unshift({ target: "review", guard: { type: "cel", params: { expression } } });
  content.states["review"] = {
    meta: { label: "confirmed", ignores: ["progressed"] },
    on: {
      approve: { target: "processing", meta: { userAction: { label: "Approve", permission: "orders:write" } } },
      cancel: { target: "cancelled", actions: { type: "cancelUnits" } },
    },
    // Nobody waits without a deadline.
    after: { 86400000: { target: "processing" } },
  };
  await retailer.admin.put(`${PATH}/draft`, { content });
  await retailer.admin.post(`${PATH}/publish`, { note: expression });
}

interface Given {
  unitPrice?: number;
  tier?: string;
  metadata?: Record<string, unknown>;
  attributes?: Record<string, unknown>;
  channel?: string;
}

async function capture({ unitPrice = 100, tier, metadata, attributes, channel = "web" }: Given): Promise<string> {
  const sku = await retailer.sku({ leeds: 5 });
  const { id } = await retailer.capture({
    channel,
    customer: tier === undefined ? {} : { tier },
    ...(metadata === undefined ? {} : { metadata }),
    lines: [{ sku, quantity: 1, unitPrice, ...(attributes === undefined ? {} : { attributes }) }],
  });
  return id;
}

const stateOf = async (id: string): Promise<string> => (await retailer.order(id)).state;

test("a condition over total, tier, channel, lines and what the channel said decides where an order goes", async () => {
  await reviewWhen(
    'order.total > 100000 && order.customerTier != "gold" || order.channel == "shop" || order.lines.exists(l, has(l.attributes.engrave)) || has(order.metadata.risk) && order.metadata.risk > 80',
  );
  expect(await stateOf(await capture({}))).toBe("processing");
  expect(await stateOf(await capture({ unitPrice: 200_000 }))).toBe("review");
  expect(await stateOf(await capture({ unitPrice: 200_000, tier: "gold" }))).toBe("processing");
  expect(await stateOf(await capture({ channel: "shop" }))).toBe("review");
  expect(await stateOf(await capture({ attributes: { engrave: "A.O." } }))).toBe("review");
  expect(await stateOf(await capture({ metadata: { risk: 90 } }))).toBe("review");
  expect(await stateOf(await capture({ metadata: { risk: 10 } }))).toBe("processing");
  await retailer.audit();
});

test("a condition that does not know what it needs parks the order, with an owner; the order is there all the same", async () => {
  await reviewWhen("order.metadata.risk > 80");
  const id = await capture({});
  expect(await stateOf(id)).toBe("created");
  const exceptions = await retailer.admin.list<{ kind: string; entityId: string; reason: string; ownerTeam: string }>(
    "/v1/exceptions",
  );
  expect(exceptions.find(({ entityId }) => entityId === id)).toMatchObject({
    kind: "workflowFailed",
    reason: expect.stringContaining("No such key: risk"),
    ownerTeam: "operations",
  });
  // What does not need it goes on: the order can be cancelled.
  await retailer.admin.post(`/v1/orders/${id}/cancel`, { reason: "parked" });
  expect(await stateOf(id)).toBe("cancelled");
  await retailer.audit();
});

test("a condition on what happens is asked with it; one that throws refuses and changes nothing", async () => {
  const content = shipped();
  const waiting = content.states["waitingForStock"]! as { on: Record<string, object> };
  waiting.on["cancel"] = {
    guard: { type: "cel", params: { expression: 'event.data.reason != "no" && order.metadata.open' } },
    actions: { type: "cancelUnits" },
  };
  await retailer.admin.put(`${PATH}/draft`, { content });
  await retailer.admin.post(`${PATH}/publish`, { note: "event", options: { mapping: { review: "processing" } } });
  const captureWaiting = async (metadata: object): Promise<string> => {
    const sku = await retailer.sku();
    const order = { channel: "shop", metadata: { ...metadata }, lines: [{ sku, quantity: 1, unitPrice: 1 }] };
    return (await retailer.capture(order)).id;
  };
  const open = await captureWaiting({ open: true });
  expect(await retailer.admin.refused(`/v1/orders/${open}/cancel`, { reason: "no" })).toBe("transitionNotAllowed");
  await retailer.admin.post(`/v1/orders/${open}/cancel`, { reason: "yes" });
  expect(await stateOf(open)).toBe("cancelled");
  const unknown = await captureWaiting({});
  expect(await retailer.admin.refused(`/v1/orders/${unknown}/cancel`, { reason: "yes" })).toBe("workflowFailed");
  expect(await stateOf(unknown)).toBe("waitingForStock");
  await retailer.audit();
});

test("a workflow with a condition that is wrong is not published, and says where and why", async () => {
  const content = shipped();
  (content.states["created"]! as { always: object[] }).always.unshift({
    target: "processing",
    guard: { type: "cel", params: { expression: "order.chanel == 'web'" } },
  });
  const draft = await retailer.admin.put<{ faults: object[] }>(`${PATH}/draft`, { content });
  expect(draft.faults).toEqual([
    {
      pointer: "/states/created/always/0/guard/params/expression",
      message: expect.stringContaining("there is no chanel here; there are number, externalReference"),
    },
  ]);
  expect(await retailer.admin.refused(`${PATH}/publish`, { note: "x" })).toBe("faultyDraft");
});

test("an editor is told all that conditions, steps and events may be", async () => {
  interface Described {
    name: string;
    conditions: { types: { name: string; fields: { name: string }[] }[] };
    steps: { name: string; emits: string[] }[];
    events: { name: string }[];
  }
  const { data } = await retailer.admin.get<{ data: Described[] }>("/v1/workflow-entity-types");
  const order = data.find(({ name }) => name === "order")!;
  expect(order.conditions.types.map(({ name }) => name)).toEqual(["Order", "OrderLine", "Event"]);
  expect(order.steps).toContainEqual(expect.objectContaining({ name: "cancelUnits", emits: ["progressed"] }));
  const check = (expression: string) =>
    retailer.admin.post<{ faults: object[] }>("/v1/workflow-entity-types/fulfillmentOrder/check-condition", {
      expression,
    });
  expect(
    (await check('fulfillmentOrder.location.type == "store" && "hub" in fulfillmentOrder.location.groups')).faults,
  ).toEqual([]);
  expect((await check("fulfillmentOrder.location.kind == 'x'")).faults).toMatchObject([{ start: 0, end: 30 }]);
});
