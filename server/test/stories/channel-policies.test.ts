import { afterAll, beforeAll, expect, test } from "vitest";
import { orderAudit } from "../../src/orders/public.ts";
import { runAudit } from "../../src/platform/db/audit-check.ts";
import type { Answer, ProblemBody } from "../harness/caller.ts";
import { ALL_PERMISSIONS } from "../../src/access/public.ts";
import {
  type CapturedOrderAnswer,
  eventually,
  HOME,
  openRetailer,
  type OrderAnswer,
  type Retailer,
} from "../harness/retailer.ts";

let shop: Retailer;
beforeAll(async () => {
  shop = await openRetailer({ worker: true });
});
afterAll(async () => {
  await shop.audit();
  await shop.close();
});

const capture = (body: object): Promise<Answer<CapturedOrderAnswer & ProblemBody>> =>
  shop.admin.ask("POST", "/v1/orders", { fulfillmentChoices: [HOME], ...body });

test("a channel that refuses changes names what differs; the same content is answered again (O1, O2)", async () => {
  const sku = await shop.sku({ leeds: 5 });
  const body = {
    channel: "web",
    externalReference: "W-1",
    lines: [{ sku, quantity: 1, unitPrice: 100 }],
    customer: { name: "Ada" },
  };
  const first = await capture(body);
  expect(first.status).toBe(201);
  const again = await capture(body);
  expect(again).toMatchObject({ status: 200, body: { ...first.body, replayed: true } });
  const other = await capture({ ...body, customer: { name: "Bob" }, lines: [{ sku, quantity: 2, unitPrice: 100 }] });
  expect(other).toMatchObject({ status: 409, body: { code: "referenceTaken" } });
  expect(other.body.errors!.map(({ pointer }) => pointer).sort()).toEqual(["/customer/name", "/lines/0/quantity"]);
  expect(await shop.position(sku, "leeds")).toMatchObject({ allocated: 1 });
});

test("a channel that sends new versions: the earlier one is cancelled and its stock serves the new one (O1)", async () => {
  const sku = await shop.sku({ leeds: 5 });
  const body = (quantity: number): object => ({
    channel: "market",
    externalReference: "M-1",
    lines: [{ sku, quantity, unitPrice: 100 }],
  });
  const first = (await capture(body(4))).body;
  const second = await capture(body(5));
  expect(second).toMatchObject({
    status: 201,
    body: { revision: 2, status: "processing", allocations: [{ quantity: 5 }] },
  });
  expect(await shop.order(first.id)).toMatchObject({ status: "cancelled", revision: 1, lines: [{ cancelled: 4 }] });
  expect(await shop.position(sku, "leeds")).toEqual({ onHand: 5, allocated: 5, available: 0, short: 0 });
  expect(await capture(body(5))).toMatchObject({ status: 200, body: { id: second.body.id, replayed: true } });
  expect(await shop.admin.get<OrderAnswer>("/v1/orders/market:M-1")).toMatchObject({ id: second.body.id, revision: 2 });
  const { data } = await shop.admin.get<{ data: { type: string; data: object }[] }>(`/v1/orders/${first.id}/timeline`);
  expect(data.find(({ type }) => type === "order.superseded")!.data).toMatchObject({
    byOrderId: second.body.id,
    revision: 2,
  });

  // A version that cannot be promised changes nothing.
  expect(await capture(body(6))).toMatchObject({ status: 422, body: { code: "unavailable" } });
  expect(await shop.order(second.body.id)).toMatchObject({ status: "processing", lines: [{ allocated: 5 }] });
  // Nor does one that comes when something has left.
  await shop.admin.post(`/v1/fulfillment-orders/${second.body.fulfillmentOrders[0]!.id}/shipments`, {
    lines: [{ lineNumber: 1, quantity: 1 }],
  });
  expect(await capture(body(1))).toMatchObject({ status: 409, body: { code: "tooLate" } });
});

