import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EmbeddedServer, startEmbedded } from "../../src/main/embedded.ts";
import { type Database, openDatabase } from "../../src/platform/db/database.ts";
import { migrate } from "../../src/platform/db/migrate.ts";
import { type Caller, callerOf } from "../harness/caller.ts";
import {
  auditDatabase,
  createAdminKey,
  eventually,
  isFeedComplete,
  type OrderAnswer,
  setUpRetailer,
  untilChannelsAreKnown,
} from "../harness/retailer.ts";
import { isCounted, type Operation, operation, SKUS } from "../simulation/operations.ts";
import { newWorld, performAll, type World } from "../simulation/perform.ts";
import { expectRebuilt, rebuildOrders } from "../simulation/rebuild-orders.ts";
import { type Persistence, persistentCaller } from "./persistent-caller.ts";
import { OrreryProcess } from "./processes.ts";

/** Of the API, the workers and the database each. */
const KILLS = Number(process.env["ORRERY_DEEP_KILLS"] ?? 50);
const SEED = Number(process.env["ORRERY_TEST_SEED"] ?? Date.now() % 2_147_483_647);
const CALLERS = 24;
/** The jobs of a worker that was killed go to the next one when its lease has run out. */
const LEASE_MS = 10_000;
const API_BACK_MS = 2_000;
const DATABASE_BACK_MS = 5_000;

let directory: string;
let server: EmbeddedServer;
let database: Database;
let world: World;
let persistence: Persistence;
const apis: OrreryProcess[] = [];
let worker: OrreryProcess;
const callers: Caller[] = [];

beforeAll(async () => {
  // A PostgreSQL of its own, with production's settings and kept up by the product's supervisor.
  directory = await mkdtemp(join(tmpdir(), "orrery-kill-"));
  server = await startEmbedded({ directory: join(directory, "postgresql"), log: { info: () => {}, warn: () => {} } });
  await migrate(server.url);
  database = openDatabase({ url: server.url, connections: 2 });
  for (let count = 0; count < 2; count++) apis.push(await OrreryProcess.start("api", server.url));
  worker = await OrreryProcess.start("worker", server.url);
  const key = await createAdminKey(database);
  callers.push(...apis.map(({ url }) => callerOf(url, key, CALLERS)));
  await setUpRetailer(callers[0]!);
  for (const caller of callers) await untilChannelsAreKnown(caller);
  for (let index = 0; index < SKUS; index++) await callers[0]!.put(`/v1/skus/SKU-${index}`, { name: `Thing ${index}` });
  persistence = persistentCaller(callers);
  world = newWorld([persistence.caller], (index) => `SKU-${index}`, true);
});
afterAll(async () => {
  await Promise.all(callers.map((caller) => caller.close()));
  for (const process of [...apis, worker]) await process.stop();
  await database.close();
  await server.stop();
  await rm(directory, { recursive: true });
});

let stopped = false;

/** Load without end: the kills decide how much of it there is. */
function* operations(): Generator<Operation> {
  for (let chunk = 0; !stopped; chunk++) yield* fc.sample(operation, { seed: SEED + chunk, numRuns: 200 });
}

async function killDatabase(): Promise<number> {
  const pidFile = join(directory, "postgresql/data/postmaster.pid");
  const postmaster = Number((await readFile(pidFile, "utf8")).split("\n")[0]);
  const begun = performance.now();
  process.kill(postmaster, "SIGKILL");
  while (!(await answers())) await pause(20);
  return performance.now() - begun;
}

