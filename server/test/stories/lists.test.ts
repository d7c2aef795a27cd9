import { afterAll, beforeAll, expect, test } from "vitest";
import type { Caller } from "../harness/caller.ts";
import { type CapturedOrderAnswer, HOME, openRetailer, type Retailer } from "../harness/retailer.ts";

let shop: Retailer;
let york: Caller;
let shirt: string;
let book: string;
/** In the order of their capture: a shirt from york, a book from leeds, and both. */
const orders: CapturedOrderAnswer[] = [];

beforeAll(async () => {
  shop = await openRetailer({});
  york = await shop.caller(["orders:read", "orders:export", "fulfillment:read"], { locationCodes: ["york"] });
  [shirt, book] = [await shop.sku({ york: 10 }), await shop.sku({ leeds: 10 })];
  for (const [index, skus] of [[shirt], [book], [shirt, book]].entries()) {
    const lines = skus.map((sku) => ({ sku, quantity: 1, unitPrice: 100 }));
    const order = { channel: "web", externalReference: `L-${index}`, fulfillmentChoices: [HOME], lines };
    orders.push(await shop.admin.post<CapturedOrderAnswer>("/v1/orders", order));
  }
});
afterAll(() => shop.close());

const found = async (caller: Caller, path: string): Promise<string[]> =>
  (await caller.list<{ id: string }>(path)).map(({ id }) => id);
/** The same, one row per page. */
async function paged(path: string): Promise<string[]> {
  const ids: string[] = [];
  let after = "";
  for (;;) {
    const page: { data: { id: string }[]; next: string | null } = await shop.admin.get(`${path}limit=1${after}`);
    ids.push(...page.data.map(({ id }) => id));
    if (page.next === null) return ids;
    after = `&after=${page.next}`;
  }
}
const newest = (...places: number[]): string[] => places.map((place) => orders[place]!.id);
const work = (...places: number[]): string[] =>
  places.flatMap((place) => orders[place]!.fulfillmentOrders.map(({ id }) => id)).sort();

test("orders are found by SKU and location, newest first, by whoever may see them", async () => {
  expect(await found(shop.admin, `/v1/orders?sku=${shirt}`)).toEqual(newest(2, 0));
  expect(await found(shop.admin, "/v1/orders?location=leeds")).toEqual(newest(2, 1));
  expect(await found(shop.admin, `/v1/orders?sku=${shirt}&location=leeds`)).toEqual(newest(2));
  expect(await found(shop.admin, "/v1/orders?sku=NONE")).toEqual([]);
  expect(await found(york, "/v1/orders")).toEqual(newest(2, 0));
  expect(await found(york, "/v1/orders?location=leeds")).toEqual(newest(2));
  expect(await found(york, `/v1/orders?sku=${book}`)).toEqual(newest(2));
});

test("fulfillment orders are found by order number and by SKU", async () => {
  const search = async (text: string): Promise<string[]> =>
    (await found(shop.admin, `/v1/fulfillment-orders?query=${text}`)).sort();
  expect(await search(String(orders[2]!.number))).toEqual(work(2));
  expect(await search(`%23${orders[0]!.number}`)).toEqual(work(0));
  const withBook = (await shop.admin.list<{ id: string; lines: { sku: string }[] }>("/v1/fulfillment-orders"))
    .filter(({ lines }) => lines.some(({ sku }) => sku === book))
    .map(({ id }) => id);
  expect(withBook).toHaveLength(2);
  expect(await search(book)).toEqual(withBook.sort());
  expect(await search("999999999")).toEqual([]);
});

test("the pages of all fulfillment orders and those of a filter are in the same order", async () => {
  const all = await paged("/v1/fulfillment-orders?");
  expect([...all].sort()).toEqual(work(0, 1, 2));
  expect(await paged("/v1/fulfillment-orders?status=created,scheduled&")).toEqual(all);
});
