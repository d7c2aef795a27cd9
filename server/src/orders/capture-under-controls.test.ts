import { afterAll, beforeAll, expect, test } from "vitest";
import { type Caller, callerOf } from "../../test/harness/caller.ts";
import { eventually, HOME, now, openRetailer, type OrderAnswer, type Retailer } from "../../test/harness/retailer.ts";
import { fixedClock } from "../platform/clock.ts";
import type { OrderAggregate } from "./aggregate.ts";
import type { Proposal } from "./propose-sources.ts";
import { RestingOrders } from "./resting-orders.ts";

/** Two processes of one retailer. */
let here: Retailer;
let there: Retailer;
let sameCallerThere: Caller;
beforeAll(async () => {
  here = await openRetailer();
  there = await openRetailer({ beside: here });
  sameCallerThere = callerOf(there.url, here.admin.key);
});
afterAll(async () => {
  await here.audit();
  await sameCallerThere.close();
  await there.close();
  await here.close();
});

const rules: object[] = [];

/** Adds to the rules in force, in this process; the other one hears of it within a quarter of a second. */
async function addRules(...more: object[]): Promise<void> {
  rules.push(...more);
  const document = "/v1/documents/availability-controls/availability";
  await here.admin.put(`${document}/draft`, { content: { title: "Rules", rules } });
  await here.admin.post(`${document}/publish`, { note: `Rules ${rules.length}.` });
}

async function promised(sku: string, by = here.admin): Promise<number> {
  const { items } = await by.get<{ items: { quantity: number }[] }>(`/v1/availability?channel=web&skus=${sku}`);
  return items[0]!.quantity;
}

let references = 0;
const order = (lines: object[], more: object = {}): object => ({
  channel: "web",
  externalReference: `C-${++references}`,
  fulfillmentChoices: [HOME],
  lines,
  ...more,
});
const line = (sku: string, quantity: number) => ({ sku, quantity, unitPrice: 100 });
const capture = async (lines: object[], by = here.admin): Promise<number> =>
  (await by.ask("POST", "/v1/orders", order(lines))).status;

test("captures sell exactly what the answers promise, at two processes at once: what rules keep back stays (I5, I6, I12)", async () => {
  const [buffered, minimum, mixed] = [
    await here.sku({ leeds: 6, york: 4, london: 5 }),
    await here.sku({ leeds: 3, york: 9 }),
    await here.sku({ leeds: 12, dc: 8, york: 1 }),
  ];
  await addRules(
    { name: "Buffer", effect: { type: "buffer", units: 2 }, scope: { skus: [buffered], channels: ["web"] } },
    { name: "No London", effect: { type: "exclude" }, scope: { skus: [buffered], locations: ["london"] } },
    { name: "Minimum", effect: { type: "minimum", units: 4 }, scope: { skus: [minimum] } },
    { name: "Safety", effect: { type: "safetyStock", units: 3 }, scope: { skus: [mixed] } },
    { name: "Warehouse", effect: { type: "buffer", percent: 25 }, scope: { skus: [mixed], locations: ["leeds"] } },
  );
  const expected = { [buffered]: 6, [minimum]: 9, [mixed]: 6 + 5 };
  for (const [sku, quantity] of Object.entries(expected)) {
    expect(await promised(sku)).toBe(quantity);
    await eventually(
      "the other process knows the rules",
      async () => (await promised(sku, sameCallerThere)) === quantity,
    );
  }
  const statuses = await Promise.all(
    [buffered, mixed].flatMap((sku) =>
      Array.from({ length: 20 }, (_, buyer) => capture([line(sku, 1)], buyer % 2 ? here.admin : sameCallerThere)),
    ),
  );
  const won = (from: number): number => statuses.slice(from, from + 20).filter((status) => status === 201).length;
  expect(won(0)).toBe(expected[buffered]);
  expect(await here.position(buffered, "leeds")).toMatchObject({ available: 2 });
  expect(await here.position(buffered, "york")).toMatchObject({ available: 2 });
  expect(await here.position(buffered, "london")).toMatchObject({ available: 5 });
  // A percentage is of what is free at the moment, so it keeps less and less; the safety stock and one unit stay.
  expect(won(20)).toBe(8 + 5);
  expect(await here.position(mixed, "leeds")).toMatchObject({ available: 4 });
  expect(await here.position(mixed, "dc")).toMatchObject({ available: 3 });
  expect(await here.position(mixed, "york")).toMatchObject({ available: 1 });
  expect([
    await capture([line(minimum, 10)]),
    await capture([line(minimum, 6)]),
    await capture([line(minimum, 1)]),
  ]).toEqual([422, 201, 422]);
  expect(await here.position(minimum, "york")).toMatchObject({ available: 3 });
  for (const sku of Object.keys(expected)) expect(await promised(sku)).toBe(0);
});