test("versions that arrive at once end in one order; every unit is free or belongs to it", async () => {
  const sku = await shop.sku({ leeds: 6 });
  const answers = await Promise.all(
    [1, 2, 3, 4, 5, 6].map((quantity) =>
      capture({ channel: "market", externalReference: "M-2", lines: [{ sku, quantity, unitPrice: 100 }] }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
  const orders = await shop.admin.list<OrderAnswer>("/v1/orders?query=M-2");
  const [current, ...others] = orders.filter(({ status }) => status !== "cancelled");
  expect(others).toEqual([]);
  expect(orders.map(({ revision }) => revision).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(current!.revision).toBe(6);
  expect(await shop.position(sku, "leeds")).toMatchObject({ allocated: current!.unitCount });
});

const PAST = "2017-10-02T10:56:33.000Z";
const historical = (sku: string): object => ({
  channel: "web",
  externalReference: `H-${sku}`,
  historical: true,
  orderedAt: PAST,
  lines: [{ sku, quantity: 3, unitPrice: 100, location: "dc" }],
});

test("an order of the past keeps its times and starts no timer; only with the permission (N4, issue A 14)", async () => {
  const sku = await shop.sku();
  const clerk = await shop.caller(ALL_PERMISSIONS.filter((permission) => permission !== "orders:migrate"));
  const refused = await clerk.ask<ProblemBody>("POST", "/v1/orders", {
    fulfillmentChoices: [HOME],
    ...historical(sku),
  });
  expect(refused.body.errors!.map(({ pointer }) => pointer)).toEqual(["/historical", "/lines/0/location"]);
  await shop.receive(sku, "dc", 3);
  const { body: captured } = await capture(historical(sku));
  const { id } = captured.fulfillmentOrders[0]!;
  const shipments = `/v1/fulfillment-orders/${id}/shipments`;
  expect((await clerk.ask<ProblemBody>("POST", shipments, { shippedAt: "2017-10-04T12:00:00Z" })).body.code).toBe(
    "forbidden",
  );
  const shipped: { shipmentId: string } = await shop.admin.post(shipments, {
    carrier: "Correios",
    shippedAt: "2017-10-04T12:00:00Z",
  });
  await shop.admin.post(`/v1/shipments/${shipped.shipmentId}/deliver`, { deliveredAt: "2017-10-10T21:25:13Z" });
  const order = await shop.order(captured.id);
  expect(order).toMatchObject({
    status: "delivered",
    historical: true,
    orderedAt: PAST,
    statusAt: "2017-10-10T21:25:13.000Z",
  });
  expect(order.fulfillmentOrders[0]).toMatchObject({
    location: "dc",
    dueAt: null,
    shipments: [{ shippedAt: "2017-10-04T12:00:00.000Z", deliveredAt: "2017-10-10T21:25:13.000Z" }],
  });
  const timers = await shop.database.pool.query("select from workflow.timers where entity_id in ($1, $2)", [
    captured.id,
    id,
  ]);
  expect(timers.rows).toEqual([]);
});

test("what the past contradicts is kept and flagged, never dropped (issue A 14)", async () => {
  const sku = await shop.sku({ dc: 3 });
  const empty = await capture({
    channel: "web",
    externalReference: "H-empty",
    historical: true,
    orderedAt: PAST,
    fulfillmentChoices: [],
    lines: [],
    tenders: [{ type: "boleto", amount: 5 }],
  });
  const kinds = async (entityId: string): Promise<string[]> =>
    (await shop.admin.list<{ kind: string }>(`/v1/exceptions?entityId=${entityId}`)).map(({ kind }) => kind).sort();
  expect(await kinds(empty.body.id)).toEqual(["orderWithoutLines", "paymentMismatch"]);
  const { body } = await capture(historical(sku));
  const shipped: { shipmentId: string } = await shop.admin.post(
    `/v1/fulfillment-orders/${body.fulfillmentOrders[0]!.id}/shipments`,
    { shippedAt: "2017-10-01T12:00:00Z" },
  );
  await shop.admin.post(`/v1/shipments/${shipped.shipmentId}/deliver`, { deliveredAt: "2017-09-10T21:25:13Z" });
  expect(await kinds(body.id)).toEqual(["timesOutOfOrder"]);
});

test("a delivered order is complete when its service window has passed, once; a timer of a state that was left is void (O7)", async () => {
  const sku = await shop.sku({ leeds: 1 });
  const order = await shop.capture({ lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  const shipped: { shipmentId: string } = await shop.admin.post(
    `/v1/fulfillment-orders/${order.fulfillmentOrders[0]!.id}/shipments`,
    {},
  );
  await shop.admin.post(`/v1/shipments/${shipped.shipmentId}/deliver`, {});
  const { rows } = await shop.database.pool.query(
    "select name, entry, due_at - now() > interval '13 days 23 hours' as later from workflow.timers where entity_id = $1",
    [order.id],
  );
  expect(rows).toMatchObject([{ later: true }]);
  await shop.database.pool.query(
    "insert into workflow.timers (entity_id, entry, name, due_at) values ($1, 1, $2, now())",
    [order.id, rows[0].name],
  );
  await eventually(
    "the void timer is gone",
    async () =>
      (await shop.database.pool.query("select from workflow.timers where entity_id = $1 and entry = 1", [order.id]))
        .rowCount === 0,
    5_000,
  );
  expect((await shop.order(order.id)).status).toBe("delivered");
  await shop.database.pool.query("update workflow.timers set due_at = now() where entity_id = $1", [order.id]);
  await eventually("the order is complete", async () => (await shop.order(order.id)).status === "complete", 5_000);
  const { data } = await shop.admin.get<{ data: { type: string; actor: string; data: object }[] }>(
    `/v1/orders/${order.id}/timeline`,
  );
  expect(data.filter(({ actor }) => actor === "system:timers")).toMatchObject([
    { type: "order.statusChanged", data: { from: "delivered", to: "complete" } },
  ]);
});

test("the audit finds an earlier version that still holds units, and a check that fails leaves a usable connection", async () => {
  const sku = await shop.sku({ leeds: 5 });
  const body = { channel: "market", externalReference: "M-AUDIT", lines: [{ sku, quantity: 1, unitPrice: 100 }] };
  const first = (await capture(body)).body;
  await capture({ ...body, priority: 1 });
  const { pool } = shop.database;
  await pool.query("update orders.order_lines set cancelled = 0, backordered = 1 where order_id = $1", [first.id]);
  const broken = (await runAudit(shop.database, orderAudit)).filter(({ violations }) => violations.length > 0);
  expect(broken).toContainEqual(
    expect.objectContaining({
      name: "orders: of several versions of an order only the last one has open units",
      violations: [{ id: first.id, number: first.number, revision: 1, open: 1 }],
    }),
  );
  await pool.query("update orders.order_lines set cancelled = 1, backordered = 0 where order_id = $1", [first.id]);
  await expect(runAudit(shop.database, [{ name: "test: fails", sql: "select 1 / 0" }])).rejects.toThrow("division");
  for (let times = 0; times < 5; times++) expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
});