/** By a connection of its own: a pooled one may be a dead one. */
async function answers(): Promise<boolean> {
  const client = new pg.Client({ connectionString: server.url, connectionTimeoutMillis: 1_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("select 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function killApi(index: number): Promise<number> {
  const api = apis[index % apis.length]!;
  await api.kill();
  return await api.start();
}

async function killWorker(): Promise<number> {
  await worker.kill();
  return await worker.start();
}

const SPIN_CPU_MICROSECONDS = 20_000;

/** The marks are for a machine of one's own. How much longer work takes here than its CPU time, because others run too. */
function measureSlowness(): number {
  const begun = performance.now();
  const before = process.cpuUsage();
  for (let spent = 0; spent < SPIN_CPU_MICROSECONDS; ) {
    const { user, system } = process.cpuUsage(before);
    spent = user + system;
  }
  return Math.max(1, ((performance.now() - begun) * 1_000) / SPIN_CPU_MICROSECONDS);
}

function summary(times: number[]): string {
  const sorted = [...times].sort((one, other) => one - other);
  return `median ${Math.round(median(times))} ms, longest ${Math.round(sorted.at(-1)!)} ms`;
}

function median(times: number[]): number {
  return [...times].sort((one, other) => one - other)[times.length >> 1]!;
}

test(`API, workers and database killed ${KILLS} times each in mid-load: every acknowledged effect is there once (reliability 1)`, async () => {
  console.info(`ORRERY_TEST_SEED=${SEED}`);
  const load = performAll(world, operations(), CALLERS);
  const times: Record<"api" | "worker" | "database", number[]> = { api: [], worker: [], database: [] };
  const slownesses: number[] = [];
  const order = fc.sample(
    fc.shuffledSubarray(
      Array.from({ length: KILLS * 3 }, (_, index) => index),
      { minLength: KILLS * 3 },
    ),
    { seed: SEED, numRuns: 1 },
  )[0]!;
  const pauses = fc.sample(fc.integer({ min: 100, max: 1_200 }), { seed: SEED, numRuns: order.length });
  const killing = (async () => {
    for (const [turn, victim] of order.entries()) {
      await pause(pauses[turn]);
      slownesses.push(measureSlowness());
      if (victim % 3 === 0) times.api.push(await killApi(turn));
      else if (victim % 3 === 1) times.worker.push(await killWorker());
      else times.database.push(await killDatabase());
    }
  })();
  try {
    await Promise.race([killing, load.then(() => Promise.reject(new Error("The load ended early.")))]);
  } finally {
    stopped = true;
    // Answers of 500 fail the load; this says why.
    for (const failure of apis.flatMap(({ failures }) => failures))
      if (failure.includes("request failed")) console.error(failure);
  }
  await load;
  expect([...apis, worker].flatMap(({ failures }) => failures).filter((line) => line.includes("was up"))).toEqual([]);
  const slowness = median(slownesses);
  console.info(`The machine gave a process 1/${slowness.toFixed(1)} of a processor.`);
  console.info(`API back: ${summary(times.api)}; database back: ${summary(times.database)}`);
  console.info(
    `${[...world.outcomes.values()].reduce((sum, count) => sum + count, 0)} operations, ${world.acknowledged.orders.length} orders; sent again: ${JSON.stringify(Object.fromEntries(persistence.repeats))}`,
  );
  await world.acknowledged.expectStored(
    database,
    Array.from({ length: SKUS }, (_, index) => `SKU-${index}`).filter((_, index) => !isCounted(index)),
  );
  await auditDatabase(database);
  expect(median(times.api)).toBeLessThan(API_BACK_MS * slowness);
  expect(median(times.database)).toBeLessThan(DATABASE_BACK_MS * slowness);
});

test("the feed went on where it was: no event missing, none twice, all orders as the API tells them (X10)", async () => {
  await eventually("the feed has all events", () => isFeedComplete(database), 60_000);
  const rebuilt = await rebuildOrders(callers[0]!, LEASE_MS + 2_500);
  expect(rebuilt.size).toBe(world.acknowledged.orders.length);
  for (const { id } of world.acknowledged.orders.slice(0, 500))
    expectRebuilt(rebuilt, await callers[1]!.get<OrderAnswer>(`/v1/orders/${id}`));
  await auditDatabase(database);
});
