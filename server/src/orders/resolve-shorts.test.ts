import { afterAll, beforeAll, expect, test } from "vitest";
import { now, openRetailer, type Retailer } from "../../test/harness/retailer.ts";
import { resolveShorts } from "./public.ts";

let shop: Retailer;
beforeAll(async () => {
  shop = await openRetailer();
});
afterAll(async () => {
  await shop.audit();
  await shop.close();
});

const sell = (sku: string, location: string): Promise<unknown> =>
  shop.admin.post("/v1/stock/movements", {
    items: [{ kind: "sale", sku, location, quantity: 1, occurredAt: now(), source: "pos" }],
  });

test("any number of older shorts whose units are packed does not keep a later one from being sourced elsewhere", async () => {
  const { database, application } = shop;
  const sku = await shop.sku({ leeds: 1, york: 1 });
  const order = await shop.capture({ lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  const [first] = order.fulfillmentOrders;
  await database.pool.query(
    `insert into inventory.shorts (id, sku_id, location_id, quantity, reason, source, opened_at)
     select gen_random_uuid(), -n, 1, 1, 'packed', 'test', now() - interval '1 day' from generate_series(1, 250) as n`,
  );
  await sell(sku, first!.location);
  expect(await resolveShorts(application)).toBe(1);
  await database.pool.query("delete from inventory.shorts where source = 'test'");
  const { fulfillmentOrders } = await shop.order(order.id);
  expect(fulfillmentOrders.map(({ location, status }) => `${location} ${status}`)).toEqual([
    "leeds cancelled",
    "york created",
  ]);
});

test("an order whose units are taken from it has an owner in the same commit: a process that ends then loses nobody", async () => {
  const { application } = shop;
  const sku = await shop.sku({ leeds: 1 });
  const order = await shop.capture({ lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  await sell(sku, "leeds");
  const ended = new Error("the process ended");
  await expect(resolveShorts({ ...application, sourceBackorders: () => Promise.reject(ended) })).rejects.toBe(ended);
  expect(await shop.order(order.id)).toMatchObject({ lines: [{ backordered: 1 }] });
  const exceptions = await shop.admin.list(`/v1/exceptions?entityId=${order.id}`);
  expect(exceptions).toMatchObject([{ kind: "shortOrder", ownerTeam: "customer-service" }]);
});
