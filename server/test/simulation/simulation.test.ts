import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRetailer, type OrderAnswer, type Retailer } from "../harness/retailer.ts";
import { isCounted, type Operation, operation, SKUS } from "./operations.ts";
import { newWorld, performAll, type World } from "./perform.ts";
import { expectRebuilt, rebuildOrders } from "./rebuild-orders.ts";

/** Enough that every kind of operation meets every other; 100,000 and more are in the deep test. */
const OPERATIONS = 1_000;
const CALLERS = 32;

let one: Retailer;
let two: Retailer;
const skus: string[] = [];

beforeAll(async () => {
  one = await openRetailer({ worker: true });
  two = await openRetailer({ beside: one });
  for (let index = 0; index < SKUS; index++) skus.push(await one.sku());
});
afterAll(async () => {
  await two.close();
  await one.close();
});

let world: World;

/** The operations are too many to be printed: the seed gives them again. */
function reportSeed(run: fc.RunDetails<[Operation[]]>): void {
  if (run.failed) throw new Error(`Failed with ORRERY_TEST_SEED=${run.seed}`, { cause: run.errorInstance });
}

test(`${OPERATIONS} random operations on two processes at once: the database holds exactly what was acknowledged (X3, I12)`, {
  timeout: 120_000,
}, async () => {
  const property = fc.asyncProperty(
    fc.array(operation, { minLength: OPERATIONS, maxLength: OPERATIONS, size: "max" }),
    async (operations: Operation[]) => {
      world = newWorld([one.admin, two.admin], (index) => skus[index]!);
      await performAll(world, operations, CALLERS);
    },
  );
  await fc.assert(property, { numRuns: 1, endOnFailure: true, reporter: reportSeed });
  await world.acknowledged.expectStored(
    one.database,
    skus.filter((_, index) => !isCounted(index)),
  );
  await one.audit();
  // The mix must not degenerate: each of these has to happen often enough to mean something.
  for (const outcome of [
    "capture ok",
    "cancel ok",
    "ship ok",
    "deliver ok",
    "advance ok",
    "repeat ok",
    "fact applied",
    "document repeated",
    "snapshot ok",
  ]) {
    expect(world.outcomes.get(outcome) ?? 0, outcome).toBeGreaterThan(5);
  }
});

test("a consumer of the feed alone knows every order as the API tells it (X10)", { timeout: 60_000 }, async () => {
  const rebuilt = await rebuildOrders(two.admin);
  expect(rebuilt.size).toBe(world.acknowledged.orders.length);
  for (const { id } of world.acknowledged.orders)
    expectRebuilt(rebuilt, await two.admin.get<OrderAnswer>(`/v1/orders/${id}`));
});

test("nothing of it ever waited for each other in a circle", async () => {
  const { rows } = await one.database.pool.query<{ deadlocks: string }>(
    "select deadlocks from pg_stat_database where datname = current_database()",
  );
  expect(Number(rows[0]!.deadlocks)).toBe(0);
});
