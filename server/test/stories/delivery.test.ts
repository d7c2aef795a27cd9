import { afterAll, beforeAll, expect, test } from "vitest";
import type { FulfillmentOrderAnswer } from "../harness/retailer.ts";
import { HOME, openRetailer, type Retailer } from "../harness/retailer.ts";

interface Shipped {
  shipmentId: string;
  status: string;
  orderStatus: string;
}

let shop: Retailer;
beforeAll(async () => {
  shop = await openRetailer();
});
afterAll(async () => {
  await shop.audit();
  await shop.close();
});

const act = (fulfillmentOrder: string, action: string): Promise<Shipped> =>
  shop.admin.post(`/v1/fulfillment-orders/${fulfillmentOrder}/${action}`, {});
const ship = (fulfillmentOrder: string, body: object = {}): Promise<Shipped> =>
  shop.admin.post(`/v1/fulfillment-orders/${fulfillmentOrder}/shipments`, body);
const deliver = (shipment: string): Promise<Shipped> => shop.admin.post(`/v1/shipments/${shipment}/deliver`, {});
const lineStates = async (id: string): Promise<string[]> => (await shop.order(id)).lines.map((line) => line.status);

test("an order goes from capture to delivery; stock, labels and timeline tell the same (O7, O18, F8, I11)", async () => {
  const sku = await shop.sku({ leeds: 5 });
  const captured = await shop.capture({
    lines: [{ sku, quantity: 2, unitPrice: 1999 }],
    charges: [
      { type: "shipping", amount: 495 },
      { type: "discount", amount: 100, line: 1 },
    ],
  });
  expect(captured).toMatchObject({
    status: "processing",
    grandTotal: 4393,
    currency: "GBP",
    revision: 1,
    replayed: false,
  });
  expect(captured.allocations).toEqual([{ lineNumber: 1, sku, location: "leeds", quantity: 2 }]);
  expect(await shop.position(sku, "leeds")).toEqual({ onHand: 5, allocated: 2, available: 3, short: 0 });

  const { id } = captured.fulfillmentOrders[0]!;
  expect(await act(id, "accept")).toMatchObject({ status: "scheduled", orderStatus: "processing" });
  expect(await act(id, "start-picking")).toMatchObject({ status: "picking" });
  expect(await act(id, "pack")).toMatchObject({ status: "packed" });
  const shipment = {
    reference: "SH-1",
    carrier: "DPD",
    trackingNumber: "T1",
    trackingUrl: "https://dpd.example/T1",
    estimatedDeliveryOn: "2026-11-24",
  };
  const shipped = await ship(id, shipment);
  expect(shipped).toMatchObject({ status: "dispatched", orderStatus: "shipped" });
  expect(await shop.position(sku, "leeds")).toEqual({ onHand: 3, allocated: 0, available: 3, short: 0 });
  expect(await deliver(shipped.shipmentId)).toMatchObject({ status: "fulfilled", orderStatus: "delivered" });

  const order = await shop.order(captured.id);
  expect(order).toMatchObject({ status: "delivered", itemTotal: 3998, chargeTotal: 395, grandTotal: 4393 });
  expect(order.lines).toMatchObject([{ quantity: 2, allocated: 0, shipped: 2, delivered: 2, status: "delivered" }]);
  expect(order.fulfillmentOrders[0]!.shipments).toMatchObject([
    { ...shipment, status: "delivered", lines: [{ lineNumber: 1, quantity: 2 }] },
  ]);
  const { data } = await shop.admin.get<{
    data: { type: string; actor: string; sequence: number; data: { to?: string } }[];
  }>(`/v1/orders/${captured.id}/timeline`);
  expect(data.map(({ sequence }) => sequence)).toEqual(data.map((_, index) => index + 1));
  expect(data.map(({ type, data: { to } }) => (to === undefined ? type : `${type} ${to}`))).toEqual([
    "order.captured",
    "fulfillmentOrder.created",
    "fulfillmentOrder.statusChanged scheduled",
    "fulfillmentOrder.statusChanged picking",
    "fulfillmentOrder.statusChanged packed",
    "fulfillmentOrder.unitsShipped",
    "fulfillmentOrder.statusChanged dispatched",
    "order.statusChanged shipped",
    "fulfillmentOrder.unitsDelivered",
    "fulfillmentOrder.statusChanged fulfilled",
    "order.statusChanged delivered",
  ]);
  expect(data.every(({ actor }) => actor.startsWith("key:"))).toBe(true);
});

