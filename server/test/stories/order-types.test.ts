import { afterAll, beforeAll, expect, test } from "vitest";
import type { CaptureOrderInput, OrderAnswer } from "../harness/retailer.ts";
import { eventually, HOME, openRetailer, type Retailer } from "../harness/retailer.ts";

/** O13: every type of order runs its own workflow, from the capture to its end, through the public API alone. */
let shop: Retailer;
beforeAll(async () => {
  shop = await openRetailer({ worker: true });
  await shop.admin.put("/v1/locations/mill", { name: "Mill", type: "vendor", timeZone: "Europe/London" });
  for (const store of ["leeds", "york"]) await shop.admin.ask("PATCH", `/v1/locations/${store}`, { type: "store" });
  await shop.admin.put("/v1/networks/uk", {
    name: "United Kingdom",
    locations: ["leeds", "york", "dc", "london", "mill"],
  });
});
afterAll(async () => {
  await shop.audit();
  await shop.close();
});

interface Task {
  id: string;
  queue: string;
  team: string;
  dueAt: string;
}

const capture = (type: NonNullable<CaptureOrderInput["type"]>, sku: string, more: Partial<CaptureOrderInput> = {}) =>
  shop.capture({ type, lines: [{ sku, quantity: 1, unitPrice: 4_200 }], ...more });

const until = (id: string, what: string, is: (order: OrderAnswer) => boolean): Promise<OrderAnswer> =>
  eventually(
    what,
    async () => {
      const order = await shop.order(id);
      return is(order) && order;
    },
    8_000,
  );

const taskOf = async (orderId: string): Promise<Task> => {
  const [task] = await shop.admin.list<Task>(`/v1/tasks?order=${orderId}`);
  if (task === undefined) throw new Error(`There is no task of ${orderId}.`);
  return task;
};
const end = async (orderId: string, outcome: string, data: object = {}): Promise<void> => {
  const { id } = await taskOf(orderId);
  await shop.admin.post(`/v1/tasks/${id}/complete`, { outcome, data });
};
const act = (path: string, action: string, data: object = {}) =>
  shop.admin.post<{ status: string; orderStatus: string }>(`${path}/actions/${action}`, { data });

/** As if the time of the timers that run for it had come; the workers find them within a second. */
async function letTimePass(entityId: string): Promise<void> {
  const { rowCount } = await shop.database.pool.query(
    "update workflow.timers t set due_at = now() from workflow.instances i where t.entity_id = $1 and i.entity_id = $1 and i.entry = t.entry",
    [entityId],
  );
  expect(rowCount).toBe(1);
}

async function shipAndComplete(orderId: string): Promise<void> {
  const work = (await shop.order(orderId)).fulfillmentOrders.find(({ status }) => status !== "rejected")!;
  const { shipmentId } = await shop.admin.post<{ shipmentId: string }>(`/v1/fulfillment-orders/${work.id}/shipments`, {
    carrier: "DPD",
  });
  await shop.admin.post(`/v1/shipments/${shipmentId}/deliver`, {});
  await complete(orderId);
}

async function complete(orderId: string): Promise<void> {
  expect(await shop.order(orderId)).toMatchObject({ status: "delivered" });
  await letTimePass(orderId);
  await until(orderId, "it is complete", ({ status }) => status === "complete");
}

const sourced = (orderId: string): Promise<OrderAnswer> =>
  until(orderId, "it is sourced", ({ status, lines }) => status === "processing" && lines[0]!.allocated === 1);

