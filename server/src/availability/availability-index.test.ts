import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../test/harness/database.ts";
import { applyMovements } from "../inventory/public.ts";
import { type Database, openDatabase } from "../platform/db/database.ts";
import { createAvailabilityIndex, type MemoryIndex } from "./availability-index.ts";

const SKUS = 40;
const LOCATIONS = 5;
const origin = { actor: "system:test", requestId: null };

let testing: TestDatabase;
/** Two processes: each with connections of its own, and it hears only its own announcements. */
let here: Database;
let there: Database;
const indexes: MemoryIndex[] = [];

beforeAll(async () => {
  testing = await testDatabase();
  [here, there] = [open(), open()];
  await here.pool.query(
    `insert into catalog.skus (code, name) select 'S' || n, 'S' || n from generate_series(1, 60000) as n`,
  );
  await here.pool.query(
    `insert into network.locations (code, name, type, time_zone) select 'L' || n, 'L' || n, 'store', 'UTC' from generate_series(1, ${LOCATIONS}) as n`,
  );
});

const open = (): Database => openDatabase({ url: testing.url, connections: 6, onIdleError: () => undefined });

afterEach(async () => {
  await Promise.all(indexes.splice(0).map((index) => index.stop()));
});

afterAll(async () => {
  await Promise.all([here.close(), there.close()]);
  await testing.close();
});

async function indexOf(database: Database, options: { limitBytes?: number } = {}): Promise<MemoryIndex> {
  const index = await createAvailabilityIndex({ database, onError: () => undefined, ...options });
  indexes.push(index);
  return index;
}

async function receive(
  database: Database,
  movements: readonly { skuId: number; locationId: number; onHand: number }[],
) {
  await database.transaction(async (transaction) => {
    await applyMovements(
      transaction,
      movements.map((movement) => ({
        ...movement,
        kind: "receipt" as const,
        occurredAt: new Date(),
        source: "test",
        origin,
      })),
    );
  });
}

async function freeInSql(skuIds: readonly number[]): Promise<Record<string, number>> {
  const { rows } = await here.pool.query<{ key: string; free: number }>(
    `select sku_id || '@' || location_id as key, on_hand - damaged - reserved - allocated as free
     from inventory.positions where sku_id = any($1::int[])`,
    [`{${skuIds.join(",")}}`],
  );
  return Object.fromEntries(rows.map(({ key, free }) => [key, free]));
}

function freeInMemory(index: MemoryIndex, skuIds: readonly number[]): Record<string, number> {
  const free: Record<string, number> = {};
  for (const skuId of skuIds) {
    const stock = index.positionsOf(skuId);
    if (stock === undefined) throw new Error(`SKU ${skuId} is not in memory.`);
    for (let at = 0; at < stock.count; at++) free[`${skuId}@${stock.locationAt(at)}`] = stock.freeAt(at);
  }
  return free;
}

const skuIds = Array.from({ length: SKUS }, (_, index) => index + 1);