test("a pickup waits at the counter: ready, then collected, which is delivery (F3, O7)", async () => {
  const sku = await shop.sku({ leeds: 5, york: 1 });
  const captured = await shop.capture({
    fulfillmentChoices: [{ id: "store", method: "pickup", location: "york", collectors: ["Ada"] }],
    lines: [{ sku, quantity: 1, unitPrice: 500 }],
  });
  expect(captured.allocations).toMatchObject([{ location: "york" }]);
  const { id } = captured.fulfillmentOrders[0]!;
  expect(await shop.admin.refused(`/v1/fulfillment-orders/${id}/collect`, {})).toBe("transitionNotAllowed");
  await act(id, "accept");
  await act(id, "pack");
  expect(await act(id, "ready")).toMatchObject({ status: "ready for pickup", orderStatus: "ready for pickup" });
  expect(await act(id, "collect")).toMatchObject({ status: "fulfilled", orderStatus: "delivered" });
  expect(await shop.position(sku, "york")).toEqual({ onHand: 0, allocated: 0, available: 0, short: 0 });
  expect(await shop.order(captured.id)).toMatchObject({ type: "pickup", lines: [{ delivered: 1 }] });
});

test("a pickup that its store does not have is refused, however much is elsewhere", async () => {
  const sku = await shop.sku({ leeds: 5 });
  const lines = [{ sku, quantity: 1, unitPrice: 500 }];
  const fulfillmentChoices = [{ id: "store", method: "pickup", location: "york" }];
  expect(
    await shop.admin.refused("/v1/orders", { channel: "web", externalReference: "no-york", fulfillmentChoices, lines }),
  ).toBe("unavailable");
});

test("one order mixes pickup, home and a gift to another city; it is done when all of it is (O1, F3)", async () => {
  const [shirt, book, toy] = [
    await shop.sku({ leeds: 1 }),
    await shop.sku({ york: 1 }),
    await shop.sku({ leeds: 1, london: 1 }),
  ];
  const captured = await shop.capture({
    fulfillmentChoices: [
      HOME,
      { id: "store", method: "pickup", location: "york" },
      {
        id: "gift",
        method: "delivery",
        giftMessage: "For you",
        address: { city: "London", country: "GB", latitude: 51.5, longitude: -0.1 },
      },
    ],
    lines: [
      { sku: shirt, quantity: 1, unitPrice: 100, fulfillmentChoice: "home" },
      { sku: book, quantity: 1, unitPrice: 200, fulfillmentChoice: "store" },
      { sku: toy, quantity: 1, unitPrice: 300, fulfillmentChoice: "gift" },
    ],
  });
  expect(captured.allocations.map(({ lineNumber, location }) => [lineNumber, location])).toEqual([
    [1, "leeds"],
    [2, "york"],
    [3, "london"],
  ]);
  const byLocation = new Map(captured.fulfillmentOrders.map(({ id, location }) => [location, id]));
  const home = await ship(byLocation.get("leeds")!);
  expect(home.orderStatus).toBe("processing");
  expect((await deliver(home.shipmentId)).orderStatus).toBe("processing");
  for (const step of ["start-picking", "pack"]) await act(byLocation.get("york")!, step);
  expect((await act(byLocation.get("york")!, "ready")).orderStatus).toBe("processing");
  const gift = await ship(byLocation.get("london")!);
  // All that is still to be handed over waits at the counter.
  expect(gift.orderStatus).toBe("ready for pickup");
  expect((await act(byLocation.get("york")!, "collect")).orderStatus).toBe("shipped");
  expect(await lineStates(captured.id)).toEqual(["delivered", "delivered", "shipped"]);
  expect((await deliver(gift.shipmentId)).orderStatus).toBe("delivered");
  const order = await shop.order(captured.id);
  expect(order.fulfillmentChoices.map(({ id, method, giftMessage }) => [id, method, giftMessage])).toEqual([
    ["home", "delivery", undefined],
    ["store", "pickup", undefined],
    ["gift", "delivery", "For you"],
  ]);
});