test("standard from a store: one that has not begun by the cut-off is asked about, reminded, and then it goes elsewhere", async () => {
  const sku = await shop.sku({ leeds: 1, york: 1 });
  const { id } = await capture("standard", sku);
  const [work] = (await shop.order(id)).fulfillmentOrders;
  expect(work).toMatchObject({ location: "leeds", status: "created", state: "open.created" });
  await shop.database.pool.query("update orders.fulfillment_orders set due_at = now() where id = $1", [work!.id]);
  await until(id, "it is escalated", ({ fulfillmentOrders: [one] }) => one!.status === "escalated");
  expect(await taskOf(id)).toMatchObject({ queue: "operations" });
  await end(id, "remindStore");
  expect((await shop.order(id)).fulfillmentOrders[0]).toMatchObject({ status: "scheduled", state: "open.reminded" });
  await letTimePass(work!.id);
  await until(id, "it is escalated again", ({ fulfillmentOrders: [one] }) => one!.status === "escalated");
  await end(id, "giveElsewhere");
  const order = await until(id, "another store has it", ({ fulfillmentOrders }) => fulfillmentOrders.length === 2);
  expect(order.fulfillmentOrders.map(({ location, status }) => [location, status])).toEqual([
    ["leeds", "rejected"],
    ["york", "created"],
  ]);
  await shipAndComplete(id);
});

test("a pickup is laid ready, collected and then complete; what was not collected in time is free again", async () => {
  const sku = await shop.sku({ leeds: 2 });
  const fulfillmentChoices = [{ id: "shop", method: "pickup" as const, location: "leeds" }];
  const { id } = await capture("pickup", sku, { fulfillmentChoices });
  const work = (await shop.order(id)).fulfillmentOrders[0]!.id;
  await shop.admin.post(`/v1/fulfillment-orders/${work}/ready`, {});
  expect(await shop.order(id)).toMatchObject({ type: "pickup", status: "ready for pickup" });
  await shop.admin.post(`/v1/fulfillment-orders/${work}/collect`, {});
  await complete(id);
  const forgotten = await capture("pickup", sku, { fulfillmentChoices });
  const other = forgotten.fulfillmentOrders[0]!.id;
  await shop.admin.post(`/v1/fulfillment-orders/${other}/ready`, {});
  await letTimePass(other);
  await until(forgotten.id, "it expires", ({ status }) => status === "expired");
  expect(await shop.position(sku, "leeds")).toMatchObject({ onHand: 1, available: 1, allocated: 0 });
});

test("make-to-order: it is made first, by a task with a deadline, and what was made goes to it", async () => {
  const sku = await shop.sku({ leeds: 5 });
  const captured = await capture("makeToOrder", sku);
  expect(captured).toMatchObject({ status: "processing", fulfillmentOrders: [], allocations: [] });
  expect(await taskOf(captured.id)).toMatchObject({ queue: "production", team: "production" });
  expect(await shop.application.sourceBackorders()).toBe(0);
  await end(captured.id, "cannotBeMade", { reason: "No brass." });
  expect(await taskOf(captured.id)).toMatchObject({ queue: "customer-service" });
  await end(captured.id, "tryAgain");
  await shop.receive(sku, "york", 1);
  await end(captured.id, "produced");
  await sourced(captured.id);
  await shipAndComplete(captured.id);
});

test("a service needs no stock, and the outcome of a task ends it", async () => {
  const sku = await shop.sku();
  const captured = await capture("service", sku);
  expect(captured).toMatchObject({ status: "processing", fulfillmentOrders: [] });
  expect(await taskOf(captured.id)).toMatchObject({ queue: "services" });
  await end(captured.id, "performed");
  expect((await shop.order(captured.id)).lines).toMatchObject([{ shipped: 1, delivered: 1, backordered: 0 }]);
  await complete(captured.id);
  const other = await capture("service", sku);
  await end(other.id, "notPerformed", { reason: "Nobody at home." });
  await end(other.id, "giveUp");
  expect(await shop.order(other.id)).toMatchObject({ status: "cancelled" });
  expect(await shop.admin.list(`/v1/positions?sku=${sku}`)).toEqual([]);
});

