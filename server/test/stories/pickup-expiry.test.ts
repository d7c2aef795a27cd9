import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { OrderAnswer } from "../harness/retailer.ts";
import { eventually, HOME, openRetailer, type Retailer } from "../harness/retailer.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const STORE = { id: "store", method: "pickup", location: "york" } as const;

let shop: Retailer;
beforeAll(async () => {
  shop = await openRetailer({ worker: true });
});
afterAll(async () => {
  await shop.audit();
  await shop.close();
});

const act = (fulfillmentOrder: string, action: string): Promise<{ status: string; orderStatus: string }> =>
  shop.admin.post(`/v1/fulfillment-orders/${fulfillmentOrder}/${action}`, {});

/** An order that waits at York's counter. */
async function readyPickup(sku: string, quantity = 1): Promise<{ orderId: string; id: string }> {
  const order = await shop.capture({
    type: "pickup",
    fulfillmentChoices: [STORE],
    lines: [{ sku, quantity, unitPrice: 100 }],
  });
  const { id } = order.fulfillmentOrders[0]!;
  await act(id, "ready");
  return { orderId: order.id, id };
}

const keptUntil = async (id: string): Promise<number> =>
  Date.parse((await shop.admin.get<{ expiresAt: string }>(`/v1/fulfillment-orders/${id}`)).expiresAt);

/** As if the pickup window had passed; the workers find it within a second. */
async function letWindowPass(id: string): Promise<void> {
  await shop.database.pool.query(
    "update workflow.timers t set due_at = now() from workflow.instances i where t.entity_id = $1 and i.entity_id = $1 and i.entry = t.entry",
    [id],
  );
}

const untilOrder = (id: string, what: string, is: (order: OrderAnswer) => boolean): Promise<OrderAnswer> =>
  eventually(
    what,
    async () => {
      const order = await shop.order(id);
      return is(order) && order;
    },
    5_000,
  );

test("a pickup that nobody collects within seven days expires: its units are free again, its line is cancelled, the timeline says why (F3, O7)", async () => {
  const sku = await shop.sku({ york: 2 });
  const { orderId, id } = await readyPickup(sku, 2);
  expect(Math.abs((await keptUntil(id)) - (Date.now() + 7 * DAY_MS))).toBeLessThan(60_000);
  expect(await shop.position(sku, "york")).toMatchObject({ allocated: 2, available: 0 });
  await letWindowPass(id);
  const order = await untilOrder(orderId, "the order has expired", ({ status }) => status === "expired");
  expect(order.lines).toMatchObject([{ cancelled: 2, allocated: 0, backordered: 0, status: "cancelled" }]);
  expect(order.fulfillmentOrders).toMatchObject([
    { status: "expired", state: "expired", expiresAt: null, lines: [{ withdrawn: 2 }] },
  ]);
  expect(await shop.position(sku, "york")).toEqual({ onHand: 2, allocated: 0, available: 2, short: 0 });
  const { data } = await shop.admin.get<{ data: { type: string; actor: string; data: object }[] }>(
    `/v1/orders/${orderId}/timeline`,
  );
  expect(data.filter(({ actor }) => actor === "system:timers")).toMatchObject([
    {
      type: "fulfillmentOrder.unitsWithdrawn",
      data: { to: "cancelled", reason: "not collected in time", lines: [{ lineNumber: 1, quantity: 2 }] },
    },
    { type: "fulfillmentOrder.statusChanged", data: { from: "ready for pickup", to: "expired" } },
    { type: "order.statusChanged", data: { from: "ready for pickup", to: "expired" } },
  ]);
  expect(await shop.admin.refused(`/v1/fulfillment-orders/${id}/collect`, {})).toBe("nothingToShip");
  expect(await shop.admin.refused(`/v1/orders/${orderId}/cancel`, { reason: "r" })).toBe("nothingToDo");
});

test("staff keep it longer: the whole window begins again, and the first one no longer counts", async () => {
  const sku = await shop.sku({ york: 1 });
  const { orderId, id } = await readyPickup(sku);
  await shop.database.pool.query("update workflow.timers set due_at = now() + interval '1 hour' where entity_id = $1", [
    id,
  ]);
  expect(await act(id, "extend")).toMatchObject({ status: "ready for pickup", orderStatus: "ready for pickup" });
  expect(Math.abs((await keptUntil(id)) - (Date.now() + 7 * DAY_MS))).toBeLessThan(60_000);
  await shop.database.pool.query("update workflow.timers set due_at = now() where entity_id = $1 and entry = 2", [id]);
  await eventually(
    "the first window's timer is gone",
    async () =>
      (await shop.database.pool.query("select from workflow.timers where entity_id = $1", [id])).rowCount === 1,
    5_000,
  );
  expect(await act(id, "collect")).toMatchObject({ status: "fulfilled", orderStatus: "delivered" });
  await letWindowPass(id);
  const { data } = await shop.admin.get<{ data: { type: string }[] }>(`/v1/orders/${orderId}/timeline`);
  expect(data.filter(({ type }) => type === "fulfillmentOrder.pickupExtended")).toHaveLength(1);
});