test("part of it leaves now, the rest later; each unit leaves and arrives once (F8)", async () => {
  const sku = await shop.sku({ leeds: 5 });
  const captured = await shop.capture({ lines: [{ sku, quantity: 5, unitPrice: 100 }] });
  const { id } = captured.fulfillmentOrders[0]!;
  const first = await ship(id, { reference: "A", lines: [{ lineNumber: 1, quantity: 2 }] });
  expect(first).toMatchObject({ status: "created", orderStatus: "processing" });
  expect(await shop.position(sku, "leeds")).toEqual({ onHand: 3, allocated: 3, available: 0, short: 0 });
  expect(await lineStates(captured.id)).toEqual(["partially shipped"]);
  const shipments = `/v1/fulfillment-orders/${id}/shipments`;
  expect(
    await shop.admin.refused(shipments, {
      lines: [
        { lineNumber: 1, quantity: 2 },
        { lineNumber: 1, quantity: 2 },
      ],
    }),
  ).toBe("tooManyUnits");
  expect(await shop.admin.refused(shipments, { lines: [{ lineNumber: 9, quantity: 1 }] })).toBe("tooManyUnits");
  expect(await shop.admin.refused(shipments, { reference: "A" })).toBe("referenceUsed");
  await deliver(first.shipmentId);
  expect(await lineStates(captured.id)).toEqual(["partially delivered"]);
  expect(await shop.admin.refused(`/v1/shipments/${first.shipmentId}/deliver`, {})).toBe("alreadyDelivered");
  const rest = await ship(id);
  expect(rest).toMatchObject({ status: "dispatched", orderStatus: "shipped" });
  expect(await shop.admin.refused(shipments, {})).toBe("nothingToShip");
  expect(await shop.admin.refused(`/v1/shipments/${first.shipmentId}/deliver`, {})).toBe("alreadyDelivered");
  expect(await deliver(rest.shipmentId)).toMatchObject({ status: "fulfilled", orderStatus: "delivered" });
  const { fulfillmentOrders } = await shop.order(captured.id);
  expect(fulfillmentOrders[0]).toMatchObject({ lines: [{ quantity: 5, shipped: 5, delivered: 5, withdrawn: 0 }] });
  expect(fulfillmentOrders[0]!.shipments.map(({ lines }) => lines)).toEqual([
    [{ lineNumber: 1, quantity: 2 }],
    [{ lineNumber: 1, quantity: 3 }],
  ]);
});

test("a line that no single location has is split, and each part goes its own way (I13, R3)", async () => {
  const sku = await shop.sku({ leeds: 2, york: 2 });
  const captured = await shop.capture({ lines: [{ sku, quantity: 4, unitPrice: 100 }] });
  expect(captured.allocations).toEqual([
    { lineNumber: 1, sku, location: "leeds", quantity: 2 },
    { lineNumber: 1, sku, location: "york", quantity: 2 },
  ]);
  const [leeds, york] = [captured.fulfillmentOrders[0]!, captured.fulfillmentOrders[1]!];
  expect((await ship(leeds.id)).orderStatus).toBe("processing");
  expect((await ship(york.id)).orderStatus).toBe("shipped");
  expect(await shop.admin.get<FulfillmentOrderAnswer>(`/v1/fulfillment-orders/${york.id}`)).toMatchObject({
    status: "dispatched",
    location: "york",
  });
});

test("bulk calls answer per item: one bad item leaves the others alone (O11)", async () => {
  const sku = await shop.sku({ leeds: 10 });
  const orders = await Promise.all([1, 2, 3].map(() => shop.capture({ lines: [{ sku, quantity: 1, unitPrice: 1 }] })));
  const ids = orders.map((order) => order.fulfillmentOrders[0]!.id);
  const statuses = ({ items }: { items: { status: string; problem?: { code: string } }[] }): string[] =>
    items.map((item) => item.problem?.code ?? item.status);
  const nobody = "00000000-0000-7000-8000-000000000000";
  const actions = [
    ...ids.map((fulfillmentOrderId) => ({ fulfillmentOrderId, action: "accept" })),
    { fulfillmentOrderId: nobody, action: "accept" },
  ];
  expect(statuses(await shop.admin.post("/v1/fulfillment-orders/actions", { items: actions }))).toEqual([
    "ok",
    "ok",
    "ok",
    "notFound",
  ]);
  const shipments = [
    { fulfillmentOrderId: ids[0]! },
    { fulfillmentOrderId: ids[1]!, lines: [{ lineNumber: 1, quantity: 7 }] },
    { fulfillmentOrderId: nobody },
  ];
  const shipped: { items: { status: string; result?: Shipped }[] } = await shop.admin.post("/v1/shipments/bulk", {
    items: shipments,
  });
  expect(statuses(shipped)).toEqual(["ok", "tooManyUnits", "notFound"]);
  const { shipmentId } = shipped.items[0]!.result!;
  expect(
    statuses(
      await shop.admin.post("/v1/shipments/deliveries", {
        items: [{ shipmentId }, { shipmentId }, { shipmentId: nobody }],
      }),
    ).sort(),
  ).toEqual(["alreadyDelivered", "notFound", "ok"]);
  const cancel = [
    { order: orders[0]!.id, reason: "late" },
    { order: String(orders[1]!.number), reason: "late" },
    { order: "web:no-such", reason: "late" },
  ];
  expect(statuses(await shop.admin.post("/v1/orders/cancel", { items: cancel }))).toEqual([
    "tooLate",
    "ok",
    "notFound",
  ]);
  expect(await shop.position(sku, "leeds")).toEqual({ onHand: 9, allocated: 1, available: 8, short: 0 });
});

