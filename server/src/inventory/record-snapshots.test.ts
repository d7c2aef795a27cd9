import { afterAll, beforeAll, expect, test } from "vitest";
import { STOCK_NOW, type StockWorld, stockWorld } from "../../test/harness/stock.ts";
import type { FactAnswer } from "./fact-schemas.ts";
import { allocate, applyMovements, releaseAllocations } from "./public.ts";
import type { SnapshotAnswer } from "./snapshot-schemas.ts";

let world: StockWorld;
beforeAll(async () => {
  world = await stockWorld({ skus: 40, locations: 6 });
});
afterAll(async () => {
  await world.audit();
  await world.close();
});

const at = (minutes: number) => new Date(STOCK_NOW.getTime() + minutes * 60_000).toISOString();
const post = async (path: string, body: object, options: object = {}) =>
  await world.api.call("POST", `/v1/stock/${path}`, { body, ...options });
const fact = async (kind: string, sku: string, location: string, quantity: number, minutes: number, source = "pos") => {
  const body = { items: [{ kind, sku, location, quantity, occurredAt: at(minutes), source }] };
  return (await post("movements", body)).json<FactAnswer>().items[0]!;
};
interface Counted {
  sku: string;
  location: string;
  quantity: number;
  damaged?: number;
}
const count = async (minutes: number, items: Counted[], more: object = {}) =>
  (await post("snapshots", { source: "erp", asOf: at(minutes), items, ...more })).json<SnapshotAnswer>();
const one = async (minutes: number, sku: string, quantity: number, more: object = {}) =>
  (await count(minutes, [{ sku, location: "L1", quantity }], more)).items[0]!;

const origin = { actor: "system:test", requestId: null };
/** As orders promise and ship: the allocation, and its movement. */
const promise = async (holderId: string, sku: string, quantity: number) => {
  const { skuId, locationId } = (await world.position(sku, "L1"))!;
  const occurredAt = world.clock.now();
  await world.database.transaction(async (transaction) => {
    void applyMovements(transaction, [
      { skuId, locationId, kind: "allocation", allocated: quantity, occurredAt, source: "orders", origin },
    ]);
    allocate(transaction, [
      { holderId, lineNumber: 1, orderId: holderId, skuId, locationId, quantity, allocatedAt: occurredAt },
    ]);
  });
};
const ship = async (holderId: string, sku: string, quantity: number, minutes: number) => {
  const { skuId, locationId } = (await world.position(sku, "L1"))!;
  await world.database.transaction(async (transaction) => {
    void applyMovements(transaction, [
      {
        skuId,
        locationId,
        kind: "shipment",
        onHand: -quantity,
        allocated: -quantity,
        occurredAt: new Date(at(minutes)),
        source: "orders",
        origin,
      },
    ]);
    releaseAllocations(transaction, [{ holderId, lineNumber: 1, quantity }]);
  });
};
const holder = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;

test("a late file never resurrects what was sold since", async () => {
  await one(-120, "S1", 10);
  await fact("sale", "S1", "L1", 4, -60);
  expect(await one(-90, "S1", 10)).toMatchObject({ effect: "applied", position: { onHand: 6 } });
  expect(await one(-100, "S1", 50)).toMatchObject({ effect: "alreadyCounted", position: { onHand: 6 } });
  expect(await one(-90, "S1", 50)).toMatchObject({ effect: "alreadyCounted", position: { onHand: 6 } });
});

test("a late fact leaves on hand alone when a later count has seen it, and says so", async () => {
  await one(-60, "S2", 10);
  expect(await fact("sale", "S2", "L1", 3, -90)).toMatchObject({ effect: "alreadyCounted", position: { onHand: 10 } });
  expect(await fact("sale", "S2", "L1", 3, -30)).toMatchObject({ effect: "applied", position: { onHand: 7 } });
  const { data } = (await world.api.call("GET", "/v1/movements?sku=S2")).json<{ data: object[] }>();
  expect(data[1]).toMatchObject({ kind: "sale", change: { onHand: 0 }, alreadyCounted: -3 });
});

test("a late shipment releases its allocation and leaves on hand to the count that has seen it", async () => {
  await one(-120, "S3", 10);
  await promise(holder(3), "S3", 4);
  await one(-60, "S3", 6);
  await ship(holder(3), "S3", 4, -90);
  expect(await world.position("S3", "L1")).toMatchObject({ onHand: 6, allocated: 0 });
});

