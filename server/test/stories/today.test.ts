import { afterAll, beforeAll, expect, test } from "vitest";
import type { Caller } from "../harness/caller.ts";
import { now, openRetailer, type FulfillmentOrderAnswer, type Retailer } from "../harness/retailer.ts";
import type { TodayAnswer } from "../../src/reporting/today.ts";

const OPEN = "status=created,scheduled,waiting%20for%20wave,picking,packed";

let shop: Retailer;
beforeAll(async () => {
  shop = await openRetailer();
  await trade();
});
afterAll(async () => {
  await shop.audit();
  await shop.close();
});

/** Some of everything that the front page counts, at two locations. */
async function trade(): Promise<void> {
  const [plenty, scarce] = [await shop.sku({ leeds: 50 }), await shop.sku({ york: 3 })];
  const ship = (id: string): Promise<{ shipmentId: string }> =>
    shop.admin.post(`/v1/fulfillment-orders/${id}/shipments`, {});
  const work: FulfillmentOrderAnswer[] = [];
  for (let count = 0; count < 9; count++) {
    const order = await shop.capture({
      channel: count % 2 === 0 ? "web" : "shop",
      lines: [{ sku: plenty, quantity: 1 + count, unitPrice: 100 }],
    });
    work.push((await shop.order(order.id)).fulfillmentOrders[0]!);
  }
  const [shipped, delivered, cancelled, held, twice, picking, late, stuck, heldAndCancelled] = work as [
    FulfillmentOrderAnswer,
    ...FulfillmentOrderAnswer[],
  ];
  await ship(shipped.id);
  await shop.admin.post(`/v1/shipments/${(await ship(delivered!.id)).shipmentId}/deliver`, {});
  await shop.admin.post(`/v1/orders/${cancelled!.orderId}/cancel`, { reason: "r" });
  for (const [order, reason] of [
    [held!, "fraud"],
    [twice!, "fraud"],
    [twice!, "address"],
  ] as const)
    await shop.admin.post(`/v1/orders/${order.orderId}/holds`, { reason });
  // What is cancelled is kept back no longer, though nobody has ended its hold.
  await shop.admin.post(`/v1/orders/${heldAndCancelled!.orderId}/holds`, { reason: "fraud" });
  await shop.admin.post(`/v1/orders/${heldAndCancelled!.orderId}/cancel`, { reason: "r" });
  await shop.admin.post(`/v1/fulfillment-orders/${picking!.id}/start-picking`, {});
  await shop.database.pool.query(
    "update orders.fulfillment_orders set due_at = now() - interval '1 hour' where id = $1",
    [late!.id],
  );
  await shop.database.pool.query(
    "update orders.fulfillment_orders set status_at = now() - interval '25 hours' where id = $1",
    [stuck!.id],
  );
  // Waiting for stock, short, and rejected with an exception.
  await shop.capture({ channel: "shop", lines: [{ sku: scarce, quantity: 4, unitPrice: 100 }] });
  await shop.admin.post("/v1/stock/movements", {
    items: [{ kind: "sale", sku: scarce, location: "york", quantity: 2, occurredAt: now(), source: "pos" }],
  });
  const rejected = await shop.capture({ lines: [{ sku: plenty, quantity: 1, unitPrice: 1 }] });
  await shop.admin.post(`/v1/fulfillment-orders/${rejected.fulfillmentOrders[0]!.id}/reject`, { reason: "broken" });
}

