import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type CapturedOrderAnswer, eventually, HOME, openRetailer, type Retailer } from "../harness/retailer.ts";

/** A process learns every half second what others have sent to a location. */
const NEXT_LOOK_MS = 600;

/** Leeds is the nearest to all customers, then comes York. */
let one: Retailer;
let two: Retailer;
beforeAll(async () => {
  one = await openRetailer({ worker: true });
  two = await openRetailer({ beside: one });
});
afterAll(async () => {
  await one.audit();
  await two.close();
  await one.close();
});

/** What the tests before have left is no work of Leeds any more. */
beforeEach(async () => {
  for (const { id } of await one.admin.list<{ id: string }>("/v1/orders?status=processing")) await cancel(id);
});

const cancel = (id: string): Promise<unknown> => one.admin.post(`/v1/orders/${id}/cancel`, { reason: "test" });

let counter = 0;
const capture = (shop: Retailer, sku: string): Promise<CapturedOrderAnswer> =>
  shop.admin.post("/v1/orders", {
    channel: "web",
    externalReference: `C-${++counter}`,
    fulfillmentChoices: [HOME],
    lines: [{ sku, quantity: 1, unitPrice: 100 }],
  });
const placeOf = ({ allocations }: CapturedOrderAnswer): string => allocations[0]!.location;
const countAt = (place: string, orders: readonly CapturedOrderAnswer[]): number =>
  orders.filter((order) => placeOf(order) === place).length;

/** Why the order is where it is, with codes in place of numbers. */
async function reasonOf(id: string): Promise<{ considered: object[]; excluded: object[] }> {
  const { sourcing } = await one.order(id);
  const [{ reason }] = sourcing[0]!.explanation as [{ reason: { considered: Named[]; excluded: Named[] } }];
  const codes = new Map(
    (await one.database.pool.query<{ id: number; code: string }>("select id, code from network.locations")).rows.map(
      (row) => [row.id, row.code],
    ),
  );
  const name = ({ locationId, ...rest }: Named): object => ({ location: codes.get(locationId), ...rest });
  return { considered: reason.considered.map(name), excluded: reason.excluded.map(name) };
}
type Named = { locationId: number };

/** Sets what Leeds can do in a day, and waits until both processes decide by it. */
async function limitLeeds(capacityPerDay: number | null): Promise<void> {
  await one.admin.ask("PATCH", "/v1/locations/leeds", { capacityPerDay });
  const sku = await one.sku({ leeds: 20 });
  for (const shop of [one, two]) await untilLeft(shop, sku, capacityPerDay);
  // The last question has to be forgotten, also on a machine on which a look takes as long as two.
  await pause(2 * NEXT_LOOK_MS);
}

/** Asking is an order, which counts until a look sees it cancelled: so there must be one in between. */
async function untilLeft(shop: Retailer, sku: string, expected: number | null): Promise<void> {
  const look = async (): Promise<boolean> => {
    await pause(NEXT_LOOK_MS);
    const { id } = await capture(shop, sku);
    const { considered } = await reasonOf(id);
    await cancel(id);
    return ((considered[0] as { capacityLeft?: number }).capacityLeft ?? null) === expected;
  };
  await eventually(`Leeds has ${expected} left`, look, 15_000);
}

test("the nearest location takes what it can do in its day; then the next nearest is asked, and the decision says why", async () => {
  await limitLeeds(2);
  const sku = await one.sku({ leeds: 99, york: 99 });
  // What is committed while the process looks counts twice until it has looked, so the last place may stay free that long.
  const orders: CapturedOrderAnswer[] = [];
  await eventually("both places are taken", async () => {
    orders.push(await capture(one, sku));
    return countAt("leeds", orders) === 2;
  });
  const elsewhere = await capture(one, sku);
  expect([placeOf(orders[0]!), placeOf(elsewhere)]).toEqual(["leeds", "york"]);
  expect(await reasonOf(orders[0]!.id)).toMatchObject({
    considered: [{ location: "leeds", capacityLeft: 2 }, { location: "york" }],
  });
  expect(await reasonOf(elsewhere.id)).toMatchObject({
    considered: [{ location: "york" }],
    excluded: [{ location: "leeds", why: "full" }],
  });
});