test("a count of available units adds what is allocated and damaged, and a late shipment frees nothing", async () => {
  await one(-300, "S4", 12);
  await fact("damage", "S4", "L1", 1, -290);
  world.clock.advance(-280 * 60_000);
  await promise(holder(4), "S4", 4);
  world.clock.advance(280 * 60_000);
  expect(await one(-60, "S4", 5, { basis: "available" })).toMatchObject({
    position: { onHand: 10, allocated: 4, damaged: 1, available: 5 },
  });
  await promise(holder(44), "S4", 2);
  await ship(holder(4), "S4", 4, -90);
  expect(await world.position("S4", "L1")).toMatchObject({ onHand: 6, allocated: 2, damaged: 1 });
  expect(await one(-30, "S4", 5, { basis: "available" })).toMatchObject({ position: { onHand: 6, available: 3 } });
});

test("facts of a source that the snapshot had not seen are added, however old they are", async () => {
  await one(-200, "S5", 20);
  await fact("sale", "S5", "L1", 1, -150, "pos");
  await fact("sale", "S5", "L1", 2, -150, "web");
  await fact("sale", "S5", "L1", 4, -110, "pos");
  const seenUntil = { pos: at(-120) };
  expect(await one(-60, "S5", 17, { seenUntil })).toMatchObject({ position: { onHand: 13 } });
  expect(await fact("sale", "S5", "L1", 8, -100, "pos")).toMatchObject({ effect: "applied", position: { onHand: 5 } });
  expect(await fact("sale", "S5", "L1", 8, -100, "web")).toMatchObject({
    effect: "alreadyCounted",
    position: { onHand: 5 },
  });
  expect(await fact("sale", "S5", "L1", 8, -130, "pos")).toMatchObject({
    effect: "alreadyCounted",
    position: { onHand: 5 },
  });
});

test("damaged units are counted when a snapshot tells them, and none are where nothing is", async () => {
  await count(-120, [{ sku: "S6", location: "L1", quantity: 10, damaged: 3 }]);
  expect(await fact("damage", "S6", "L1", 2, -130)).toMatchObject({ position: { damaged: 3 } });
  await fact("damage", "S6", "L1", 1, -90);
  expect((await count(-100, [{ sku: "S6", location: "L1", quantity: 10, damaged: 2 }])).items[0]).toMatchObject({
    position: { damaged: 3 },
  });
  expect(await one(-60, "S6", 8)).toMatchObject({ position: { onHand: 8, damaged: 3 } });
  expect(await one(-50, "S6", 0)).toMatchObject({ position: { onHand: 0, damaged: 0 } });
  expect(
    (
      await count(-40, [
        { sku: "S6", location: "L1", quantity: 2, damaged: 3 },
        { sku: "S6", location: "L1", quantity: -1 },
      ])
    ).items.map(({ problem }) => problem!.code),
  ).toEqual(["impossibleCount", "impossibleCount"]);
});

test("a full snapshot counts what it does not name as nothing at its locations, as movements, and nowhere else", async () => {
  for (const location of ["L2", "L3"])
    for (const sku of ["S7", "S8", "S9"]) await fact("receipt", sku, location, 5, -120);
  await fact("receipt", "S9", "L2", 1, -20);
  const answer = await count(-60, [{ sku: "S7", location: "L2", quantity: 4 }], { scope: "full", locations: ["L2"] });
  expect(answer).toMatchObject({ unnamed: 2, items: [{ effect: "applied" }] });
  const here = (await world.api.call("GET", "/v1/positions?location=L2")).json<{ data: object[] }>().data;
  expect(here).toMatchObject([
    { sku: "S7", onHand: 4 },
    { sku: "S8", onHand: 0, version: 2 },
    { sku: "S9", onHand: 1, version: 3 },
  ]);
  expect(await world.position("S8", "L3")).toMatchObject({ onHand: 5 });
  expect((await count(-50, [], { scope: "full", locations: ["L3"] })).unnamed).toBe(3);
  expect((await count(-55, [], { scope: "full", locations: ["L3"] })).unnamed).toBe(0);
});

test("a snapshot below what is promised is stored, and opens one short that the next one closes", async () => {
  await one(-120, "S10", 5);
  await promise(holder(10), "S10", 5);
  expect(await one(-60, "S10", 2)).toMatchObject({ position: { onHand: 2, short: 3 } });
  await world.audit();
  expect(await one(-50, "S10", 6)).toMatchObject({ position: { onHand: 6, short: 0 } });
});