test("a pre-order waits until its day, which an agent may move, though there is stock", async () => {
  const sku = await shop.sku({ leeds: 5 });
  const captured = await capture("preOrder", sku, { metadata: { releaseOn: "2031-03-01" } });
  expect(captured).toMatchObject({ status: "confirmed", fulfillmentOrders: [] });
  const dueAt = async (): Promise<unknown> => {
    const { rows } = await shop.database.pool.query<{ due_at: Date }>(
      "select due_at from workflow.timers t join workflow.instances i using (entity_id, entry) where t.entity_id = $1",
      [captured.id],
    );
    return rows.map((row) => row.due_at.toISOString());
  };
  expect(await dueAt()).toEqual(["2031-03-01T00:00:00.000Z"]);
  await act(`/v1/orders/${captured.id}`, "moveRelease", { releaseOn: "2031-05-01" });
  expect(await dueAt()).toEqual(["2031-05-01T00:00:00.000Z"]);
  expect(await shop.application.sourceBackorders()).toBe(0);
  const unclear = await capture("preOrder", sku, { metadata: { releaseOn: "week 12" } });
  const open = () => shop.admin.list("/v1/exceptions?kind=releaseUnclear");
  expect(await open()).toMatchObject([{ entityId: unclear.id, ownerTeam: "customer-service" }]);
  expect(await shop.order(unclear.id)).toMatchObject({ status: "confirmed", fulfillmentOrders: [] });
  await shop.audit();
  await act(`/v1/orders/${unclear.id}`, "moveRelease", { releaseOn: "2031-05-01" });
  expect(await open()).toEqual([]);
  await shop.database.pool.query("update workflow.timers set due_at = now() where entity_id = $1", [captured.id]);
  await sourced(captured.id);
  await shipAndComplete(captured.id);
});

test("a back-order waits for stock where others are refused; when it waits too long somebody asks the customer", async () => {
  const sku = await shop.sku();
  const { id } = await capture("backOrder", sku);
  expect(await shop.order(id)).toMatchObject({ status: "confirmed" });
  await letTimePass(id);
  await eventually(
    "somebody is asked",
    async () => (await shop.admin.list(`/v1/tasks?order=${id}`)).length === 1,
    8_000,
  );
  await end(id, "keepWaiting");
  await shop.receive(sku, "leeds", 1);
  await sourced(id);
  await shipAndComplete(id);
});

test("a drop-ship is sent by a vendor, though a warehouse has it; a vendor that does not answer is asked about", async () => {
  const sku = await shop.sku({ dc: 5, mill: 5 });
  const { id } = await capture("dropShip", sku);
  const [work] = (await shop.order(id)).fulfillmentOrders;
  expect(work).toMatchObject({ location: "mill", status: "created" });
  const requests = async (): Promise<unknown[]> => {
    const { data } = await shop.admin.get<{ data: { type: string; data: object }[] }>(`/v1/orders/${id}/timeline`);
    return data.filter(({ type }) => type === "order.signaled").map((fact) => fact.data);
  };
  expect(await requests()).toMatchObject([{ name: "dropShipRequested", location: "mill", data: { units: 1 } }]);
  await letTimePass(work!.id);
  await until(id, "it is escalated", ({ fulfillmentOrders: [one] }) => one!.status === "escalated");
  expect(await taskOf(id)).toMatchObject({ queue: "purchasing" });
  await end(id, "askAgain");
  expect(await requests()).toHaveLength(2);
  await shop.admin.post(`/v1/fulfillment-orders/${work!.id}/accept`, {});
  await shipAndComplete(id);
});

test("no vendor has it: a drop-ship waits, and never for what a warehouse has", async () => {
  const sku = await shop.sku({ dc: 5 });
  const { id } = await capture("dropShip", sku);
  expect(await shop.order(id)).toMatchObject({ status: "confirmed", fulfillmentOrders: [] });
  expect(await shop.application.sourceBackorders()).toBe(0);
  await letTimePass(id);
  await eventually(
    "purchasing knows",
    async () => (await shop.admin.list(`/v1/exceptions?entityId=${id}&kind=waitsForStock`)).length === 1,
    8_000,
  );
  await shop.receive(sku, "mill", 1);
  await sourced(id);
  expect(await shop.admin.list(`/v1/exceptions?entityId=${id}`)).toEqual([]);
  await shipAndComplete(id);
});

