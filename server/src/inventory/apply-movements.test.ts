import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type StockWorld, stockWorld } from "../../test/harness/stock.ts";
import { applyMovements, lockPositions, type LockedPosition, type MovementRequest } from "./public.ts";

const RUNS = 15;
const POSITIONS = 3;
let world: StockWorld;
beforeAll(async () => {
  world = await stockWorld({ skus: 2 * POSITIONS * (RUNS + 1), locations: 1 });
});
afterAll(async () => {
  await world.close();
});

let used = 0;
/** Positions that nobody has used: 20 on hand, 2 damaged, moved three times. */
async function freshPositions(): Promise<{ skuId: number; locationId: number }[]> {
  const { rows } = await world.database.pool.query<{ skuId: number; locationId: number }>(
    `insert into inventory.positions (sku_id, location_id, on_hand, damaged, version)
     select sku.id, location.id, 20, 2, 3 from (select id from catalog.skus order by id offset $1 limit $2) as sku, network.locations as location
     returning sku_id as "skuId", location_id as "locationId"`,
    [used, POSITIONS],
  );
  used += POSITIONS;
  return rows;
}

interface PromiseOf {
  position: number;
  reserved: number;
  allocated: number;
}

async function make(promises: readonly PromiseOf[], handOver: boolean): Promise<object> {
  const keys = await freshPositions();
  const movements = promises.map(
    ({ position, ...deltas }): MovementRequest => ({
      ...keys[position]!,
      ...deltas,
      kind: "allocation",
      occurredAt: world.clock.now(),
      source: "orders",
      sourceDocument: "document",
      origin: { actor: "system:test", requestId: null },
    }),
  );
  const answered = await world.database.transaction(async (transaction) => {
    const locked: LockedPosition[] = await lockPositions(transaction, keys);
    return await applyMovements(transaction, movements, handOver ? locked : undefined);
  });
  const bySku = (one: { skuId: number }, other: { skuId: number }): number => one.skuId - other.skuId;
  return {
    answered: answered
      .toSorted(bySku)
      .map(({ onHand, reserved, allocated, damaged, version }) => [onHand, reserved, allocated, damaged, version]),
    positions: await rowsOf("on_hand, reserved, allocated, damaged, version from inventory.positions", keys),
    ledger: await rowsOf(
      `kind, delta_on_hand, delta_reserved, delta_allocated, delta_damaged, on_hand, reserved, allocated, damaged, version,
       occurred_at, source, source_document, reason, actor, already_counted from inventory.movements`,
      keys,
    ),
  };
}

async function rowsOf(what: string, keys: readonly { skuId: number }[]): Promise<unknown[]> {
  const { rows } = await world.database.pool.query(
    `select ${what} where sku_id = any($1::int[]) order by sku_id, version`,
    [keys.map(({ skuId }) => skuId)],
  );
  return rows;
}

test("promises on rows that were handed over leave the counters and the ledger that looking them up leaves", async () => {
  const promises = fc.array(
    fc.record({
      position: fc.nat(POSITIONS - 1),
      reserved: fc.integer({ min: 0, max: 2 }),
      allocated: fc.integer({ min: 0, max: 2 }),
    }),
    { minLength: 1, maxLength: 9 },
  );
  await fc.assert(
    fc.asyncProperty(promises, async (made) => {
      expect(await make(made, true)).toEqual(await make(made, false));
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

test("40 transactions promise on the same rows at once: each counts, and the ledger tells them one by one", async () => {
  const keys = await freshPositions();
  const promise = (): Promise<void> =>
    world.database.transaction(async (transaction) => {
      const locked = await lockPositions(transaction, keys);
      const movements = keys.map(
        (key): MovementRequest => ({
          ...key,
          allocated: 1,
          kind: "allocation",
          occurredAt: world.clock.now(),
          source: "orders",
          sourceDocument: "document",
          origin: { actor: "system:test", requestId: null },
        }),
      );
      void applyMovements(transaction, movements, locked);
    });
  await Promise.all(Array.from({ length: 40 }, promise));
  expect(await rowsOf("allocated, version from inventory.positions", keys)).toEqual(
    keys.map(() => ({ allocated: 40, version: 43 })),
  );
  const ledger = await rowsOf("sku_id, allocated, version from inventory.movements", keys);
  expect(ledger).toHaveLength(40 * keys.length);
  for (const { skuId } of keys)
    expect(ledger.filter((row) => (row as { sku_id: number }).sku_id === skuId)).toEqual(
      Array.from({ length: 40 }, (_, index) => ({ sku_id: skuId, allocated: index + 1, version: index + 4 })),
    );
});