test("a lost shipment has an owner until it is resolved or turns up; its units stay shipped, and it is lost once (F8, W7)", async () => {
  const sku = await shop.sku({ leeds: 5 });
  const captured = await shop.capture({ lines: [{ sku, quantity: 3, unitPrice: 100 }] });
  const { id } = captured.fulfillmentOrders[0]!;
  const [first, second] = [
    await ship(id, { carrier: "DPD", trackingNumber: "T-77", lines: [{ lineNumber: 1, quantity: 2 }] }),
    await ship(id, { lines: [{ lineNumber: 1, quantity: 1 }] }),
  ];
  const lose = `/v1/shipments/${first.shipmentId}/lost`;
  const lost = await shop.admin.post<Shipped & { lostAt: string }>(lose, { reason: "the carrier searched" }, "lost-1");
  expect(lost).toMatchObject({ shipmentId: first.shipmentId, status: "dispatched", orderStatus: "shipped" });
  expect(await shop.admin.post(lose, { reason: "the carrier searched" }, "lost-1")).toEqual(lost);
  expect(await shop.admin.refused(lose, {})).toBe("notUnderWay");
  await shop.admin.post(`/v1/shipments/${second.shipmentId}/lost`, {});
  expect(await shop.position(sku, "leeds")).toEqual({ onHand: 2, allocated: 0, available: 2, short: 0 });

  const exceptions = () =>
    shop.admin.list<{ kind: string; reason: string; ownerTeam: string; closedAt: string | null }>(
      `/v1/exceptions?entityId=${first.shipmentId}`,
    );
  expect(await exceptions()).toMatchObject([
    {
      kind: "shipmentLost",
      reason: "DPD T-77 from leeds is lost: the carrier searched.",
      ownerTeam: "customer-service",
      closedAt: null,
    },
  ]);
  const shipments = async () => (await shop.order(captured.id)).fulfillmentOrders[0]!.shipments;
  expect(await shipments()).toMatchObject([
    { status: "lost", lostAt: lost.lostAt, deliveredAt: null },
    { status: "lost", deliveredAt: null },
  ]);
  const { data } = await shop.admin.get<{ data: { type: string; data: object }[] }>(
    `/v1/orders/${captured.id}/timeline`,
  );
  expect(data.filter(({ type }) => type === "fulfillmentOrder.shipmentLost")).toHaveLength(2);

  expect(await deliver(first.shipmentId)).toMatchObject({ status: "dispatched", orderStatus: "shipped" });
  expect(await shipments()).toMatchObject([{ status: "delivered", lostAt: lost.lostAt }, { status: "lost" }]);
  expect(await shop.admin.list(`/v1/exceptions?entityId=${first.shipmentId}`)).toEqual([]);
  expect(await shop.admin.refused(lose, {})).toBe("notUnderWay");

  const [reader, elsewhere] = [
    await shop.caller(["orders:read", "fulfillment:read", "fulfillment:write"]),
    await shop.caller(["fulfillment:deliver"], { locationCodes: ["york"] }),
  ];
  expect(await reader.refused(lose, {})).toBe("forbidden");
  expect(await elsewhere.refused(`/v1/shipments/${second.shipmentId}/lost`, {})).toBe("notFound");
});

test("of many who mark one shipment lost at once one does, and neighbors in the batch are not disturbed", async () => {
  const sku = await shop.sku({ leeds: 5 });
  const shipments: string[] = [];
  for (let index = 0; index < 3; index++) {
    const captured = await shop.capture({ lines: [{ sku, quantity: 1, unitPrice: 100 }] });
    shipments.push((await ship(captured.fulfillmentOrders[0]!.id)).shipmentId);
  }
  const answers = await Promise.all(
    shipments.flatMap((shipment) =>
      Array.from({ length: 4 }, () => shop.admin.ask("POST", `/v1/shipments/${shipment}/lost`, {})),
    ),
  );
  for (let index = 0; index < 3; index++) {
    const statuses = answers.slice(4 * index, 4 * index + 4).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(3);
  }
});
