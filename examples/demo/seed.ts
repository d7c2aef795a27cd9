import { type BulkAnswer, type Client, postAll } from "../client.ts";
import { catalog, type Product } from "./catalog.ts";
import { Random } from "./random.ts";
import { seedDesks } from "./desks.ts";
import { centerCodes, channels, locations, networks, storeCodes } from "./retailer.ts";
import { publishAvailabilityRules } from "./rules.ts";
import { makeOrder, momentOf, ordersOn } from "./shop.ts";
import { seedStories } from "./stories.ts";
import { seedSupplies } from "./supplies.ts";

const SEED = 20_261_122;
const DAY_MS = 86_400_000;
const HISTORY_DAYS = 13 * 7;
/** Younger orders are live: their work is still being done. Only orders of the last day may be. */
const LIVE_MS = 22 * 3_600_000;
/** Bulk calls under way at once: the next one is parsed while the one before commits. */
const WIDTH = 4;

export interface Captured {
  id: string;
  number: number;
  status: string;
  backordered: object[];
  fulfillmentOrders: { id: string; number: number; location: string }[];
}

/** Fills in the retailer: places, products, stock, thirteen weeks of history, today's orders in every state, and the stories. */
export async function seed(client: Client, now: Date, say: (line: string) => void): Promise<Product[]> {
  const random = new Random(SEED);
  const started = performance.now();
  const { products, skus } = catalog(random);
  await postAll(client, "/v1/locations", locations(), 1_000);
  await postAll(client, "/v1/networks", networks, 100);
  await postAll(client, "/v1/channels", channels, 100);
  await postAll(client, "/v1/skus", skus, 1_000);
  const midnight = new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS);
  const shelves = shelvesOf(products, random);
  await countStock(client, shelves, new Date(midnight.getTime() - (HISTORY_DAYS + 2) * DAY_MS), 400);
  const dayAgo = new Date(now.getTime() - LIVE_MS);
  await seedHistory(client, products, random, midnight, dayAgo);
  await countStock(client, shelves, new Date(now.getTime() - 60_000), 1);
  await seedLastDay(client, products, random, midnight, dayAgo, now);
  await seedDesks(client, products, now);
  await seedStories(client, products, now);
  await seedSupplies(client, products, now);
  await publishAvailabilityRules(client, now);
  say(`The demo's retailer was filled in within ${((performance.now() - started) / 1000).toFixed(1)} s.`);
  return products;
}

interface Shelf {
  sku: string;
  location: string;
  quantity: number;
}

/** What is kept where on an ordinary day: centers hold everything but vendors' goods, stores a part, vendors their own. */
function shelvesOf(products: readonly Product[], random: Random): Shelf[] {
  return products.flatMap(({ code: sku, vendor, category, popularity }) => [
    ...(vendor === null
      ? centerCodes.map((location) => ({
          sku,
          location,
          quantity: random.between(20, 60) * Math.ceil(popularity / 3),
        }))
      : []),
    ...(vendor === null && random.chance(0.4)
      ? [{ sku, location: "3PL-WROCLAW", quantity: random.between(10, 60) }]
      : []),
    ...(vendor === null ? [] : [{ sku, location: vendor, quantity: random.between(15, 40) }]),
    ...(category === "Home/Furniture"
      ? []
      : storeCodes
          .filter(() => random.chance(0.55))
          .map((location) => ({ sku, location, quantity: random.between(0, 9) }))),
  ]);
}

/** Counts all shelves: with many days' worth before the history, which sells without receipts, with one day's after it. */
async function countStock(client: Client, shelves: readonly Shelf[], asOf: Date, days: number): Promise<void> {
  const items = shelves.map((shelf) => ({ ...shelf, quantity: shelf.quantity * days }));
  await postAll(client, "/v1/stock/snapshots", items, 5_000, {
    source: "demo-count",
    asOf: asOf.toISOString(),
    basis: "physical",
    scope: "partial",
  });
}

/** Thirteen weeks of orders that have run their course, with the times they really took. */
async function seedHistory(
  client: Client,
  products: readonly Product[],
  random: Random,
  midnight: Date,
  until: Date,
): Promise<void> {
  const orders: { body: Record<string, unknown>; orderedAt: Date }[] = [];
  const taste = new Random(SEED + 1);
  for (let age = HISTORY_DAYS; age >= 1; age--) {
    const day = new Date(midnight.getTime() - age * DAY_MS);
    for (let count = ordersOn(day, random); count > 0; count--) {
      const orderedAt = momentOf(day, random);
      if (orderedAt < until)
        orders.push({
          orderedAt,
          body: makeOrder(products, random, { reference: `H${age}-${count}`, orderedAt, historical: true, taste }),
        });
    }
  }
  const captured = await postWide<Captured>(
    client,
    "/v1/orders/bulk",
    orders.map(({ body }) => body),
  );
  const shipping: object[] = [];
  const deliveries: (Date | null)[] = [];
  const cancelled: object[] = [];
  captured.forEach((order, index) => {
    const { orderedAt } = orders[index]!;
    // What a store did not have could not be collected there.
    if (order.backordered.length > 0 || random.chance(0.04)) {
      cancelled.push({
        order: order.id,
        reason: random.pick(["customer changed their mind", "payment failed", "ordered twice"]),
        occurredAt: new Date(orderedAt.getTime() + random.between(1, 600) * 60_000).toISOString(),
      });
      return;
    }
    for (const { id } of order.fulfillmentOrders) {
      const shippedAt = new Date(orderedAt.getTime() + random.between(3, 40) * 3_600_000);
      const takesDays = random.weighted([
        [1, 30],
        [2, 40],
        [3, 18],
        [5, 8],
        [8, 4],
      ]);
      const deliveredAt = new Date(shippedAt.getTime() + takesDays * DAY_MS - random.between(0, 8) * 3_600_000);
      if (shippedAt > until) continue;
      shipping.push({
        fulfillmentOrderId: id,
        carrier: random.pick(["DHL", "DPD", "PostNL"]),
        trackingNumber: `HP${id.slice(-10).toUpperCase()}`,
        shippedAt: shippedAt.toISOString(),
        estimatedDeliveryOn: new Date(shippedAt.getTime() + 3 * DAY_MS).toISOString().slice(0, 10),
      });
      deliveries.push(deliveredAt < until ? deliveredAt : null);
    }
  });
  await postWide(client, "/v1/orders/cancel", cancelled);
  const shipped = await shipOrCollect(client, shipping);
  await postWide(
    client,
    "/v1/shipments/deliveries",
    shipped.flatMap((shipmentId, index) => {
      const deliveredAt = deliveries[index];
      return shipmentId !== null && deliveredAt ? [{ shipmentId, deliveredAt: deliveredAt.toISOString() }] : [];
    }),
  );
}