test("whatever two processes write, in whatever order loads, commits and news arrive, both end with what SQL says", async () => {
  const movement = fc.record({
    skuId: fc.integer({ min: 1, max: SKUS }),
    locationId: fc.integer({ min: 1, max: LOCATIONS }),
    onHand: fc.integer({ min: -20, max: 50 }).filter((units) => units !== 0),
  });
  const step = fc.record({
    writer: fc.boolean(),
    movements: fc.array(movement, { minLength: 1, maxLength: 8 }),
    asked: fc.array(fc.integer({ min: 1, max: SKUS }), { maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const [mine, theirs] = await Promise.all([indexOf(here), indexOf(there)]);
      // Nothing is awaited in between: loads race with the commits of both processes.
      await Promise.all(
        steps.flatMap(({ writer, movements, asked }) => [
          receive(writer ? here : there, movements),
          mine.ensure(asked),
          theirs.ensure(asked),
        ]),
      );
      const asked = [...new Set(steps.flatMap((each) => each.asked))];
      await Promise.all([mine.sync(), theirs.sync()]);
      const truth = await freeInSql(asked);
      expect(freeInMemory(mine, asked)).toEqual(truth);
      expect(freeInMemory(theirs, asked)).toEqual(truth);
      await Promise.all([mine.stop(), theirs.stop()]);
    }),
    { numRuns: 15 },
  );
});

test("while others write, every quantity it shows is one that the ledger had, and versions never go back", async () => {
  const index = await indexOf(here);
  await index.ensure(skuIds);
  const seen = new Map<string, number>();
  let writing = true;
  const writers = [here, there, there].map(async (database, writer) => {
    for (let turn = 0; turn < 60; turn++) {
      await receive(
        database,
        [1, 2, 3].map((n) => ({ skuId: ((turn * 7 + n * writer) % SKUS) + 1, locationId: n, onHand: n })),
      );
    }
  });
  const watcher = (async () => {
    const last = new Map<string, number>();
    while (writing) {
      for (const skuId of skuIds) {
        const stock = index.positionsOf(skuId)!;
        for (let at = 0; at < stock.count; at++) {
          const position = `${skuId}@${stock.locationAt(at)}`;
          expect(stock.versionAt(at)).toBeGreaterThanOrEqual(last.get(position) ?? 0);
          last.set(position, stock.versionAt(at));
          seen.set(`${position}#${stock.versionAt(at)}`, stock.freeAt(at));
        }
      }
      await pause(1);
    }
  })();
  await Promise.all(writers);
  writing = false;
  await watcher;
  const { rows } = await here.pool.query<{ key: string; free: number }>(
    `select sku_id || '@' || location_id || '#' || version as key, on_hand - damaged - reserved - allocated as free from inventory.movements`,
  );
  const ledger = new Map(rows.map(({ key, free }) => [key, free]));
  for (const [key, free] of seen) expect([key, free]).toEqual([key, ledger.get(key)]);
  expect(seen.size).toBeGreaterThan(100);
});

test("a process sees its own commit when the commit returns", async () => {
  const index = await indexOf(here);
  await index.ensure([1]);
  const before = index.free(1, 1);
  await receive(here, [{ skuId: 1, locationId: 1, onHand: 3 }]);
  await pause(0);
  expect(index.free(1, 1)).toBe(before + 3);
});

test("commits that nobody notifies of are seen at the next look, and their staleness is measured", async () => {
  const index = await indexOf(here);
  await index.ensure([2]);
  const before = index.free(2, 1);
  // `there` has no index in this test, so it sends no notification.
  await receive(there, [{ skuId: 2, locationId: 1, onHand: 4 }]);
  await expect.poll(() => index.free(2, 1), { interval: 5, timeout: 1_000 }).toBe(before + 4);
  expect(index.staleness().count).toBe(1);
  expect(index.staleness().p99).toBeLessThan(500);
});

test("a transaction that stays open delays nobody, and is seen when it commits", async () => {
  const index = await indexOf(here);
  await index.ensure([3, 4]);
  const before = [index.free(3, 1), index.free(4, 1)] as const;
  const opened = Promise.withResolvers<void>();
  const close = Promise.withResolvers<void>();
  const long = there.transaction(async (transaction) => {
    await applyMovements(transaction, [
      { skuId: 3, locationId: 1, onHand: 5, kind: "receipt", occurredAt: new Date(), source: "test", origin },
    ]);
    opened.resolve();
    await close.promise;
  });
  await opened.promise;
  await index.sync();
  await receive(there, [{ skuId: 4, locationId: 1, onHand: 6 }]);
  await index.sync();
  expect([index.free(3, 1), index.free(4, 1)]).toEqual([before[0], before[1] + 6]);
  close.resolve();
  await long;
  await index.sync();
  expect(index.free(3, 1)).toBe(before[0] + 5);
});

const breakConnection = (): Promise<unknown> =>
  here.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'orrery availability' and datname = current_database()",
  );

