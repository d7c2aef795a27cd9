import { afterAll, beforeAll, expect, test } from "vitest";
import { requestSupplies } from "../../src/orders/public.ts";
import type { CapturedOrderAnswer } from "../harness/retailer.ts";
import { eventually, now, openRetailer, type Retailer } from "../harness/retailer.ts";

/** A waiting order is sourced 2 s after there is stock; twice that where other tests take the processors. */
const SOURCED_WITHIN_MS = 4_000;

let shop: Retailer;
beforeAll(async () => {
  shop = await openRetailer({ worker: true });
});
afterAll(async () => {
  await shop.audit();
  await shop.close();
});

const reject = (id: string): Promise<{ status: string; orderStatus: string }> =>
  shop.admin.post(`/v1/fulfillment-orders/${id}/reject`, { reason: "not on the shelf" });
const places = async (id: string): Promise<string[]> =>
  (await shop.order(id)).fulfillmentOrders.map(({ location, status }) => `${location} ${status}`);
const sell = (sku: string, location: string, quantity: number): Promise<unknown> =>
  shop.admin.post("/v1/stock/movements", {
    items: [{ kind: "sale", sku, location, quantity, occurredAt: now(), source: "pos" }],
  });
const openExceptions = (entityId: string): Promise<{ kind: string; ownerTeam: string; dueAt: string }[]> =>
  shop.admin.list(`/v1/exceptions?entityId=${entityId}`);
const sourced = (order: CapturedOrderAnswer, quantity: number): Promise<unknown> =>
  eventually(
    `order ${order.number} is sourced`,
    async () => (await shop.order(order.id)).lines[0]!.allocated === quantity,
    SOURCED_WITHIN_MS,
  );

test("what a location rejects is sourced elsewhere, never there again; without stock it waits for another location's (F8)", async () => {
  const sku = await shop.sku({ leeds: 3, york: 3 });
  const order = await shop.capture({ lines: [{ sku, quantity: 2, unitPrice: 100 }] });
  expect(await reject(order.fulfillmentOrders[0]!.id)).toMatchObject({ status: "rejected" });
  expect(await places(order.id)).toEqual(["leeds rejected", "york created"]);
  await reject((await shop.order(order.id)).fulfillmentOrders[1]!.id);
  expect(await shop.order(order.id)).toMatchObject({ status: "confirmed", lines: [{ backordered: 2, allocated: 0 }] });
  expect(await shop.position(sku, "leeds")).toMatchObject({ allocated: 0, available: 3 });
  expect(await shop.application.sourceBackorders()).toBe(0);
  await shop.receive(sku, "london", 2);
  await sourced(order, 2);
  expect(await places(order.id)).toEqual(["leeds rejected", "york rejected", "london created"]);
});

test("a location that has sent a part and rejects the rest is not asked for the rest again", async () => {
  const sku = await shop.sku({ leeds: 3 });
  const order = await shop.capture({ lines: [{ sku, quantity: 3, unitPrice: 100 }] });
  const { id } = order.fulfillmentOrders[0]!;
  const shipped: { shipmentId: string } = await shop.admin.post(`/v1/fulfillment-orders/${id}/shipments`, {
    lines: [{ lineNumber: 1, quantity: 1 }],
  });
  await reject(id);
  expect(await places(order.id)).toEqual(["leeds dispatched"]);
  expect(await shop.application.sourceBackorders([order.id])).toBe(0);
  await shop.receive(sku, "york", 2);
  await sourced(order, 2);
  expect(await places(order.id)).toEqual(["leeds dispatched", "york created"]);
  expect(await shop.admin.post(`/v1/shipments/${shipped.shipmentId}/deliver`, {})).toMatchObject({
    status: "fulfilled",
    orderStatus: "processing",
  });
});

test("a pickup that its store rejects waits with an exception that somebody owns: no other location can do it (X4, W7)", async () => {
  const sku = await shop.sku({ leeds: 3, york: 3 });
  const order = await shop.capture({
    fulfillmentChoices: [{ id: "store", method: "pickup", location: "york" }],
    lines: [{ sku, quantity: 1, unitPrice: 100 }],
  });
  await reject(order.fulfillmentOrders[0]!.id);
  expect(await shop.order(order.id)).toMatchObject({ status: "confirmed", lines: [{ backordered: 1 }] });
  expect(await openExceptions(order.id)).toMatchObject([{ kind: "rejectedOrder", ownerTeam: "customer-service" }]);
  await shop.admin.post(`/v1/orders/${order.id}/cancel`, { reason: "customer told" });
  expect(await openExceptions(order.id)).toEqual([]);
});

