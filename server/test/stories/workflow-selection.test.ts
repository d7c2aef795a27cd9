import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRetailer, type Retailer } from "../harness/retailer.ts";

/** B1, O13: which workflow an order gets is itself a published rule. */
let retailer: Retailer;

beforeAll(async () => {
  retailer = await openRetailer();
});
afterAll(() => retailer.close());

interface Rule {
  name: string;
  when: string;
  workflow: string;
}
interface Draft {
  faults: { pointer: string; message: string }[];
  warnings: { pointer: string; message: string }[];
}

const PICKUP: Rule = { name: "Pickup", when: 'order.type == "pickup"', workflow: "pickup-order" };
const ORDERS = "/v1/documents/workflow-selection/order";
const content = (rules: Rule[], otherwise = "standard-order", entityType = "order") => ({
  title: "Workflows of orders",
  entityType,
  rules,
  otherwise,
});
const draft = (rules: Rule[], otherwise?: string) =>
  retailer.admin.put<Draft>(`${ORDERS}/draft`, { content: content(rules, otherwise) });
const publish = () => retailer.admin.post(`${ORDERS}/publish`, { note: "test" });

/** A workflow of one's own that begins like the standard one, with another label. */
async function publishWorkflow(id: string): Promise<void> {
  const file = new URL("../../workflows/standard-delivery.order.json", import.meta.url);
  const workflow = JSON.parse(readFileSync(file, "utf8")) as { states: Record<string, { meta?: object }> };
  workflow.states["processing"]!.meta = { label: "confirmed" };
  await retailer.admin.put(`/v1/documents/workflow/${id}/draft`, { content: { ...workflow, id } });
  await retailer.admin.post(`/v1/documents/workflow/${id}/publish`, { note: "test" });
}

async function workflowOf(order: object): Promise<string> {
  const sku = await retailer.sku({ leeds: 5 });
  const { id } = await retailer.capture({ lines: [{ sku, quantity: 1, unitPrice: 1 }], ...order });
  const { rows } = await retailer.database.pool.query<{ code: string }>(
    "select d.code from workflow.instances i join workflow.definitions d on d.id = i.definition_id where i.entity_id = $1",
    [id],
  );
  return rows[0]!.code;
}

test("the shipped rules choose by the type of an order, and by the method of a fulfillment order", async () => {
  expect(await retailer.admin.get(ORDERS)).toMatchObject({ publishedVersion: 1, origin: "shipped" });
  expect(await workflowOf({})).toBe("standard-order");
  const collect = { id: "shop", method: "pickup", location: "leeds" };
  expect(await workflowOf({ fulfillmentChoices: [collect] })).toBe("pickup-order");
});

test("published rules over channel, brand, market, tier and lines choose, in order, at once; all others get the default", async () => {
  await publishWorkflow("vip-order");
  await publishWorkflow("b2b-order");
  await draft([
    PICKUP,
    { name: "VIP", when: 'order.customerTier in ["gold", "platinum"]', workflow: "vip-order" },
    { name: "Business", when: 'order.market == "GB" && order.lines.exists(l, l.quantity >= 5)', workflow: "b2b-order" },
  ]);
  await publish();
  const sku = await retailer.sku({ leeds: 20 });
  const many = [{ sku, quantity: 5, unitPrice: 1 }];
  expect(await workflowOf({})).toBe("standard-order");
  expect(await workflowOf({ customer: { tier: "gold" } })).toBe("vip-order");
  expect(await workflowOf({ lines: many })).toBe("b2b-order");
  expect(await workflowOf({ customer: { tier: "platinum" }, lines: many })).toBe("vip-order");
  await retailer.audit();
});

test("a rule that cannot be asked is passed over, and somebody is told; the order starts all the same", async () => {
  await draft([{ name: "Risk", when: "order.metadata.risk > 80", workflow: "vip-order" }, PICKUP]);
  await publish();
  expect(await workflowOf({ metadata: { risk: 90 } })).toBe("vip-order");
  expect(await workflowOf({})).toBe("standard-order");
  const exceptions = await retailer.admin.list<{ kind: string; reason: string }>("/v1/exceptions");
  expect(exceptions.filter(({ kind }) => kind === "workflowRuleFailed")).toEqual([
    expect.objectContaining({ reason: expect.stringContaining("The rule Risk could not be asked") }),
  ]);
});

test("rules are checked against conditions and published workflows, and warned of when they decide nothing", async () => {
  const { faults } = await draft([
    { name: "Typo", when: "order.chanel == 'web'", workflow: "standard-order" },
    { name: "Unknown", when: "order.priority > 5", workflow: "nobody-knows" },
    { name: "Other", when: "order.priority > 6", workflow: "pickup-fulfillment" },
  ]);
  expect(faults).toEqual([
    { pointer: "/rules/0/when", message: expect.stringContaining("there is no chanel here") },
    { pointer: "/rules/1/workflow", message: "is no published workflow: nobody-knows" },
    { pointer: "/rules/2/workflow", message: "is a workflow of fulfillmentOrder, not of order" },
  ]);
  const { warnings } = await draft([
    { name: "All", when: "true", workflow: "vip-order" },
    PICKUP,
    { name: "Idle", when: "order.held", workflow: "standard-order" },
  ]);
  expect(warnings.map(({ pointer, message }) => [pointer, message.slice(0, 14)])).toEqual([
    ["/rules/1", "never decides:"],
    ["/rules/2", "never decides:"],
  ]);
  const wrong = await retailer.admin.put<Draft>("/v1/documents/workflow-selection/fulfillment-order/draft", {
    content: content([], "standard-order", "order"),
  });
  expect(wrong.faults).toEqual([{ pointer: "/entityType", message: "must be fulfillmentOrder, as its code says" }]);
});

test("two versions of rules are compared in sentences", async () => {
  await draft([PICKUP, { name: "VIP", when: "order.held", workflow: "vip-order" }]);
  await publish();
  await draft([
    { ...PICKUP, when: 'order.methods == ["pickup"]' },
    { name: "New", when: "true", workflow: "b2b-order" },
  ]);
  const { changes } = await retailer.admin.get<{ changes: { sentence: string }[] }>(`${ORDERS}/changes`);
  expect(changes.map(({ sentence }) => sentence)).toEqual([
    "The rule VIP is gone: vip-order when order.held.",
    'The condition of the rule Pickup is now order.methods == ["pickup"] instead of order.type == "pickup".',
    "The rule New is new: b2b-order when true.",
  ]);
});

test("a workflow that rules choose is not withdrawn, and neither are the rules", async () => {
  await draft([PICKUP, { name: "VIP", when: "order.held", workflow: "vip-order" }], "b2b-order");
  await publish();
  for (const chosen of ["vip-order", "b2b-order", "pickup-order"])
    expect(await retailer.admin.refused(`/v1/documents/workflow/${chosen}/retire`, { note: "x" })).toBe(
      "documentInUse",
    );
  expect(await retailer.admin.refused(`${ORDERS}/retire`, { note: "x" })).toBe("documentInUse");
  await draft([]);
  await publish();
  await retailer.admin.post("/v1/documents/workflow/vip-order/retire", { note: "no more" });
  expect((await draft([{ name: "VIP", when: "order.held", workflow: "vip-order" }])).faults).toHaveLength(1);
  expect(await workflowOf({})).toBe("standard-order");
});