test("after a lost connection it catches up by itself, and its moment goes on", async () => {
  const index = await indexOf(here);
  await index.ensure([5]);
  const before = index.free(5, 2);
  const asOf = index.asOf;
  await breakConnection();
  await receive(there, [{ skuId: 5, locationId: 2, onHand: 7 }]);
  const written = new Date();
  await expect.poll(() => index.free(5, 2), { interval: 5, timeout: 2_000 }).toBe(before + 7);
  await index.sync();
  expect(index.asOf.getTime()).toBeGreaterThan(asOf.getTime());
  expect(index.asOf.getTime()).toBeGreaterThanOrEqual(written.getTime() - 1_000);
});

test("when the database comes back in an older state, the older state is shown", async () => {
  const index = await indexOf(here);
  await receive(here, [{ skuId: 6, locationId: 1, onHand: 9 }]);
  await receive(here, [{ skuId: 6, locationId: 1, onHand: 9 }]);
  await index.ensure([6]);
  const before = index.free(6, 1);
  await here.pool.query("update inventory.positions set on_hand = on_hand - 9, version = version - 1 where sku_id = 6");
  await breakConnection();
  await expect.poll(() => index.free(6, 1), { interval: 5, timeout: 2_000 }).toBe(before - 9);
  await here.pool.query("update inventory.positions set on_hand = on_hand + 9, version = version + 1 where sku_id = 6");
});

test("a bulk load larger than it follows one by one makes it read its SKUs anew", async () => {
  const index = await indexOf(here);
  await index.ensure(skuIds);
  await here.pool.query(
    "begin; insert into inventory.positions (sku_id, location_id) select id, 1 from catalog.skus on conflict do nothing; commit",
  );
  await there.pool.query(
    `with moved as (update inventory.positions set on_hand = on_hand + 11, version = version + 1 where location_id = 1 returning *)
     insert into inventory.movements (sku_id, location_id, kind, delta_on_hand, on_hand, reserved, allocated, damaged, version, occurred_at, source, actor)
     select sku_id, location_id, 'receipt', 11, on_hand, reserved, allocated, damaged, version, now(), 'test', 'system:test' from moved`,
  );
  await index.sync();
  expect(freeInMemory(index, skuIds)).toEqual(await freeInSql(skuIds));
});

test("memory stays within its limit: what is not asked for goes, and comes back right", async () => {
  const limitBytes = 200_000;
  const index = await indexOf(here, { limitBytes });
  for (let first = 1; first < 2_000; first += 50) {
    await index.ensure(Array.from({ length: 50 }, (_, n) => first + n));
    await index.ensure([1]); // What is asked for again and again stays.
    await pause(1);
    expect(index.memory.bytes).toBeLessThanOrEqual(limitBytes);
    expect(index.positionsOf(1)).toBeDefined();
  }
  expect(index.positionsOf(30)).toBeUndefined();
  await receive(there, [{ skuId: 30, locationId: 1, onHand: 2 }]);
  await index.ensure([30]);
  expect(freeInMemory(index, [30])).toEqual(await freeInSql([30]));
});

test("SKUs without any position are known to have nothing, and a failed read is told to who waits and tried again by the next", async () => {
  const index = await indexOf(here);
  await index.ensure([59_999, 999_999]);
  expect([index.free(999_999, 1), index.positionsOf(999_999)?.count]).toEqual([0, 0]);
  const broken = openDatabase({ url: testing.url, connections: 1 });
  const failing = await createAvailabilityIndex({ database: broken, onError: () => undefined });
  await broken.close();
  await expect(failing.ensure([1])).rejects.toThrow("pool");
  await expect(failing.ensure([1])).rejects.toThrow("pool");
  expect(failing.positionsOf(1)).toBeUndefined();
  await failing.stop();
});