test("a channel that takes back-orders lets lines wait; stock that arrives goes to them within 2 s, priority first (I14, O13)", async () => {
  const sku = await shop.sku();
  const line = { sku, quantity: 1, unitPrice: 100 };
  const early = await shop.capture({ channel: "shop", lines: [line] });
  const urgent = await shop.capture({ channel: "shop", priority: 10, lines: [line] });
  expect(early).toMatchObject({
    status: "confirmed",
    allocations: [],
    backordered: [{ lineNumber: 1, quantity: 1 }],
    fulfillmentOrders: [],
  });
  await shop.receive(sku, "york", 1);
  await sourced(urgent, 1);
  expect(await shop.order(urgent.id)).toMatchObject({
    status: "processing",
    lines: [{ status: "allocated", backordered: 0 }],
  });
  expect(await shop.order(early.id)).toMatchObject({ status: "confirmed", lines: [{ backordered: 1 }] });
  await shop.receive(sku, "leeds", 1);
  await sourced(early, 1);
  const { sourcing } = await shop.order(early.id);
  expect(sourcing.map(({ attempt }) => attempt)).toEqual([1, 2]);
});

test("a position with as many damaged units as fit, and less than nothing on hand, keeps nobody waiting", async () => {
  const sku = await shop.sku({ leeds: 1 });
  await shop.capture({ channel: "shop", lines: [{ sku, quantity: 2, unitPrice: 100 }] });
  await shop.database.pool.query(
    `update inventory.positions p set on_hand = -2000000000, damaged = 2000000000 from catalog.skus s, network.locations l
      where s.id = p.sku_id and s.code = $1 and l.id = p.location_id and l.code = 'leeds'`,
    [sku],
  );
  const other = await shop.sku();
  const order = await shop.capture({ channel: "shop", lines: [{ sku: other, quantity: 1, unitPrice: 100 }] });
  await shop.receive(other, "york", 1);
  const [line] = await eventually("it is served", async () => {
    const { lines } = await shop.order(order.id);
    return lines[0]!.allocated === 1 && lines;
  });
  expect(line).toMatchObject({ allocated: 1, backordered: 0 });
  await shop.database.pool.query(
    `update inventory.positions p set on_hand = 1, damaged = 0 from catalog.skus s where s.id = p.sku_id and s.code = $1`,
    [sku],
  );
});

test("an order that nobody can serve does not keep others waiting", async () => {
  const [closed, sku] = [await shop.sku(), await shop.sku()];
  const stuck = await shop.capture({
    channel: "shop",
    priority: 100,
    lines: [{ sku: closed, quantity: 1, unitPrice: 1 }],
  });
  await shop.admin.ask("PATCH", "/v1/locations/dc", { active: false });
  await shop.receive(closed, "dc", 5);
  const order = await shop.capture({ channel: "shop", lines: [{ sku, quantity: 1, unitPrice: 1 }] });
  await shop.receive(sku, "york", 1);
  await sourced(order, 1);
  expect(await shop.order(stuck.id)).toMatchObject({ lines: [{ allocated: 0 }] });
  await shop.admin.ask("PATCH", "/v1/locations/dc", { active: true });
  await sourced(stuck, 1);
});

test("part of a line can be promised now, the rest waits", async () => {
  const sku = await shop.sku({ leeds: 2 });
  const order = await shop.capture({ channel: "shop", lines: [{ sku, quantity: 5, unitPrice: 100 }] });
  expect(order).toMatchObject({ status: "processing", allocations: [{ quantity: 2 }], backordered: [{ quantity: 3 }] });
  await shop.receive(sku, "york", 3);
  await sourced(order, 5);
});

test("a sale at the till makes a promise short: the lowest priority moves to another location (X3, I11)", async () => {
  const sku = await shop.sku({ leeds: 2, york: 1 });
  const line = { sku, quantity: 1, unitPrice: 100 };
  const loyal = await shop.capture({ priority: 5, lines: [line] });
  const other = await shop.capture({ lines: [line] });
  expect(await shop.position(sku, "leeds")).toMatchObject({ onHand: 2, allocated: 2 });
  await sell(sku, "leeds", 1);
  await eventually("the short is resolved", async () => (await shop.position(sku, "leeds")).short === 0);
  await eventually("the order moved", async () => (await shop.position(sku, "york")).allocated === 1);
  expect(await places(loyal.id)).toEqual(["leeds created"]);
  expect(await places(other.id)).toEqual(["leeds cancelled", "york created"]);
  expect(await openExceptions(other.id)).toEqual([]);
});

