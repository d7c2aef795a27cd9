import { afterAll, beforeAll, expect, test } from "vitest";
import { type CapturedOrderAnswer, HOME, now, openRetailer, type Retailer } from "../harness/retailer.ts";

let shop: Retailer;
beforeAll(async () => {
  shop = await openRetailer();
});
afterAll(() => shop.close());

interface Results {
  items: {
    index: number;
    status: "ok" | "refused";
    result?: CapturedOrderAnswer;
    problem?: { code: string; errors: { pointer: string }[] };
  }[];
}

const orderOf = (sku: unknown, externalReference: string, quantity: unknown = 1) => ({
  channel: "web",
  externalReference,
  fulfillmentChoices: [HOME],
  lines: [{ sku, quantity, unitPrice: 100, fulfillmentChoice: "home" }],
});

test("items of the wrong form are refused with their places, and the others go through (O11)", async () => {
  const sku = await shop.sku({ leeds: 10 });
  const items = [
    orderOf(sku, "B-0"),
    orderOf(sku, "B-1", "two"),
    "no order",
    orderOf(sku, "B-3"),
    orderOf("unknown", "B-4"),
    { ...orderOf(sku, "B-5"), externalReference: "B\u0000" },
  ];
  const answer = await shop.admin.post<Results>("/v1/orders/bulk", { items }, "bulk-1");
  expect(answer.items.map(({ index, status }) => [index, status])).toEqual([
    [0, "ok"],
    [1, "refused"],
    [2, "refused"],
    [3, "ok"],
    [4, "refused"],
    [5, "refused"],
  ]);
  expect(answer.items.map(({ problem }) => problem?.errors.map(({ pointer }) => pointer))).toEqual([
    undefined,
    ["/items/1/lines/0/quantity"],
    ["/items/2"],
    undefined,
    ["/items/4/lines/0/sku"],
    ["/items/5/externalReference"],
  ]);
  expect((await shop.position(sku, "leeds")).allocated).toBe(2);
});

test("a bulk call repeated with its faulty item mended answers the others again and finishes the rest", async () => {
  const sku = await shop.sku({ leeds: 10 });
  const call = (second: unknown) =>
    shop.admin.post<Results>(
      "/v1/orders/bulk",
      { items: [orderOf(sku, "C-0"), orderOf(sku, "C-1", second), orderOf(sku, "C-2")] },
      "bulk-2",
    );
  const before = await call(0);
  const after = await call(1);
  expect(before.items.map(({ status }) => status)).toEqual(["ok", "refused", "ok"]);
  expect(after.items.map(({ status, result }) => [status, result?.replayed])).toEqual([
    ["ok", true],
    ["ok", false],
    ["ok", true],
  ]);
  expect(after.items[2]!.result!.id).toBe(before.items[2]!.result!.id);
  expect((await shop.position(sku, "leeds")).allocated).toBe(3);
});

test("what is wrong beside the items refuses the whole call", async () => {
  const sku = await shop.sku({ leeds: 10 });
  const items = [orderOf(sku, "D-0")];
  expect(await shop.admin.refused("/v1/orders/bulk", { items, other: 1 })).toBe("invalidInput");
  expect(await shop.admin.refused("/v1/orders/bulk", { items: [] })).toBe("invalidInput");
  expect(await shop.admin.refused("/v1/orders/bulk", { items: Array(1_001).fill(items[0]) })).toBe("invalidInput");
  expect(await shop.admin.refused("/v1/orders/bulk", [])).toBe("invalidInput");
});

const BULK: [path: string, rest: object][] = [
  ["/v1/orders/bulk", {}],
  ["/v1/orders/cancel", {}],
  ["/v1/fulfillment-orders/actions", {}],
  ["/v1/shipments/bulk", {}],
  ["/v1/shipments/deliveries", {}],
  ["/v1/stock/movements", {}],
  ["/v1/stock/adjustments", {}],
  ["/v1/stock/snapshots", { source: "erp", asOf: now() }],
  ["/v1/skus", {}],
  ["/v1/locations", {}],
  ["/v1/networks", {}],
  ["/v1/channels", {}],
];

test.each(BULK)("%s of nothing but faulty items refuses each of them", async (path, rest) => {
  const answer = await shop.admin.post<Results>(
    path,
    { ...rest, items: [{ unheardOf: 1 }, null] },
    `key of ${path}`.replaceAll(" ", "-"),
  );
  expect(answer.items).toMatchObject([
    { index: 0, status: "refused", problem: { code: "invalidInput" } },
    { index: 1, status: "refused", problem: { code: "invalidInput", errors: [{ pointer: "/items/1" }] } },
  ]);
});

test("facts and counts are taken item by item; no full count takes a refused item for nothing", async () => {
  const [first, second] = [await shop.sku({ leeds: 5 }), await shop.sku({ leeds: 7 })];
  const fact = { kind: "sale", location: "leeds", quantity: 1, occurredAt: now(), source: "pos" };
  const facts = await shop.admin.post<Results>("/v1/stock/movements", {
    items: [
      { ...fact, sku: first, occurredAt: "2016-12-31T23:59:60Z" },
      { ...fact, sku: first },
    ],
  });
  expect(facts.items).toMatchObject([
    { status: "refused", problem: { errors: [{ pointer: "/items/0/occurredAt" }] } },
    { index: 1, status: "ok" },
  ]);
  const count = {
    source: "erp",
    asOf: now(),
    items: [
      { sku: first, location: "leeds", quantity: 9 },
      { sku: second, location: "leeds", quantity: "8" },
    ],
  };
  const full = { ...count, scope: "full", locations: ["leeds"] };
  expect(await shop.admin.refused("/v1/stock/snapshots", full)).toBe("invalidInput");
  expect((await shop.position(second, "leeds")).onHand).toBe(7);
  const impossible = { ...full, items: [count.items[0], { sku: second, location: "leeds", quantity: -1 }] };
  await shop.admin.post("/v1/stock/snapshots", { ...impossible, asOf: now() });
  expect((await shop.position(second, "leeds")).onHand).toBe(7);
  const counted = await shop.admin.post<Results>("/v1/stock/snapshots", { ...count, asOf: now() });
  expect(counted.items.map(({ status }) => status)).toEqual(["ok", "refused"]);
  expect((await shop.position(first, "leeds")).onHand).toBe(9);
});
