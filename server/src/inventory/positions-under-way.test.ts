import { afterAll, beforeAll, expect, test } from "vitest";
import { type StockWorld, stockWorld } from "../../test/harness/stock.ts";
import {
  applyMovements,
  expectPositions,
  lockPositions,
  type LockedPosition,
  type PositionKey,
  positionsAfter,
  PositionsUnderWay,
} from "./public.ts";

let world: StockWorld;
beforeAll(async () => {
  world = await stockWorld({ skus: 20, locations: 1 });
});
afterAll(async () => {
  await world.close();
});

let used = 0;
/** A position with 10 units, counted a while ago to the microsecond. */
async function freshPosition(): Promise<PositionKey> {
  const { rows } = await world.database.pool.query<PositionKey>(
    `insert into inventory.positions (sku_id, location_id, on_hand, version, counted_at)
     select sku.id, location.id, 10, 1, '2026-01-02T03:04:05.678901Z'
     from (select id from catalog.skus order by id offset $1 limit 1) as sku, network.locations as location
     returning sku_id as "skuId", location_id as "locationId"`,
    [used++],
  );
  return rows[0]!;
}

function change(key: PositionKey, set: string): Promise<unknown> {
  return world.database.pool.query(`update inventory.positions set ${set} where sku_id = $1 and location_id = $2`, [
    key.skuId,
    key.locationId,
  ]);
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;
const read = (key: PositionKey): Promise<LockedPosition[]> =>
  world.database.transaction((transaction) => lockPositions(transaction, [key]));
const expectThem = (positions: readonly LockedPosition[]): Promise<unknown> =>
  world.database.transaction((transaction) => expectPositions(transaction, positions)).then(() => "held", codeOf);

test("positions as expected are held; after any other change nothing of the transaction is kept", async () => {
  const key = await freshPosition();
  const positions = await read(key);
  expect(await expectThem(positions)).toBe("held");
  for (const set of [
    "on_hand = 9",
    "reserved = 1",
    "allocated = 1",
    "damaged = 1",
    "version = 7",
    "counted_at = now()",
  ]) {
    const before = await read(key);
    await change(key, set);
    expect([set, await expectThem(before)]).toEqual([set, "40001"]);
    expect(await expectThem(await read(key))).toBe("held");
  }
  expect(await expectThem([...(await read(key)), { ...positions[0]!, skuId: 999_999 }])).toBe("40001");
});

/** One transaction after the other on one position, each taking a unit, the second before the first has ended. */
async function takeTwice(
  key: PositionKey,
  underWay: PositionsUnderWay,
  first: "commits" | "fails",
): Promise<unknown[]> {
  const take = (positions: readonly LockedPosition[]) =>
    positions.map((position) => ({
      skuId: position.skuId,
      locationId: position.locationId,
      allocated: 1,
      kind: "allocation" as const,
      occurredAt: world.clock.now(),
      source: "orders",
      sourceDocument: "document",
      origin: { actor: "system:test", requestId: null },
    }));
  const mayEnd = Promise.withResolvers<void>();
  const one = underWay.during([key], (offer) =>
    world.database.transaction(async (transaction) => {
      const locked = await lockPositions(transaction, [key]);
      offer(positionsAfter(locked, await applyMovements(transaction, take(locked), locked)));
      await mayEnd.promise;
      if (first === "fails") throw new Error("the first fails");
    }),
  );
  const expected = (await underWay.expected([key]))!;
  const two = world.database.transaction(async (transaction) => {
    const isHeld = expectPositions(transaction, expected);
    await applyMovements(transaction, take(expected), expected);
    mayEnd.resolve();
    await isHeld;
  });
  const outcomes = await Promise.allSettled([one, two]);
  return outcomes.map((outcome) => (outcome.status === "fulfilled" ? "done" : (codeOf(outcome.reason) ?? "failed")));
}

test("what a transaction offers is expected until it ends; who has decided on it loses nothing, or has done nothing", async () => {
  const underWay = new PositionsUnderWay();
  for (const [first, outcomes, allocated] of [
    ["commits", ["done", "done"], 2],
    ["fails", ["failed", "40001"], 0],
  ] as const) {
    const key = await freshPosition();
    expect(await takeTwice(key, underWay, first)).toEqual(outcomes);
    expect((await read(key))[0]).toMatchObject({ allocated, version: 1 + allocated });
    expect(underWay.expected([key])).toBeNull();
    const { rows } = await world.database.pool.query(
      "select array_agg(allocated order by version) as steps from inventory.movements where sku_id = $1",
      [key.skuId],
    );
    expect(rows[0].steps ?? []).toEqual(allocated === 2 ? [1, 2] : []);
  }
});

test("positions that nobody holds, or that a transaction leaves without a word, are not expected; after a mistake nobody expects for a while", async () => {
  const underWay = new PositionsUnderWay();
  const [key, other] = [await freshPosition(), await freshPosition()];
  const [position] = await read(key);
  let silent: unknown = "not asked";
  await underWay.during([key], async () => {
    expect(underWay.expected([key, other])).toBeNull();
    silent = underWay.expected([key]);
  });
  expect(await silent).toBeNull();
  await underWay.during([key], async (offer) => {
    // A later transaction on the same position: what it offers counts, and the end of the first one does not take it away.
    await underWay.during([key], async (offerLater) => {
      offer([position!]);
      offerLater([{ ...position!, version: 8 }]);
      expect(await underWay.expected([key])).toEqual([{ ...position!, version: 8 }]);
    });
    expect(underWay.expected([key])).toBeNull();
  });
  await underWay.during([key], async (offer) => {
    offer([position!]);
    expect(underWay.wasWrong(new Error("another one"))).toBe(false);
    expect(underWay.expected([key])).not.toBeNull();
    expect(underWay.wasWrong(Object.assign(new Error("moved"), { code: "40001" }))).toBe(true);
    expect(underWay.expected([key])).toBeNull();
  });
});