test("without other stock the lowest priority waits with an exception; stock that comes closes it (X3, X4, W7)", async () => {
  const sku = await shop.sku({ leeds: 2 });
  const line = { sku, quantity: 1, unitPrice: 100 };
  const loyal = await shop.capture({ priority: 5, lines: [line] });
  const other = await shop.capture({ lines: [line] });
  await sell(sku, "leeds", 1);
  const [exception] = await eventually("an exception is raised", async () => {
    const found = await openExceptions(other.id);
    return found.length > 0 && found;
  });
  expect(exception).toMatchObject({ kind: "shortOrder", ownerTeam: "customer-service" });
  expect(new Date(exception!.dueAt).getTime()).toBeGreaterThan(Date.now());
  expect(await shop.order(other.id)).toMatchObject({ status: "confirmed", lines: [{ backordered: 1 }] });
  expect(await places(loyal.id)).toEqual(["leeds created"]);
  await shop.receive(sku, "york", 1);
  await sourced(other, 1);
  expect(await openExceptions(other.id)).toEqual([]);
});

test("what is packed stays with its parcel when stock is short; the short stays open and is told", async () => {
  const sku = await shop.sku({ leeds: 1 });
  const order = await shop.capture({ lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  for (const step of ["accept", "pack"])
    await shop.admin.post(`/v1/fulfillment-orders/${order.fulfillmentOrders[0]!.id}/${step}`, {});
  await sell(sku, "leeds", 1);
  await shop.application.sourceBackorders();
  expect(await shop.position(sku, "leeds")).toEqual({ onHand: 0, allocated: 1, available: -1, short: 1 });
  const shorts = await shop.admin.list<{ sku: string; location: string; quantity: number }>("/v1/shorts");
  expect(shorts.filter((short) => short.sku === sku)).toMatchObject([{ location: "leeds", quantity: 1 }]);
  // The parcel was there after all: the till's figure was wrong, and the ledger says so.
  await shop.admin.post(`/v1/fulfillment-orders/${order.fulfillmentOrders[0]!.id}/shipments`, {});
  expect(await shop.position(sku, "leeds")).toEqual({ onHand: -1, allocated: 0, available: -1, short: 0 });
});

test("a hold stops everything that would leave, not what has happened; released, it goes on (P3)", async () => {
  const sku = await shop.sku({ leeds: 2 });
  const order = await shop.capture({ channel: "shop", lines: [{ sku, quantity: 3, unitPrice: 100 }] });
  const { id } = order.fulfillmentOrders[0]!;
  const shipped: { shipmentId: string } = await shop.admin.post(`/v1/fulfillment-orders/${id}/shipments`, {
    lines: [{ lineNumber: 1, quantity: 1 }],
  });
  const hold: { id: string } = await shop.admin.post(`/v1/orders/${order.id}/holds`, {
    reason: "fraud",
    note: "address differs",
  });
  for (const action of ["accept", "start-picking", "shipments"]) {
    expect(await shop.admin.refused(`/v1/fulfillment-orders/${id}/${action}`, {})).toBe("orderHeld");
  }
  expect(await shop.admin.post(`/v1/shipments/${shipped.shipmentId}/deliver`, {})).toMatchObject({
    orderStatus: "processing",
  });
  await shop.receive(sku, "york", 1);
  expect(await shop.application.sourceBackorders()).toBe(0);
  expect(await shop.application.sourceBackorders([order.id])).toBe(0);
  expect(await shop.order(order.id)).toMatchObject({
    held: true,
    holds: [{ reason: "fraud", releasedAt: null }],
    lines: [{ backordered: 1 }],
  });
  await shop.admin.post(`/v1/orders/${order.id}/holds/${hold.id}/release`, {});
  expect(await shop.admin.refused(`/v1/orders/${order.id}/holds/${hold.id}/release`, {})).toBe("holdNotActive");
  await sourced(order, 2);
  expect(await shop.admin.post(`/v1/fulfillment-orders/${id}/shipments`, {})).toMatchObject({ status: "dispatched" });
});

interface Supply {
  id: string;
  due: number;
  promised: number;
  received: number;
}
/** What is expected at Leeds, unless it says something else. */
const expectSupply = async (sku: string, quantity: number, more: object = {}): Promise<Supply> => {
  const item = {
    kind: "purchase_order",
    reference: `PO-${sku}`,
    line: 1,
    sku,
    location: "leeds",
    expectedOn: "2099-03-01",
  };
  const { items } = await shop.admin.post<{ items: { supply: Supply }[] }>("/v1/supplies", {
    items: [{ ...item, quantity, ...more }],
  });
  return items[0]!.supply;
};
const receiveSupply = (id: string, quantity: number, more: object = {}): Promise<unknown> =>
  shop.admin.post("/v1/supplies/receipts", { items: [{ id, quantity, ...more }] });
const supply = (id: string): Promise<Supply> => shop.admin.get(`/v1/supplies/${id}`);
const inMemory = async (sku: string): Promise<void> => {
  await shop.admin.get(`/v1/availability?channel=shop&skus=${sku}&dates=2099-12-31`);
  await eventually(`${sku} is known to be expected`, async () => {
    const { items } = await shop.admin.get<{ items: { dates: { quantity: number }[] }[] }>(
      `/v1/availability?channel=shop&skus=${sku}&dates=2099-12-31`,
    );
    return items[0]!.dates[0]!.quantity > 0;
  });
};
const wait = (sku: string, quantity: number, more: object = {}) =>
  shop.capture({ channel: "shop", lines: [{ sku, quantity, unitPrice: 100 }], ...more });

test("who waits is promised what is to come, with its day in the answer, and has it when it comes; nobody else does (I14)", async () => {
  const sku = await shop.sku();
  const { id } = await expectSupply(sku, 5);
  await inMemory(sku);
  const order = await wait(sku, 3);
  const expected = [{ quantity: 3, expectedOn: "2099-03-01", location: "leeds" }];
  expect(order.backordered).toEqual([{ lineNumber: 1, sku, quantity: 3, expected }]);
  const late = await wait(sku, 4);
  expect(late.backordered).toMatchObject([{ quantity: 4, expected: [{ quantity: 2 }] }]);
  expect(await supply(id)).toMatchObject({ due: 5, promised: 5 });
  expect(await shop.admin.get(`/v1/availability?channel=shop&skus=${sku}&dates=2099-12-31`)).toMatchObject({
    items: [{ quantity: 0 }],
  });
  await receiveSupply(id, 4);
  expect(await shop.position(sku, "leeds")).toEqual({ onHand: 4, allocated: 4, available: 0, short: 0 });
  expect(
    await shop.admin.refused("/v1/orders", {
      channel: "web",
      externalReference: `W-${sku}`,
      fulfillmentChoices: [{ id: "home", method: "delivery", address: { city: "Leeds", country: "GB" } }],
      lines: [{ sku, quantity: 1, unitPrice: 100 }],
    }),
  ).toBe("unavailable");
  await sourced(order, 3);
  await sourced(late, 1);
  expect(await places(order.id)).toEqual(["leeds created"]);
  expect(await shop.position(sku, "leeds")).toEqual({ onHand: 4, allocated: 4, available: 0, short: 0 });
  expect((await shop.order(late.id)).lines[0]).toMatchObject({
    backordered: 3,
    expected: [{ quantity: 1, arrived: 0 }],
  });
});

test("what comes to be expected later is promised to those who wait, by priority; what is cancelled goes to the next", async () => {
  const sku = await shop.sku();
  const [first, urgent] = [await wait(sku, 2), await wait(sku, 2, { priority: 5 })];
  const { id } = await expectSupply(sku, 3);
  const promised = async (orderId: string) =>
    (await shop.order(orderId)).lines[0]!.expected.map(({ quantity }) => quantity);
  await eventually("all of it is promised", async () => (await supply(id)).promised === 3);
  expect([await promised(urgent.id), await promised(first.id)]).toEqual([[2], [1]]);
  await shop.admin.post(`/v1/orders/${urgent.id}/cancel`, { reason: "too slow" });
  await eventually("the next one has it", async () => (await promised(first.id))[0] === 2);
  expect(await supply(id)).toMatchObject({ due: 3, promised: 2 });
});

test("who loses units of a supply, or gets them later, is promised others if there are any; else the customer is asked, or somebody is told (I14)", async () => {
  const sku = await shop.sku();
  const { id } = await expectSupply(sku, 4);
  await inMemory(sku);
  const [kept, lost] = [await wait(sku, 2), await wait(sku, 2)];
  const other = await expectSupply(sku, 1, { reference: `PO2-${sku}`, location: "york", expectedOn: "2099-02-01" });
  await receiveSupply(id, 2, { complete: true });
  await sourced(kept, 2);
  await eventually("the customer is asked", async () => (await shop.order(lost.id)).questions.length > 0);
  expect((await openExceptions(lost.id)).map(({ kind }) => kind)).not.toContain("supplyChanged");
  expect((await openExceptions(id)).map(({ kind, ownerTeam }) => [kind, ownerTeam])).toEqual([
    ["supplyShort", "operations"],
  ]);
  expect((await shop.order(lost.id)).lines[0]!.expected).toMatchObject([{ supplyId: other.id, quantity: 1 }]);
  const events = await shop.admin.get(`/v1/orders/${lost.id}/timeline`);
  expect(JSON.stringify(events)).toContain("order.supplyChanged");
  await shop.admin.ask("PATCH", `/v1/supplies/${other.id}`, { expectedOn: "2099-09-09", reason: "strike" });
  await eventually("it keeps the new day", async () => {
    const [promise] = (await shop.order(lost.id)).lines[0]!.expected;
    return promise?.promisedOn === "2099-09-09";
  });
  const made = await wait(sku, 1, { type: "makeToOrder" });
  const third = await expectSupply(sku, 2, { reference: `PO3-${sku}`, expectedOn: "2099-01-01" });
  await eventually("it is promised", async () => (await shop.order(made.id)).lines[0]!.expected.length > 0);
  await shop.admin.post("/v1/supplies/cancellations", { items: [{ id: third.id, reason: "strike" }] });
  await eventually("its workflow has no state for it", async () => (await openExceptions(made.id)).length > 0);
  expect((await openExceptions(made.id)).map(({ kind }) => kind)).toEqual(["supplyChanged"]);
});

test("what orders wait for and nothing is to come of is asked for: how much, for how many; it ends when something is to come, or nobody waits (I14)", async () => {
  const [sku, made] = [await shop.sku(), await shop.sku()];
  const first = await wait(sku, 2);
  await wait(sku, 3);
  await wait(made, 1, { type: "makeToOrder" });
  const requested = async (code = sku) =>
    (await shop.admin.list<{ quantity: number; orders: number }>(`/v1/supply-requests?sku=${code}`)).map(
      ({ quantity, orders }) => [quantity, orders],
    );
  const look = () => requestSupplies(shop.database, { now: () => new Date() });
  await look();
  expect(await requested()).toEqual([]);
  await shop.database.pool.query("update orders.orders set captured_at = captured_at - interval '1 minute'");
  await look();
  expect([await requested(), await requested(made)]).toEqual([[[5, 2]], []]);
  const { id } = await expectSupply(sku, 4);
  await eventually("it is promised", async () => (await supply(id)).promised === 4);
  await look();
  expect(await requested()).toEqual([[1, 1]]);
  const elsewhere = await shop.caller(["inventory:read"], { locationCodes: ["leeds"] });
  expect(await elsewhere.list(`/v1/supply-requests?sku=${sku}`)).toEqual([]);
  await shop.admin.post(`/v1/orders/${first.id}/cancel`, { reason: "too slow" });
  await eventually("the next one has it", async () => (await supply(id)).promised === 3);
  await look();
  expect(await requested()).toEqual([]);
  const { rows } = await shop.database.pool.query(
    "select type, sequence, data ->> 'quantity' as units from platform.events where entity_type = 'supplyRequest' and data ->> 'sku' = $1 order by sequence",
    [sku],
  );
  expect(rows.map(({ type, sequence, units }) => [type, Number(sequence), units])).toEqual([
    ["supply.requested", 1, "5"],
    ["supply.requested", 2, "1"],
    ["supply.requestEnded", 3, "0"],
  ]);
});

test("in whatever order captures, receipts, cancellations, counts and changes come, nothing is promised twice and every order has what is its own", async () => {
  const sku = await shop.sku({ leeds: 2 });
  const { id } = await expectSupply(sku, 12);
  await inMemory(sku);
  const orders: CapturedOrderAnswer[] = [];
  await Promise.all(
    Array.from({ length: 24 }, async (_, index) => {
      if (index % 6 === 4) return await receiveSupply(id, 2);
      if (index % 6 === 5)
        return await shop.admin.ask("PATCH", `/v1/supplies/${id}`, { quantity: 12 + (index % 5), reason: "x" });
      const order = await wait(sku, 1 + (index % 2), { priority: index % 3 });
      if (index % 6 === 3) return await shop.admin.ask("POST", `/v1/orders/${order.id}/cancel`, { reason: "x" });
      return void orders.push(order);
    }),
  );
  await shop.audit();
  await eventually("what has come is with those who wait", async () => {
    const lines = await Promise.all(orders.map(async (order) => (await shop.order(order.id)).lines[0]!));
    const position = await shop.position(sku, "leeds");
    return lines.reduce((sum, { allocated }) => sum + allocated, 0) === 10 && position.allocated === 10;
  });
  expect(await shop.position(sku, "leeds")).toEqual({ onHand: 10, allocated: 10, available: 0, short: 0 });
  await shop.audit();
});