test("of several items for a position the last counts and the others are told so", async () => {
  const item = (quantity: number) => ({ sku: "S11", location: "L1", quantity });
  for (const minutes of [-60, -50]) {
    const { items } = await count(minutes, [item(1), item(2), item(3)]);
    expect(items.map(({ effect, problem }) => effect ?? problem!.code)).toEqual([
      "superseded",
      "superseded",
      "applied",
    ]);
    expect(items[2]!.position!.onHand).toBe(3);
  }
});

test("a count that confirms the position leaves no movement, but later facts from before it are known to be counted", async () => {
  await one(-60, "S12", 7);
  const [before, after] = [await one(-40, "S12", 7), await fact("sale", "S12", "L1", 1, -50)];
  expect(before.position!.version).toBe(1);
  expect(after).toMatchObject({ effect: "alreadyCounted", position: { onHand: 7 } });
});

test("times that are not credible, foreign locations and counters beyond their range are refused", async () => {
  const items = [{ sku: "S13", location: "L1", quantity: 1 }];
  const refused = async (body: object, options = {}) => {
    const answer = await post("snapshots", { source: "erp", asOf: at(-10), items, ...body }, options);
    return [answer.status, answer.json()["code"]];
  };
  expect(await refused({ asOf: at(6) })).toEqual([422, "badTime"]);
  expect(await refused({ seenUntil: { pos: at(6) } })).toEqual([422, "badTime"]);
  expect(await refused({ scope: "full", locations: ["L1", "LX"] })).toEqual([404, "unknownLocation"]);
  expect(await refused({ scope: "full", locations: ["L1"] }, { as: { locationCodes: new Set(["L2"]) } })).toEqual([
    404,
    "unknownLocation",
  ]);
  await fact("receipt", "S14", "L1", 1_000_000_000, -5);
  await fact("receipt", "S14", "L1", 1_000_000_000, -5);
  expect(await refused({ items: [{ sku: "S14", location: "L1", quantity: 1_000_000_000 }] })).toEqual([
    422,
    "beyondLimits",
  ]);
  const [foreign] = (
    await post("snapshots", { source: "erp", asOf: at(-10), items }, { as: { locationCodes: new Set(["L2"]) } })
  ).json<SnapshotAnswer>().items;
  expect(foreign!.problem!.code).toBe("unknownLocation");
});

test("an asOf a little ahead of our clock counts as now, so that it swallows no sale", async () => {
  await one(4, "S15", 5);
  world.clock.advance(60_000);
  expect(await fact("sale", "S15", "L1", 1, 0.5)).toMatchObject({ effect: "applied", position: { onHand: 4 } });
  world.clock.advance(-60_000);
});

test("a repeated call under one Idempotency-Key is answered alike and leaves one audit entry", async () => {
  const body = { source: "erp", asOf: at(-60), items: [{ sku: "S16", location: "L1", quantity: 5 }] };
  const audited = async () =>
    Number((await world.database.pool.query("select count(*) from platform.audit_log")).rows[0].count);
  const before = await audited();
  const headers = { "idempotency-key": "snapshot-1" };
  const [first, second] = [await post("snapshots", body, { headers }), await post("snapshots", body, { headers })];
  expect(second.text).toBe(first.text);
  expect(await audited()).toBe(before + 1);
});

test("5,000 positions in one call: each is told to the feed once", async () => {
  const items = Array.from({ length: 5_000 }, (_, n) => ({
    sku: `S${1 + (n % 40)}`,
    location: `L${1 + (Math.floor(n / 40) % 6)}`,
    quantity: n,
  }));
  world.clock.advance(60 * 60_000);
  const {
    rows: [last],
  } = await world.database.pool.query("select max(id) as id from platform.events");
  const answer = await count(30, items);
  expect(answer.items.filter(({ effect }) => effect === "applied")).toHaveLength(240);
  const { rows } = await world.database.pool.query(
    `select sum(jsonb_array_length(data->'changes'))::int as changes, count(distinct data->>'location')::int as locations
     from platform.events where type = 'stock.changed' and id > $1`,
    [last.id],
  );
  expect(rows[0]).toEqual({ changes: 240, locations: 6 });
});