test("an exchange keeps the new goods while the old ones come back; the return's event lets them go", async () => {
  const sku = await shop.sku({ leeds: 1 });
  const { id } = await capture("exchange", sku);
  const waiting = await shop.order(id);
  expect(waiting).toMatchObject({
    status: "confirmed",
    holds: [{ reason: "returnPending" }],
    lines: [{ allocated: 1 }],
  });
  expect(await shop.admin.refused(`/v1/fulfillment-orders/${waiting.fulfillmentOrders[0]!.id}/shipments`, {})).toBe(
    "orderHeld",
  );
  await act(`/v1/orders/${id}`, "returnReceived");
  expect(await shop.order(id)).toMatchObject({ status: "processing" });
  await shipAndComplete(id);
});

test("an exchange names an order that there is, and none of another customer", async () => {
  const sku = await shop.sku({ leeds: 9 });
  const lines = [{ sku, quantity: 1, unitPrice: 100 }];
  const { id } = await shop.capture({ lines, customer: { reference: "C-1" } });
  const { number } = await shop.order(id);
  let exchanges = 0;
  const exchange = async (exchangeOf: unknown, reference?: string) => {
    const customer = reference === undefined ? {} : { customer: { reference } };
    const externalReference = `EX-${++exchanges}`;
    const answer = await shop.admin.ask<{ errors?: object[] }>("POST", "/v1/orders", {
      channel: "web",
      externalReference,
      fulfillmentChoices: [HOME],
      type: "exchange",
      metadata: { exchangeOf },
      lines,
      ...customer,
    });
    return answer.status === 201 ? 201 : answer.body.errors;
  };
  const fault = (message: string) => [{ pointer: "/metadata/exchangeOf", message }];
  for (const nobody of [number + 1_000_000, "yesterday's", "9".repeat(30), true])
    expect(await exchange(nobody)).toEqual(fault("is no order's number"));
  expect(await exchange(number, "C-2")).toEqual(fault("is another customer's order"));
  expect([await exchange(number, "C-1"), await exchange(String(number))]).toEqual([201, 201]);
});

test("an exchange whose return does not come is asked about, and ends when the customer gives it up", async () => {
  const sku = await shop.sku({ leeds: 1 });
  const { id } = await capture("exchange", sku);
  await letTimePass(id);
  await eventually(
    "somebody is asked",
    async () => (await shop.admin.list(`/v1/tasks?order=${id}`)).length === 1,
    8_000,
  );
  await end(id, "giveUp");
  expect(await shop.order(id)).toMatchObject({ status: "cancelled" });
  expect(await shop.position(sku, "leeds")).toMatchObject({ allocated: 0, available: 1 });
});

test("what is left of an order waits with a deadline when all else has gone", async () => {
  const [here, missing] = [await shop.sku({ leeds: 1 }), await shop.sku()];
  const { id } = await shop.capture({
    channel: "shop",
    fulfillmentChoices: [HOME],
    lines: [here, missing].map((sku) => ({ sku, quantity: 1, unitPrice: 100 })),
  });
  const [work] = (await shop.order(id)).fulfillmentOrders;
  const { shipmentId } = await shop.admin.post<{ shipmentId: string }>(
    `/v1/fulfillment-orders/${work!.id}/shipments`,
    {},
  );
  await shop.admin.post(`/v1/shipments/${shipmentId}/deliver`, {});
  expect(await shop.order(id)).toMatchObject({ status: "processing" });
  await letTimePass(id);
  await eventually(
    "somebody owns it",
    async () => (await shop.admin.list(`/v1/exceptions?entityId=${id}&kind=waitsForStock`)).length === 1,
    8_000,
  );
  await shop.receive(missing, "york", 1);
  await until(id, "the rest is sourced", ({ lines }) => lines[1]!.allocated === 1);
});
