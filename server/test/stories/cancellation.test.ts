import { afterAll, beforeAll, expect, test } from "vitest";
import type { Answer, ProblemBody } from "../harness/caller.ts";
import { openRetailer, type Retailer } from "../harness/retailer.ts";

let shop: Retailer;
beforeAll(async () => {
  shop = await openRetailer();
});
afterAll(async () => {
  await shop.audit();
  await shop.close();
});

interface Cancelled {
  status: string;
  cancelled: { lineNumber: number; quantity: number }[];
}

const cancel = (id: string, lines?: object[], key?: string): Promise<Cancelled> =>
  shop.admin.post(
    `/v1/orders/${id}/cancel`,
    { reason: "changed their mind", ...(lines === undefined ? {} : { lines }) },
    key,
  );
const codeOf = (answer: Answer<unknown>): string => (answer.status < 300 ? "ok" : (answer.body as ProblemBody).code);

test("cancelling an order releases all its stock; a second time there is nothing to cancel (O10)", async () => {
  const sku = await shop.sku({ leeds: 2, york: 2 });
  const order = await shop.capture({ lines: [{ sku, quantity: 4, unitPrice: 100 }] });
  expect(await cancel(order.id)).toMatchObject({ status: "cancelled", cancelled: [{ lineNumber: 1, quantity: 4 }] });
  for (const location of ["leeds", "york"])
    expect(await shop.position(sku, location)).toMatchObject({ allocated: 0, available: 2 });
  const { fulfillmentOrders, lines } = await shop.order(order.id);
  expect(fulfillmentOrders.map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
  expect(lines).toMatchObject([{ cancelled: 4, status: "cancelled" }]);
  expect(await shop.admin.refused(`/v1/orders/${order.id}/cancel`, { reason: "again" })).toBe("nothingToDo");
  expect(await shop.admin.refused(`/v1/fulfillment-orders/${order.fulfillmentOrders[0]!.id}/shipments`, {})).toBe(
    "nothingToShip",
  );
});

test("a line or some units can be cancelled; waiting units go first, and the rest is delivered (O10)", async () => {
  const [shirt, book] = [await shop.sku({ leeds: 3 }), await shop.sku({ leeds: 1 })];
  const order = await shop.capture({
    channel: "shop",
    lines: [
      { sku: shirt, quantity: 5, unitPrice: 100 },
      { sku: book, quantity: 1, unitPrice: 100 },
    ],
  });
  await cancel(order.id, [{ lineNumber: 2 }]);
  expect(await shop.position(book, "leeds")).toMatchObject({ allocated: 0 });
  await cancel(order.id, [{ lineNumber: 1, quantity: 3 }]);
  expect((await shop.order(order.id)).lines[0]).toMatchObject({
    quantity: 5,
    backordered: 0,
    allocated: 2,
    cancelled: 3,
  });
  expect(await shop.position(shirt, "leeds")).toMatchObject({ allocated: 2, available: 1 });
  const path = `/v1/orders/${order.id}/cancel`;
  const lines = (...list: object[]): object => ({ reason: "r", lines: list });
  expect(await shop.admin.refused(path, lines({ lineNumber: 1, quantity: 3 }))).toBe("tooMany");
  expect(await shop.admin.refused(path, lines({ lineNumber: 1, quantity: 1 }, { lineNumber: 1, quantity: 2 }))).toBe(
    "tooMany",
  );
  expect(await shop.admin.refused(path, lines({ lineNumber: 2 }))).toBe("tooLate");
  expect(await shop.admin.refused(path, lines({ lineNumber: 3 }))).toBe("nothingToDo");
  const { id } = (await shop.order(order.id)).fulfillmentOrders[0]!;
  const shipped: { shipmentId: string; orderStatus: string } = await shop.admin.post(
    `/v1/fulfillment-orders/${id}/shipments`,
    {},
  );
  expect(shipped.orderStatus).toBe("shipped");
  expect(await shop.admin.post(`/v1/shipments/${shipped.shipmentId}/deliver`, {})).toMatchObject({
    orderStatus: "delivered",
  });
});

test("the same line named twice in one cancellation counts together", async () => {
  const sku = await shop.sku({ leeds: 5 });
  const order = await shop.capture({ lines: [{ sku, quantity: 5, unitPrice: 100 }] });
  expect(
    await cancel(order.id, [
      { lineNumber: 1, quantity: 1 },
      { lineNumber: 1, quantity: 2 },
    ]),
  ).toMatchObject({ cancelled: [{ lineNumber: 1, quantity: 3 }] });
  expect(await cancel(order.id, [{ lineNumber: 1, quantity: 1 }, { lineNumber: 1 }])).toMatchObject({
    status: "cancelled",
  });
});

test("of cancelling and shipping at the same moment exactly one wins, and the stock is right (O10, O14)", async () => {
  const orders = 30;
  const sku = await shop.sku({ leeds: orders });
  const captured = await Promise.all(
    Array.from({ length: orders }, () => shop.capture({ lines: [{ sku, quantity: 1, unitPrice: 100 }] })),
  );
  const results = await Promise.all(
    captured.map(async (order, index) => {
      const ship = (): Promise<Answer<unknown>> =>
        shop.admin.ask("POST", `/v1/fulfillment-orders/${order.fulfillmentOrders[0]!.id}/shipments`, {});
      const drop = (): Promise<Answer<unknown>> =>
        shop.admin.ask("POST", `/v1/orders/${order.id}/cancel`, { reason: "race" });
      const both = index % 2 === 0 ? [ship(), drop()] : [drop(), ship()];
      return (await Promise.all(both)).map(codeOf);
    }),
  );
  for (const codes of results) {
    expect(codes).toContain("ok");
    expect(codes.filter((code) => ["tooLate", "nothingToShip"].includes(code))).toHaveLength(1);
  }
  const after = await Promise.all(captured.map(({ id }) => shop.order(id)));
  const shipped = after.filter(({ status }) => status === "shipped").length;
  expect(after.filter(({ status }) => status === "cancelled")).toHaveLength(orders - shipped);
  expect(await shop.position(sku, "leeds")).toEqual({
    onHand: orders - shipped,
    allocated: 0,
    available: orders - shipped,
    short: 0,
  });
});

test("units cancelled while others ship: never more than were ordered (O10)", async () => {
  const sku = await shop.sku({ leeds: 10 });
  const order = await shop.capture({ lines: [{ sku, quantity: 10, unitPrice: 100 }] });
  const shipments = `/v1/fulfillment-orders/${order.fulfillmentOrders[0]!.id}/shipments`;
  const answers = await Promise.all(
    Array.from({ length: 16 }, (_, index) =>
      index % 2 === 0
        ? shop.admin.ask("POST", shipments, { lines: [{ lineNumber: 1, quantity: 1 }] })
        : shop.admin.ask("POST", `/v1/orders/${order.id}/cancel`, {
            reason: "race",
            lines: [{ lineNumber: 1, quantity: 1 }],
          }),
    ),
  );
  expect(answers.filter(({ status }) => status < 300)).toHaveLength(10);
  const [line] = (await shop.order(order.id)).lines;
  expect(line!.shipped + line!.cancelled).toBe(10);
  expect(await shop.position(sku, "leeds")).toMatchObject({ onHand: 10 - line!.shipped, allocated: 0 });
});

test("a key repeats the first answer and does nothing again, however often and at once (reliability, idempotency)", async () => {
  const sku = await shop.sku({ leeds: 10 });
  const order = await shop.capture({ lines: [{ sku, quantity: 6, unitPrice: 100 }] });
  const shipments = `/v1/fulfillment-orders/${order.fulfillmentOrders[0]!.id}/shipments`;
  const body = { lines: [{ lineNumber: 1, quantity: 1 }] };
  const first: { shipmentId: string } = await shop.admin.post(shipments, body, "ship-1");
  expect(await shop.admin.post(shipments, body, "ship-1")).toEqual(first);
  expect(await shop.admin.refused(shipments, { lines: [{ lineNumber: 1, quantity: 2 }] }, "ship-1")).toBe("keyReused");
  const units = [{ lineNumber: 1, quantity: 1 }];
  const cancelled = await cancel(order.id, units, "cancel-1");
  expect(await cancel(order.id, units, "cancel-1")).toEqual(cancelled);
  expect(await shop.admin.refused(`/v1/orders/${order.id}/cancel`, { reason: "other", lines: units }, "cancel-1")).toBe(
    "keyReused",
  );
  expect(await shop.admin.refused(shipments, body, "cancel-1")).toBe("keyReused");

  const atOnce = await Promise.all(
    Array.from({ length: 8 }, () =>
      shop.admin.ask<{ shipmentId: string }>("POST", shipments, body, { "idempotency-key": "ship-2" }),
    ),
  );
  expect(atOnce.every(({ status }) => status === 201)).toBe(true);
  expect(new Set(atOnce.map((answer) => answer.body.shipmentId)).size).toBe(1);
  expect((await shop.order(order.id)).lines[0]).toMatchObject({ shipped: 2, cancelled: 1, allocated: 3 });
});

test("a refusal keeps no key: the same request succeeds once it can", async () => {
  const sku = await shop.sku({ leeds: 1 });
  const order = await shop.capture({ lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  const hold: { id: string } = await shop.admin.post(`/v1/orders/${order.id}/holds`, { reason: "fraud" });
  const shipments = `/v1/fulfillment-orders/${order.fulfillmentOrders[0]!.id}/shipments`;
  expect(await shop.admin.refused(shipments, {}, "later")).toBe("orderHeld");
  await shop.admin.post(`/v1/orders/${order.id}/holds/${hold.id}/release`, {});
  expect(await shop.admin.post(shipments, {}, "later")).toMatchObject({ orderStatus: "shipped" });
});

test("a bulk call repeated under its key answers what is done and finishes the rest (O11)", async () => {
  const sku = await shop.sku({ leeds: 3 });
  const [one, two] = [
    await shop.capture({ lines: [{ sku, quantity: 1, unitPrice: 1 }] }),
    await shop.capture({ lines: [{ sku, quantity: 1, unitPrice: 1 }] }),
  ];
  const items = [one, two].map((order) => ({ fulfillmentOrderId: order.fulfillmentOrders[0]!.id }));
  const hold: { id: string } = await shop.admin.post(`/v1/orders/${two.id}/holds`, { reason: "fraud" });
  type Bulk = { items: { status: string; result?: { shipmentId: string } }[] };
  const first: Bulk = await shop.admin.post("/v1/shipments/bulk", { items }, "bulk-1");
  expect(first.items.map(({ status }) => status)).toEqual(["ok", "refused"]);
  await shop.admin.post(`/v1/orders/${two.id}/holds/${hold.id}/release`, {});
  const second: Bulk = await shop.admin.post("/v1/shipments/bulk", { items }, "bulk-1");
  expect(second.items.map(({ status }) => status)).toEqual(["ok", "ok"]);
  expect(second.items[0]!.result).toEqual(first.items[0]!.result);
  expect(await shop.position(sku, "leeds")).toEqual({ onHand: 1, allocated: 0, available: 1, short: 0 });
});
