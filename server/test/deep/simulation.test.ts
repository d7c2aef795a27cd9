import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase, type Database } from "../../src/platform/db/database.ts";
import { type Caller, callerOf } from "../harness/caller.ts";
import { testDatabase, type TestDatabase } from "../harness/database.ts";
import {
  auditDatabase,
  createAdminKey,
  type OrderAnswer,
  setUpRetailer,
  untilChannelsAreKnown,
} from "../harness/retailer.ts";
import { isCounted, type Operation, operation, SKUS } from "../simulation/operations.ts";
import { newWorld, performAll, type World } from "../simulation/perform.ts";
import { expectRebuilt, rebuildOrders } from "../simulation/rebuild-orders.ts";
import { OrreryProcess } from "./processes.ts";

const OPERATIONS = Number(process.env["ORRERY_DEEP_OPERATIONS"] ?? 100_000);
const SEED = Number(process.env["ORRERY_TEST_SEED"] ?? Date.now() % 2_147_483_647);
const CALLERS = 48;
/** Orders whose API answer is compared with what the feed tells; all of them are compared in the small simulation. */
const COMPARED = 1_000;

let files: TestDatabase;
let database: Database;
let world: World;
const processes: OrreryProcess[] = [];
const callers: Caller[] = [];

beforeAll(async () => {
  files = await testDatabase();
  database = openDatabase({ url: files.url, connections: 2 });
  // One with the workers, two without.
  for (const command of ["start", "api", "api"] as const) processes.push(await OrreryProcess.start(command, files.url));
  const key = await createAdminKey(database);
  callers.push(...processes.map(({ url }) => callerOf(url, key, 24)));
  await setUpRetailer(callers[0]!);
  for (const caller of callers) await untilChannelsAreKnown(caller);
  for (let index = 0; index < SKUS; index++) await callers[0]!.put(`/v1/skus/SKU-${index}`, { name: `Thing ${index}` });
  world = newWorld(callers, (index) => `SKU-${index}`);
});
afterAll(async () => {
  await Promise.all(callers.map((caller) => caller.close()));
  for (const process of processes) await process.stop();
  await database.close();
  await files.close();
});

/** The same seed gives the same operations; they are made as they are needed. */
function* operations(): Generator<Operation> {
  const chunk = 1_000;
  for (let made = 0; made < OPERATIONS; made += chunk) {
    yield* fc.sample(operation, { seed: SEED + made, numRuns: Math.min(chunk, OPERATIONS - made) });
  }
}

test(`${OPERATIONS} random operations on three processes: the database holds exactly what was acknowledged (X3, I12)`, async () => {
  console.info(`ORRERY_TEST_SEED=${SEED}`);
  const begun = performance.now();
  await performAll(world, operations(), CALLERS);
  const seconds = (performance.now() - begun) / 1_000;
  console.info(
    `${OPERATIONS} operations in ${seconds.toFixed(0)} s, ${Math.round(OPERATIONS / seconds)}/s, ${world.acknowledged.orders.length} orders`,
  );
  console.info(
    [...world.outcomes]
      .map(([outcome, count]) => `${outcome}: ${count}`)
      .toSorted()
      .join("\n"),
  );
  await world.acknowledged.expectStored(
    database,
    Array.from({ length: SKUS }, (_, index) => `SKU-${index}`).filter((_, index) => !isCounted(index)),
  );
  await auditDatabase(database);
  expect(processes.flatMap(({ failures }) => failures)).toEqual([]);
});

test("a consumer of the feed alone knows every order as the API tells it (X10)", async () => {
  const rebuilt = await rebuildOrders(callers[1]!);
  expect(rebuilt.size).toBe(world.acknowledged.orders.length);
  const step = Math.max(1, Math.floor(rebuilt.size / COMPARED));
  for (let index = 0; index < world.acknowledged.orders.length; index += step) {
    expectRebuilt(rebuilt, await callers[2]!.get<OrderAnswer>(`/v1/orders/${world.acknowledged.orders[index]!.id}`));
  }
  await auditDatabase(database);
});

test("nothing of it ever waited for each other in a circle", async () => {
  // A backend reports its deadlocks at its end at the latest.
  for (const process of processes) await process.stop();
  const { rows } = await database.pool.query<{ deadlocks: number }>(
    "select deadlocks from pg_stat_database where datname = current_database()",
  );
  expect(rows[0]!.deadlocks).toBe(0);
});
