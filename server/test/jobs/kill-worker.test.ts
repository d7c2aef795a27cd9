import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runAudit } from "../../src/platform/db/audit-check.ts";
import { type Database, openDatabase } from "../../src/platform/db/database.ts";
import { jobAudit } from "../../src/platform/jobs/audit.ts";
import { enqueueJobs } from "../../src/platform/jobs/enqueue-jobs.ts";
import { type TestDatabase, testDatabase } from "../harness/database.ts";

let own: TestDatabase;
let database: Database;
const alive = new Set<ChildProcess>();

beforeAll(async () => {
  own = await testDatabase();
  database = openDatabase({ url: own.url });
  await database.pool.query("create schema test");
  await database.pool.query(
    "create table test.attempts (id bigint generated always as identity, job_id uuid, key text, number int)",
  );
});
afterAll(async () => {
  for (const worker of alive) worker.kill("SIGKILL");
  await database.close();
  await own.close();
});

const JOBS = 2_000;
const KEYS = 40;
const KILLS = 3;

function startWorker(): ChildProcess {
  const script = fileURLToPath(new URL("worker-process.ts", import.meta.url));
  const worker = spawn(process.execPath, [script, own.url], { stdio: ["ignore", "ignore", "inherit"] });
  alive.add(worker);
  return worker;
}

async function kill(worker: ChildProcess): Promise<void> {
  worker.kill("SIGKILL");
  await once(worker, "exit");
  alive.delete(worker);
}

async function count(sql: string): Promise<number> {
  return (await database.pool.query<{ n: number }>(`select count(*)::int as n from ${sql}`)).rows[0]!.n;
}

test("workers killed in mid-run: what they had in hand is redelivered, nothing is lost, each key keeps its order", {
  timeout: 90_000,
}, async () => {
  await database.transaction(async (transaction) =>
    enqueueJobs(
      transaction,
      Array.from({ length: JOBS }, (_, number) => ({
        kind: "killed",
        orderingKey: String(number % KEYS),
        payload: { number },
      })),
    ),
  );
  for (let kills = 0; kills < KILLS; kills++) {
    const before = await count("platform.jobs where state = 'done'");
    const worker = startWorker();
    await expect
      .poll(() => count("platform.jobs where state = 'done'"), { timeout: 15_000, interval: 5 })
      .toBeGreaterThan(before);
    await expect
      .poll(() => count("platform.jobs where state = 'running'"), { timeout: 15_000, interval: 5 })
      .toBeGreaterThan(0);
    await kill(worker);
    // The test does not wait for the leases to run out; the statement that takes over does not know the difference. They
    // are looked for every second, so a lease of 30 s keeps the promise of 40 s.
    expect(await count("platform.jobs where lease_until > now() + interval '30 s'")).toBe(0);
    await database.pool.query("update platform.jobs set lease_until = now() where state = 'running'");
  }
  const last = startWorker();
  await expect.poll(() => count("platform.jobs where state <> 'done'"), { timeout: 30_000, interval: 50 }).toBe(0);
  await kill(last);
  expect(await count("platform.jobs where state = 'done'")).toBe(JOBS);
  expect(await count("(select distinct job_id from test.attempts) done")).toBe(JOBS);
  // Attempts of a key never go back behind one that had begun before; the same job may begin again.
  expect(
    await count(
      "(select number, lag(number) over (partition by key order by id) as before from test.attempts) a where number < before",
    ),
  ).toBe(0);
  const broken = (await runAudit(database, jobAudit)).filter(({ violations }) => violations.length > 0);
  expect(broken).toEqual([]);
});