test("what is kept back is asked once for an order, however its units are spread over addresses and lines", async () => {
  const [minimum, half] = [await here.sku({ leeds: 10 }), await here.sku({ leeds: 10 })];
  await addRules(
    { name: "Last eight", effect: { type: "minimum", units: 8 }, scope: { skus: [minimum] } },
    { name: "Half", effect: { type: "buffer", percent: 50 }, scope: { skus: [half] } },
  );
  const spread = (sku: string, ...quantities: number[]): Promise<{ status: number }> =>
    here.admin.ask("POST", "/v1/orders", {
      ...order(quantities.map((quantity, index) => ({ ...line(sku, quantity), fulfillmentChoice: `to-${index}` }))),
      fulfillmentChoices: quantities.map((_, index) => ({ ...HOME, id: `to-${index}` })),
    });
  expect((await spread(minimum, 5, 2)).status).toBe(201);
  expect((await spread(minimum, 1, 1)).status).toBe(422);
  expect((await spread(half, 4, 2)).status).toBe(422);
  expect((await spread(half, 3, 2)).status).toBe(201);
  expect(await here.position(minimum, "leeds")).toMatchObject({ available: 3 });
  expect(await here.position(half, "leeds")).toMatchObject({ available: 5 });
});

test("a new version of an order keeps what the earlier one was promised, whatever rules have come since, and no more", async () => {
  const sku = await here.sku({ leeds: 4 });
  const versions = (quantity: number, instructions: string): Promise<{ status: number }> =>
    here.admin.ask("POST", "/v1/orders", {
      ...order([line(sku, quantity)], { channel: "market", externalReference: "VERSIONS" }),
      fulfillmentChoices: [{ ...HOME, instructions }],
    });
  expect((await versions(3, "at the door")).status).toBe(201);
  await addRules({ name: "Buffer of late", effect: { type: "buffer", units: 2 }, scope: { skus: [sku] } });
  expect((await versions(3, "at the back door")).status).toBe(201);
  expect((await versions(4, "at the back door")).status).toBe(422);
  expect((await versions(2, "at the back door")).status).toBe(201);
  expect(await here.position(sku, "leeds")).toMatchObject({ allocated: 2, available: 2 });
});