async function expectCountsOfLists(caller: Caller): Promise<TodayAnswer> {
  const today = await caller.get<TodayAnswer>("/v1/today?timeZone=Europe/London");
  const count = async (path: string): Promise<number> => (await caller.list(path)).length;
  const { counts } = today;
  expect(await count(`/v1/fulfillment-orders?${OPEN}`)).toBe(counts.open);
  expect(await count(`/v1/fulfillment-orders?${OPEN}&dueBefore=${today.asOf}`)).toBe(counts.late);
  expect(
    await count(
      `/v1/fulfillment-orders?${OPEN}&unchangedSince=${new Date(Date.parse(today.asOf) - 86_400_000).toISOString()}`,
    ),
  ).toBe(counts.stuck);
  expect(await count("/v1/orders?backordered=true")).toBe(counts.unsourced);
  expect(await count("/v1/orders?held=true")).toBe(counts.held);
  for (const { reason, orders } of today.heldByReason)
    expect(await count(`/v1/orders?holdReason=${reason}`)).toBe(orders);
  const held = await caller.list<{ held: boolean }>("/v1/orders");
  expect(held.filter((order) => order.held)).toHaveLength(counts.held);
  expect(await count("/v1/orders?held=false")).toBe(held.length - counts.held);
  expect(await count(`/v1/fulfillment-orders?${OPEN}&dueBefore=${endOfDay()}`)).toBe(counts.dueToday);
  const shorts = await caller.list<{ quantity: number }>("/v1/shorts");
  expect(shorts).toHaveLength(counts.short);
  expect(shorts.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(counts.shortUnits);
  expect(await count("/v1/positions?state=short")).toBe(counts.short);
  expect(await count("/v1/exceptions")).toBe(counts.exceptions);
  expect(await count("/v1/exceptions?overdue=true")).toBe(counts.exceptionsOverdue);
  for (const { kind, exceptions } of today.exceptionsByKind)
    expect(await count(`/v1/exceptions?kind=${kind}`)).toBe(exceptions);
  for (const row of today.backlog) {
    expect(await count(`/v1/fulfillment-orders?${OPEN}&location=${row.location}`)).toBe(row.open);
    expect(await count(`/v1/fulfillment-orders?${OPEN}&location=${row.location}&dueBefore=${today.asOf}`)).toBe(
      row.late,
    );
    expect(await count(`/v1/fulfillment-orders?status=picking,packed&location=${row.location}`)).toBe(row.picking);
  }
  expect(today.backlog.reduce((sum, row) => sum + row.open, 0)).toBe(counts.open);
  const orders = await caller.list<{ status: string; unitCount: number }>(`/v1/orders?orderedFrom=${startOfDay()}`);
  expect(orders).toHaveLength(today.today.orders);
  expect(orders.reduce((sum, { unitCount }) => sum + unitCount, 0)).toBe(today.today.units);
  expect(orders.filter(({ status }) => status === "cancelled")).toHaveLength(today.today.cancelled);
  expect(today.hours.reduce((sum, hour) => sum + hour.orders, 0)).toBe(today.today.orders);
  return today;
}

/** The midnight after, on a day without a change of the clock. */
function endOfDay(): string {
  return new Date(Date.parse(startOfDay()) + 86_400_000).toISOString();
}

/** Midnight in London, as it is told to the server. */
function startOfDay(): string {
  const at = new Date();
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat("en-GB", {
      timeZone: "Europe/London",
      hourCycle: "h23",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    })
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  return new Date(
    at.getTime() - ((parts["hour"]! * 60 + parts["minute"]!) * 60 + parts["second"]!) * 1_000 - at.getMilliseconds(),
  ).toISOString();
}

test("every number of the front page is the length of the list that it opens", async () => {
  const { counts, heldByReason, today } = await expectCountsOfLists(shop.admin);
  expect(counts).toMatchObject({
    late: 1,
    stuck: 1,
    held: 2,
    unsourced: 2,
    short: 1,
    shortUnits: 2,
    exceptions: 1,
    exceptionsOverdue: 0,
  });
  expect(heldByReason).toEqual([
    { reason: "fraud", orders: 2 },
    { reason: "address", orders: 1 },
  ]);
  expect(today).toMatchObject({ shipped: 2, delivered: 1, cancelled: 2 });
});

test("so it is for somebody who sees one location only", async () => {
  const store = await shop.caller(["reports:read", "orders:read", "fulfillment:read", "inventory:read", "tasks:read"], {
    locationCodes: ["leeds"],
  });
  const { counts, backlog } = await expectCountsOfLists(store);
  expect(backlog.map(({ location }) => location)).toEqual(["leeds"]);
  expect(counts).toMatchObject({ late: 1, stuck: 1, held: 2, short: 0 });
});

test("and for a key of one channel", async () => {
  const channel = await shop.caller(
    ["reports:read", "orders:read", "fulfillment:read", "inventory:read", "tasks:read"],
    { channelCodes: ["shop"] },
  );
  const { counts } = await expectCountsOfLists(channel);
  expect(counts.unsourced).toBe(1);
});

test("orders that have not moved for long can be listed as well", async () => {
  const [order] = await shop.admin.list<{ id: string }>("/v1/orders?status=processing");
  await shop.database.pool.query("update orders.orders set status_at = now() - interval '3 days' where id = $1", [
    order!.id,
  ]);
  const since = new Date(Date.now() - 2 * 86_400_000).toISOString();
  expect(await shop.admin.list(`/v1/orders?unchangedSince=${since}`)).toMatchObject([{ id: order!.id }]);
});