test("a full location still serves what nobody else has, and a pickup there", async () => {
  await limitLeeds(0);
  const sku = await one.sku({ leeds: 2 });
  expect(placeOf(await capture(one, sku))).toBe("leeds");
  const pickup = await one.capture({
    fulfillmentChoices: [{ id: "store", method: "pickup", location: "leeds" }],
    lines: [{ sku, quantity: 1, unitPrice: 100 }],
  });
  expect(placeOf(pickup)).toBe("leeds");
});

test("60 orders at once at one process: the location takes no more than it can do, and what is cancelled makes room", async () => {
  await limitLeeds(25);
  const sku = await one.sku({ leeds: 99, york: 99 });
  const orders = await Promise.all(Array.from({ length: 60 }, () => capture(one, sku)));
  // What is committed while the process looks counts twice until it has looked, so the last places may stay free that long.
  const taken = countAt("leeds", orders);
  expect(taken).toBeLessThanOrEqual(25);
  expect(taken).toBeGreaterThan(12);
  expect(countAt("york", orders)).toBe(60 - taken);
  const atLeeds = orders.filter((order) => placeOf(order) === "leeds");
  for (const { id } of atLeeds.slice(0, 5)) await cancel(id);
  const left = 25 - taken + 5;
  await untilLeft(one, await one.sku({ leeds: 20 }), left);
  await pause(NEXT_LOOK_MS);
  const later = countAt("leeds", await Promise.all(Array.from({ length: 20 }, () => capture(one, sku))));
  expect(later).toBeLessThanOrEqual(left);
  expect(later).toBeGreaterThan(0);
});

test("two processes at once: each counts its own at once and learns of the other's within a second", async () => {
  await limitLeeds(33);
  const sku = await one.sku({ leeds: 199, york: 199 });
  const first = await Promise.all(Array.from({ length: 100 }, (_, index) => capture(index % 2 ? one : two, sku)));
  // Never less than it can do, never more than each process alone would send.
  expect(countAt("leeds", first)).toBeGreaterThanOrEqual(33);
  expect(countAt("leeds", first)).toBeLessThanOrEqual(66);
  const probe = await one.sku({ leeds: 20 });
  for (const shop of [one, two]) await untilLeft(shop, probe, 0);
  const second = await Promise.all(Array.from({ length: 40 }, (_, index) => capture(index % 2 ? one : two, sku)));
  expect(countAt("leeds", second)).toBe(0);
});

// Before anything has left: after the hour of the cut-off both ways of counting mean the same day.
test("a location without a cut-off has a day as well: what was begun counts against it", async () => {
  await one.admin.ask("PATCH", "/v1/locations/leeds", { calendar: {} });
  await limitLeeds(2);
  const sku = await one.sku({ leeds: 9, york: 9 });
  const orders = [await capture(one, sku), await capture(one, sku)];
  expect(orders.map(placeOf)).toEqual(["leeds", "leeds"]);
  // Both processes see it: one counts only its own until it has looked, so the look alone says this to the other.
  await untilLeft(two, await one.sku({ leeds: 20 }), 0);
  expect(placeOf(await capture(two, sku))).toBe("york");
});

test("work that has left today counts, so a location that ships fast does not get twice its day", async () => {
  await limitLeeds(3);
  const sku = await one.sku({ leeds: 9, york: 9 });
  for (let count = 0; count < 3; count++) {
    const { fulfillmentOrders } = await capture(one, sku);
    await one.admin.post(`/v1/fulfillment-orders/${fulfillmentOrders[0]!.id}/shipments`, {});
  }
  await untilLeft(two, await one.sku({ leeds: 20 }), 0);
  expect(placeOf(await capture(two, sku))).toBe("york");
});