/** Ships; what waits for its customer instead is made ready and collected. Answers the shipments, null for collected ones. */
async function shipOrCollect(client: Client, shipping: readonly object[]): Promise<(string | null)[]> {
  const shipped: (string | null)[] = [];
  const collected: { fulfillmentOrderId: string; occurredAt: string }[] = [];
  for (let from = 0; from < shipping.length; from += 1_000) {
    const part = shipping.slice(from, from + 1_000) as { fulfillmentOrderId: string; shippedAt: string }[];
    const answer = await client.post<BulkAnswer<{ shipmentId: string }>>("/v1/shipments/bulk", { items: part });
    for (const item of answer.items) {
      shipped.push(item.result?.shipmentId ?? null);
      if (item.status === "refused")
        collected.push({
          fulfillmentOrderId: part[item.index]!.fulfillmentOrderId,
          occurredAt: part[item.index]!.shippedAt,
        });
    }
  }
  for (const action of ["accept", "startPicking", "pack", "ready", "collect"]) {
    await postWide(
      client,
      "/v1/fulfillment-orders/actions",
      collected.map(({ fulfillmentOrderId, occurredAt }) => ({ fulfillmentOrderId, action, occurredAt })),
    );
  }
  return shipped;
}

/** The last day: orders in every state, as far along as chance has it. */
async function seedLastDay(
  client: Client,
  products: readonly Product[],
  random: Random,
  midnight: Date,
  since: Date,
  now: Date,
): Promise<void> {
  const orders = [1, 0]
    .flatMap((age) => {
      const day = new Date(midnight.getTime() - age * DAY_MS);
      return Array.from({ length: ordersOn(day, random) }, (_, index) => ({
        reference: `T${age}-${index}`,
        orderedAt: momentOf(day, random),
      }));
    })
    .filter(({ orderedAt }) => orderedAt > since && orderedAt < now)
    .map((options) => makeOrder(products, random, options));
  const answer = await client.post<BulkAnswer<Captured>>("/v1/orders/bulk", { items: orders });
  const parts = answer.items.flatMap((item) => item.result?.fulfillmentOrders ?? []);
  const advance = async (share: number, action: string, from: readonly { id: string }[]): Promise<{ id: string }[]> => {
    const chosen = from.filter(() => random.chance(share));
    const done = await client.post<BulkAnswer<object>>("/v1/fulfillment-orders/actions", {
      items: chosen.map(({ id }) => ({ fulfillmentOrderId: id, action })),
    });
    return chosen.filter((_, index) => done.items[index]!.status === "ok");
  };
  const accepted = await advance(0.8, "accept", parts);
  const picking = await advance(0.75, "startPicking", accepted);
  const packed = await advance(0.7, "pack", picking);
  const ready = await advance(1, "ready", packed);
  const isReady = new Set(ready.map(({ id }) => id));
  const leaving = packed.filter(({ id }) => !isReady.has(id) && random.chance(0.75));
  await postWide(
    client,
    "/v1/shipments/bulk",
    leaving.map(({ id }) => ({
      fulfillmentOrderId: id,
      carrier: "DPD",
      trackingNumber: `HP${id.slice(-10).toUpperCase()}`,
      estimatedDeliveryOn: new Date(now.getTime() + 2 * DAY_MS).toISOString().slice(0, 10),
    })),
  );
  const captured = answer.items.flatMap((item) => item.result ?? []);
  for (const order of captured.filter(() => random.chance(0.04)).slice(0, 3))
    await client.post(`/v1/orders/${order.id}/holds`, {
      reason: "fraud check",
      note: "Address and card country differ.",
    });
}

/** Bulk calls of up to 1,000 items, a few at once; every item must be taken. */
async function postWide<Result>(client: Client, path: string, items: readonly object[]): Promise<Result[]> {
  const parts: (readonly object[])[] = [];
  for (let from = 0; from < items.length; from += 500) parts.push(items.slice(from, from + 500));
  const results: Result[][] = parts.map(() => []);
  const queue = parts.entries();
  await Promise.all(
    Array.from({ length: WIDTH }, async () => {
      for (const [index, part] of queue) results[index] = await postAll<object, Result>(client, path, part, 500);
    }),
  );
  return results.flat();
}
