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

test("an order is chosen for by the place and the group of places where it is collected, and the trial says so (W1)", async () => {
  const location = await retailer.admin.get<Record<string, unknown>>("/v1/locations/york");
  const { code: _, version: _version, createdAt: _c, updatedAt: _u, ...york } = location;
  await retailer.admin.put("/v1/locations/york", { ...york, groups: ["hub"] });
  const rules = [
    { name: "London", when: '"london" in order.pickupLocations', workflow: "pickup-order" },
    { name: "Hubs", when: '"hub" in order.pickupLocationGroups', workflow: "b2b-order" },
  ];
  await draft(rules);
  await publish();
  const collectAt = async (place: string) => {
    const sku = await retailer.sku({ [place]: 1 });
    const fulfillmentChoices = [{ id: "shop", method: "pickup" as const, location: place }];
    return retailer.capture({ fulfillmentChoices, lines: [{ sku, quantity: 1, unitPrice: 1 }] });
  };
  const workflow = async (place: string) => {
    const { id } = await collectAt(place);
    return retailer.admin.post<Trial>("/v1/workflow-selections/try", { content: content(rules), order: id });
  };
  expect(await workflow("london")).toMatchObject({ now: "pickup-order", decides: "London" });
  expect(await workflow("york")).toMatchObject({
    now: "b2b-order",
    decides: "Hubs",
    rules: [
      { holds: false, values: [{ name: "order.pickupLocations", value: "york" }] },
      { holds: true, values: [{ name: "order.pickupLocationGroups", value: "hub" }] },
    ],
  });
  expect(await workflow("leeds")).toMatchObject({ now: "standard-order", decides: null });
  expect(await workflowOf({})).toBe("standard-order");
});

interface Trial {
  workflow: string;
  decides: string | null;
  now: string;
  rules: { name: string; holds: boolean | null; failure: string | null; values: object[] }[];
}

test("rules are asked of a real order before they are published: which one decides, and what each has looked at", async () => {
  const sku = await retailer.sku({ leeds: 5 });
  const { id, number } = await retailer.capture({
    customer: { tier: "silver" },
    lines: [{ sku, quantity: 3, unitPrice: 700 }],
  });
  const rules: Rule[] = [
    { name: "Risk", when: "order.metadata.risk > 80", workflow: "b2b-order" },
    { name: "VIP", when: 'order.customerTier == "silver" && order.total > 2000', workflow: "vip-order" },
    { name: "Lines", when: "order.lines.exists(l, l.quantity > 2)", workflow: "b2b-order" },
    { name: "Typo", when: "order.totl > 1", workflow: "b2b-order" },
  ];
  const trial = (body: object) => retailer.admin.post<Trial>("/v1/workflow-selections/try", body);
  expect(await trial({ content: content(rules), order: String(number) })).toEqual({
    workflow: "vip-order",
    decides: "VIP",
    now: "standard-order",
    rules: [
      {
        name: "Risk",
        holds: null,
        failure: "No such key: risk, in order.metadata.risk > 80",
        values: [{ name: "order.metadata.risk", value: null }],
      },
      {
        name: "VIP",
        holds: true,
        failure: null,
        values: [
          { name: "order.customerTier", value: "silver" },
          { name: "order.total", value: 2100 },
        ],
      },
      { name: "Lines", holds: true, failure: null, values: [{ name: "size(order.lines)", value: 1 }] },
      { name: "Typo", holds: null, failure: expect.stringContaining("there is no totl here"), values: [] },
    ],
  });
  expect(await trial({ content: content([PICKUP]), order: id })).toMatchObject({
    workflow: "standard-order",
    decides: null,
  });
  const refused = (body: object) => retailer.admin.refused("/v1/workflow-selections/try", body);
  expect(await refused({ content: {}, order: id })).toBe("invalidInput");
  expect(await refused({ content: content([], "x", "fulfillmentOrder"), order: id })).toBe("invalidInput");
  expect(await refused({ content: content([]), order: "999999" })).toBe("notFound");
  const reader = await retailer.caller(["documents:read"]);
  expect(await reader.refused("/v1/workflow-selections/try", { content: content([]), order: id })).toBe("forbidden");
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

test("a workflow that rules choose, or that orders are under way in, is not withdrawn, and neither are the rules", async () => {
  await draft([PICKUP, { name: "VIP", when: "order.held", workflow: "vip-order" }], "b2b-order");
  await publish();
  for (const chosen of ["vip-order", "b2b-order", "pickup-order"])
    expect(await retailer.admin.refused(`/v1/documents/workflow/${chosen}/retire`, { note: "x" })).toBe(
      "documentInUse",
    );
  expect(await retailer.admin.refused(`${ORDERS}/retire`, { note: "x" })).toBe("documentInUse");
  await draft([]);
  await publish();
  const underWay = await retailer.admin.ask<{ code: string; detail: string }>(
    "POST",
    "/v1/documents/workflow/vip-order/retire",
    { note: "no more" },
  );
  expect([underWay.body.code, underWay.body.detail]).toEqual(["documentInUse", expect.stringMatching(/^3 are still/)]);
  await publishWorkflow("spare-order");
  await retailer.admin.post("/v1/documents/workflow/spare-order/retire", { note: "no more" });
  expect((await draft([{ name: "VIP", when: "order.held", workflow: "spare-order" }])).faults).toHaveLength(1);
  expect(await workflowOf({})).toBe("standard-order");
});