test("whatever amounts are asked for in whatever order, nothing that rules keep back is sold, and what is promised can be had", async () => {
  const locations = ["leeds", "york", "dc", "london"];
  const stocked = await Promise.all(
    [1, 2, 3].map(async (seed) => {
      const stock = Object.fromEntries(locations.map((code, index) => [code, (seed * 7 + index * 5) % 13]));
      return { sku: await here.sku(stock), stock, kept: seed + 1 };
    }),
  );
  await addRules(
    ...stocked.map(({ sku, kept }) => ({
      name: `Keep ${sku}`,
      effect: { type: "buffer", units: kept },
      scope: { skus: [sku] },
    })),
  );
  const [first] = stocked;
  const toPromise = Object.values(first!.stock).reduce((sum, units) => sum + Math.max(0, units - first!.kept), 0);
  await eventually("the other process knows", async () => (await promised(first!.sku, sameCallerThere)) === toPromise);
  await Promise.all(
    Array.from({ length: 60 }, (_, buyer) => {
      const lines = stocked
        .filter((_one, index) => (buyer + index) % 3 !== 0)
        .map(({ sku }, index) => line(sku, 1 + ((buyer * 5 + index * 3) % 4)));
      return capture(lines, buyer % 2 ? here.admin : sameCallerThere);
    }),
  );
  for (const { sku, stock, kept } of stocked) {
    for (const [location, units] of Object.entries(stock)) {
      if (units === 0) continue;
      const { available } = await here.position(sku, location);
      expect(available, `${sku} at ${location}`).toBeGreaterThanOrEqual(Math.min(units, kept));
    }
    const left = await promised(sku);
    expect(await capture([line(sku, left + 1)])).toBe(422);
    if (left > 0) expect(await capture([line(sku, left)])).toBe(201);
    expect(await promised(sku)).toBe(0);
  }
});

test("facts are never refused: sales at the till, history and what a migration says is somewhere take what rules keep back", async () => {
  const sku = await here.sku({ leeds: 3 });
  await addRules({ name: "Nothing", effect: { type: "exclude" }, scope: { skus: [sku] } });
  expect(await capture([line(sku, 1)])).toBe(422);
  const sale = { kind: "sale", sku, location: "leeds", quantity: 1, occurredAt: now(), source: "till" };
  await here.admin.post("/v1/stock/movements", { items: [sale] });
  expect(await here.position(sku, "leeds")).toMatchObject({ onHand: 2, available: 2 });
  await here.admin.post("/v1/orders", order([{ ...line(sku, 1), location: "leeds" }]));
  expect(await here.position(sku, "leeds")).toMatchObject({ onHand: 2, allocated: 1 });
  const old = { historical: true, orderedAt: "2024-03-01T10:00:00Z" };
  await here.admin.post("/v1/orders", order([line(sku, 1)], old));
  expect(await here.position(sku, "leeds")).toMatchObject({ onHand: 2, allocated: 2 });
});

test("an order that may wait waits for what rules keep back, and gets it when they no longer do", async () => {
  const sku = await here.sku({ leeds: 5 });
  await addRules({ name: "Later", effect: { type: "buffer", units: 4 }, scope: { skus: [sku], channels: ["shop"] } });
  const { id } = await here.admin.post<OrderAnswer>("/v1/orders", order([line(sku, 3)], { channel: "shop" }));
  const units = async (): Promise<object[]> =>
    (await here.order(id)).lines.map(({ backordered, allocated }) => ({ backordered, allocated }));
  expect(await units()).toEqual([{ backordered: 2, allocated: 1 }]);
  expect(await here.application.sourceBackorders([id])).toBe(0);
  expect(await units()).toEqual([{ backordered: 2, allocated: 1 }]);
  rules.pop();
  await addRules();
  expect(await here.application.sourceBackorders([id])).toBe(1);
  expect(await units()).toEqual([{ backordered: 0, allocated: 3 }]);
});

test("orders whose units are kept back stand in nobody's way: they rest for five seconds", () => {
  const clock = fixedClock(new Date());
  const resting = new RestingOrders(clock);
  const tried = (id: string, sources: number) => ({
    order: { id } as OrderAggregate,
    proposal: { sources: Array.from({ length: sources }) } as Proposal,
  });
  resting.note([tried("a", 0), tried("b", 1), tried("c", 0)]);
  expect(resting.ids()).toEqual(["a", "c"]);
  clock.advance(3_000);
  resting.note([tried("a", 0)]);
  clock.advance(2_000);
  expect(resting.ids()).toEqual(["a"]);
  clock.advance(3_000);
  expect(resting.ids()).toEqual([]);
});