test("while the order is held nobody could collect it: instead of expiring it is kept for another window", async () => {
  const sku = await shop.sku({ york: 1 });
  const { orderId, id } = await readyPickup(sku);
  await shop.admin.post(`/v1/orders/${orderId}/holds`, { reason: "fraud" });
  await letWindowPass(id);
  await eventually("it is kept for another window", async () => (await keptUntil(id)) > Date.now() + 6 * DAY_MS, 5_000);
  expect(await shop.order(orderId)).toMatchObject({ status: "ready for pickup", lines: [{ allocated: 1 }] });
});

test("of an order with a delivery only the pickup expires; the rest is delivered and completes it", async () => {
  const [shirt, book] = [await shop.sku({ york: 1 }), await shop.sku({ leeds: 1 })];
  const order = await shop.capture({
    fulfillmentChoices: [STORE, HOME],
    lines: [
      { sku: shirt, quantity: 1, unitPrice: 100, fulfillmentChoice: "store" },
      { sku: book, quantity: 1, unitPrice: 100, fulfillmentChoice: "home" },
    ],
  });
  const work = (await shop.order(order.id)).fulfillmentOrders;
  const pickup = work.find(({ method }) => method === "pickup")!;
  const delivery = work.find(({ method }) => method === "delivery")!;
  await act(pickup.id, "ready");
  await letWindowPass(pickup.id);
  await untilOrder(order.id, "the pickup has expired", ({ lines }) => lines[0]!.cancelled === 1);
  const shipped: { shipmentId: string } = await shop.admin.post(`/v1/fulfillment-orders/${delivery.id}/shipments`, {});
  await shop.admin.post(`/v1/shipments/${shipped.shipmentId}/deliver`, {});
  expect(await shop.order(order.id)).toMatchObject({
    status: "delivered",
    lines: [{ status: "cancelled" }, { status: "delivered" }],
  });
  expect(await shop.position(shirt, "york")).toMatchObject({ onHand: 1, available: 1 });
});

test("collected at the moment when it expires: one of both happens, never half of each", async () => {
  const sku = await shop.sku({ york: 12 });
  const pickups = await Promise.all(Array.from({ length: 12 }, () => readyPickup(sku)));
  await Promise.all(pickups.map(({ id }) => letWindowPass(id)));
  const collected = await Promise.all(
    pickups.map(({ id }) => shop.admin.ask("POST", `/v1/fulfillment-orders/${id}/collect`, {})),
  );
  for (const [index, { orderId }] of pickups.entries()) {
    const wasCollected = collected[index]!.status === 200;
    const order = await untilOrder(orderId, "it is over", ({ status }) => status !== "ready for pickup");
    expect(order.status).toBe(wasCollected ? "delivered" : "expired");
  }
  const sold = collected.filter(({ status }) => status === 200).length;
  expect(await shop.position(sku, "york")).toEqual({ onHand: 12 - sold, allocated: 0, available: 12 - sold, short: 0 });
});

test("a workflow that shows another label while it waits at the counter: it stays ready, is kept longer with one fact, and expires", async () => {
  const file = new URL("../../workflows/pickup.fulfillment-order.json", import.meta.url);
  const content = JSON.parse(readFileSync(file, "utf8")) as { states: Record<string, { meta: { label: string } }> };
  content.states["readyForPickup"]!.meta.label = "packed";
  content.states["expired"]!.meta.label = "cancelled";
  const path = "/v1/documents/workflow/pickup-fulfillment";
  await shop.admin.put(`${path}/draft`, { content });
  await shop.admin.post(`${path}/publish`, { note: "As an earlier version" });
  const sku = await shop.sku({ york: 2 });
  const { orderId, id } = await readyPickup(sku, 2);
  expect(await keptUntil(id)).toBeGreaterThan(Date.now() + 6 * DAY_MS);
  expect(await act(id, "extend")).toMatchObject({ status: "packed", orderStatus: "ready for pickup" });
  const { data } = await shop.admin.get<{ data: { type: string }[] }>(`/v1/orders/${orderId}/timeline`);
  expect(data.filter(({ type }) => type === "fulfillmentOrder.readyForPickup")).toHaveLength(1);
  await shop.admin.post(`/v1/orders/${orderId}/cancel`, {
    reason: "r",
    lines: [{ lineNumber: 1, quantity: 1 }],
  });
  expect(await shop.order(orderId)).toMatchObject({ status: "ready for pickup" });
  await letWindowPass(id);
  await untilOrder(orderId, "the order has expired", ({ status }) => status === "expired");
});
