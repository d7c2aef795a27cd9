import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { testApi, type TestApi } from "../../../test/harness/api.ts";
import { type TestDatabase, testDatabase } from "../../../test/harness/database.ts";
import { reportParkedJobs } from "../../tasks/public.ts";
import { runAudit } from "../db/audit-check.ts";
import { type Database, openDatabase } from "../db/database.ts";
import { jobAudit } from "./audit.ts";
import { enqueueJobs } from "./enqueue-jobs.ts";
import { forgetEndedJobs } from "./forget-jobs.ts";
import type { ClaimedJob, JobKind, JobOutcome, NewJob } from "./job-kinds.ts";
import { claimJobs, endAttempts, renewLeases } from "./jobs.sql.ts";
import { jobRoutes } from "./routes.ts";
import { startJobWorker } from "./run-jobs.ts";

let own: TestDatabase;
let database: Database;
let api: TestApi;
const workers: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  own = await testDatabase();
  database = openDatabase({ url: own.url });
  api = await testApi(jobRoutes({ database, reports: reportParkedJobs }), ["jobs:read", "jobs:write"]);
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  const broken = (await runAudit(database, jobAudit)).filter(({ violations }) => violations.length > 0);
  expect(broken).toEqual([]);
});
afterAll(async () => {
  await api.close();
  await database.close();
  await own.close();
});

const log = { error: () => undefined, warn: () => undefined };

function work(kind: string, run: (job: ClaimedJob) => Promise<JobOutcome>, options: Partial<JobKind> = {}): void {
  const jobKind: JobKind = {
    kind,
    concurrency: 8,
    retryPausesMs: [1, 1, 1, 1],
    start: (jobs) => jobs.map(run),
    parking: { ownerTeam: "operations", deadlineMs: 3_600_000, nextAction: "Look why." },
    ...options,
  };
  workers.push(startJobWorker({ database, kinds: [jobKind], reports: reportParkedJobs, log, pollMs: 10 }));
}

const enqueue = (...jobs: NewJob[]): Promise<void> =>
  database.transaction(async (transaction) => enqueueJobs(transaction, jobs));

const done = { done: true } as const;

async function statesOf(kind: string): Promise<Record<string, number>> {
  const { rows } = await database.pool.query<{ state: string; jobs: number }>(
    "select state, count(*)::int as jobs from platform.jobs where kind = $1 group by state",
    [kind],
  );
  return Object.fromEntries(rows.map(({ state, jobs }) => [state, jobs]));
}

const idle = (kind: string) =>
  expect.poll(
    async () => {
      const { waiting = 0, behind = 0, running = 0 } = await statesOf(kind);
      return waiting + behind + running;
    },
    { timeout: 15_000, interval: 20 },
  );

test("a job exists exactly if its transaction commits, and once however often it is enqueued under its ID", async () => {
  const ran: string[] = [];
  const id = "01936b1c-7e6a-7cc3-98d4-000000000001";
  await database
    .transaction(async (transaction) => {
      enqueueJobs(transaction, [{ kind: "once", payload: { of: "nobody" } }]);
      throw new Error("changed my mind");
    })
    .catch(() => undefined);
  await enqueue({ id, kind: "once", payload: { of: "somebody" } });
  await enqueue({ id, kind: "once", payload: { of: "somebody" } });
  work("once", async ({ payload }) => (ran.push(String(payload["of"])), done));
  await idle("once").toBe(0);
  expect(ran).toEqual(["somebody"]);
});

test("any jobs of any keys, some failing, on three workers: each key in its order, nothing twice at once, nothing lost", async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ key: fc.integer({ min: 0, max: 4 }), failures: fc.integer({ min: 0, max: 2 }) }), {
        minLength: 1,
        maxLength: 60,
      }),
      async (wanted) => {
        const kind = `property${++run}`;
        const ended = new Map<number, number[]>();
        const atWork = new Set<number>();
        const handle = async ({ payload, attempts }: ClaimedJob): Promise<JobOutcome> => {
          const { key, index, failures } = payload as { key: number; index: number; failures: number };
          expect(atWork.has(key)).toBe(false);
          atWork.add(key);
          await pause(Math.random() * 3);
          atWork.delete(key);
          if (attempts <= failures) return { done: false, reason: "not yet" };
          ended.set(key, [...(ended.get(key) ?? []), index]);
          return done;
        };
        const jobs = wanted.map(({ key, failures }, index) => ({
          kind,
          orderingKey: String(key),
          payload: { key, index, failures },
        }));
        // In pieces, so that workers find some while others are being enqueued.
        const adding = (async () => {
          for (let start = 0; start < jobs.length; start += 7) await enqueue(...jobs.slice(start, start + 7));
        })();
        for (let worker = 0; worker < 3; worker++) work(kind, handle);
        await adding;
        await idle(kind).toBe(0);
        await Promise.all(workers.splice(0).map((worker) => worker.stop()));
        for (const [key, indexes] of ended)
          expect(indexes).toEqual(wanted.flatMap((one, index) => (one.key === key ? [index] : [])));
        expect((await statesOf(kind))["done"]).toBe(wanted.length);
      },
    ),
    { numRuns: 12 },
  );
});

test("a job that keeps failing is parked with owner and deadline, blocks its own key alone, and goes on when retried", async () => {
  let mended = false;
  const ran: string[] = [];
  const names = ["a1", "b1", "a2", "b2", "a3"];
  await enqueue(...names.map((name) => ({ kind: "parking", orderingKey: name[0]!, payload: { name } })));
  work("parking", async ({ payload }) => {
    const name = String(payload["name"]);
    if (name === "a1" && !mended) return { done: false, reason: "The receiver answered 500." };
    ran.push(name);
    return done;
  });
  await expect.poll(async () => (await statesOf("parking"))["parked"]).toBe(1);
  expect(ran).toEqual(["b1", "b2"]);
  const parked = await api.call("GET", "/v1/jobs?state=parked&kind=parking");
  const [job] = parked.json<{ data: { id: string; attempts: number; lastError: string; ownerTeam: string }[] }>().data;
  expect(job).toMatchObject({ attempts: 5, lastError: "The receiver answered 500.", ownerTeam: "operations" });
  const exceptions = await database.pool.query(
    "select owner_team, next_action, due_at > now() as due from tasks.exceptions where entity_id = $1 and closed_at is null",
    [job!.id],
  );
  expect(exceptions.rows).toEqual([{ owner_team: "operations", next_action: "Look why.", due: true }]);
  const assigned = await api.call("POST", "/v1/jobs/assign", { body: { items: [{ id: job!.id, ownerTeam: "shop" }] } });
  expect(assigned.json()).toMatchObject({ items: [{ status: "ok", result: { ownerTeam: "shop" } }] });
  const owner = await database.pool.query("select owner_team from tasks.exceptions where entity_id = $1", [job!.id]);
  expect(owner.rows).toEqual([{ owner_team: "shop" }]);
  mended = true;
  const retried = await api.call("POST", "/v1/jobs/retry", { body: { items: [{ id: job!.id }, { id: job!.id }] } });
  expect(retried.json()).toMatchObject({ items: [{ status: "ok" }, { status: "refused" }] });
  await idle("parking").toBe(0);
  expect(ran).toEqual(["b1", "b2", "a1", "a2", "a3"]);
  const left = await database.pool.query("select from tasks.exceptions where entity_id = $1 and closed_at is null", [
    job!.id,
  ]);
  expect(left.rowCount).toBe(0);
  const audit = await database.pool.query("select action from platform.audit_log where entity_id = $1 order by id", [
    job!.id,
  ]);
  expect(audit.rows).toEqual([{ action: "assignJobs" }]);
});

test("what failed is tried at once by hand, long before its next try is due; what has not failed is refused", async () => {
  let mended = false;
  await enqueue({ kind: "hasty", payload: {} });
  work("hasty", async () => (mended ? done : { done: false, reason: "down" }), { retryPausesMs: [3_600_000] });
  const list = async () =>
    (await api.call("GET", "/v1/jobs?kind=hasty")).json<{ data: { id: string; lastError: string | null }[] }>().data;
  await expect.poll(async () => (await list())[0]?.lastError).toBe("down");
  const [failed] = await list();
  await enqueue({ kind: "hasty", payload: {}, delayMs: 3_600_000 });
  const untried = (await list()).find(({ id }) => id !== failed!.id);
  mended = true;
  const items = [{ id: failed!.id }, { id: untried!.id }];
  const answer = await api.call("POST", "/v1/jobs/retry", { body: { items } });
  expect(answer.json()).toMatchObject({
    items: [{ status: "ok" }, { status: "refused", problem: { code: "notRetryable" } }],
  });
  await expect.poll(() => statesOf("hasty")).toEqual({ done: 1, waiting: 1 });
});

test("skipping lets the rest of the key go on and leaves a gap that can be seen, with its reason", async () => {
  const ran: string[] = [];
  await enqueue(...["1", "2", "3"].map((name) => ({ kind: "gap", orderingKey: "only", payload: { name } })));
  work("gap", async ({ payload }) => {
    if (payload["name"] === "1") return { done: false, reason: "never", park: true };
    ran.push(String(payload["name"]));
    return done;
  });
  await expect.poll(async () => (await statesOf("gap"))["parked"]).toBe(1);
  const list = await api.call("GET", "/v1/jobs?kind=gap");
  const jobs = list.json<{ data: { id: string; state: string; payload: { name: string } }[] }>().data;
  const first = jobs.find(({ payload }) => payload.name === "1")!;
  const body = { items: [{ id: first.id, reason: "Told by hand." }] };
  expect((await api.call("POST", "/v1/jobs/skip", { body })).json()).toMatchObject({ items: [{ status: "ok" }] });
  expect((await api.call("POST", "/v1/jobs/skip", { body })).json()).toMatchObject({
    items: [{ status: "refused", problem: { code: "notSkippable" } }],
  });
  await idle("gap").toBe(0);
  expect(ran).toEqual(["2", "3"]);
  expect((await api.call("GET", `/v1/jobs/${first.id}`)).json()).toMatchObject({
    state: "skipped",
    skipReason: "Told by hand.",
    endedBy: "user:test",
  });
});

test("everything of a kind and lane that is parked is retried by one call, and nothing else", async () => {
  let mended = false;
  const jobs = Array.from({ length: 30 }, (_, index) => ({ kind: "bulk", lane: index % 3 ? "x" : "y", payload: {} }));
  await enqueue(...jobs);
  work("bulk", async () => (mended ? done : { done: false, reason: "down", park: true }), {
    lanes: () => [
      { lane: "x", free: 8 },
      { lane: "y", free: 8 },
    ],
  });
  await expect.poll(async () => (await statesOf("bulk"))["parked"]).toBe(30);
  mended = true;
  const answer = await api.call("POST", "/v1/jobs/retry-parked", { body: { kind: "bulk", lane: "x" } });
  expect(answer.json()).toEqual({ retried: 20, more: false });
  await idle("bulk").toBe(0);
  expect(await statesOf("bulk")).toEqual({ done: 20, parked: 10 });
});

test("whoever comes too late changes nothing: not the job, not what it would have recorded", async () => {
  await enqueue({ kind: "fence", orderingKey: "k", payload: {} }, { kind: "fence", orderingKey: "k", payload: {} });
  const claim = async () => (await claimJobs(database, "fence", [{ lane: "", free: 8 }], 8)).jobs;
  const [late] = await claim();
  expect(await claim()).toEqual([]);
  await database.pool.query("update platform.jobs set lease_until = now() - interval '1 s' where id = $1", [late!.id]);
  const recorded: string[] = [];
  const finished = Promise.withResolvers<JobOutcome>();
  work("fence", () => finished.promise, {
    record: (_transaction, ended) => void recorded.push(...ended.map(({ job }) => `${job.attempts}`)),
  });
  const takenOver = "select from platform.jobs where kind = 'fence' and state = 'running' and attempts = 2";
  await expect.poll(async () => (await database.pool.query(takenOver)).rowCount).toBe(1);
  expect(await renewLeases(database, [late!])).toEqual(new Set());
  const end = {
    job: late!,
    state: "parked" as const,
    pauseMs: 0,
    counts: true,
    error: "late",
    ownerTeam: "x",
    deadlineMs: 1,
  };
  const held = await database.transaction((transaction) => endAttempts(transaction, [end]));
  expect(held.size).toBe(0);
  expect(await statesOf("fence")).toEqual({ running: 1, behind: 1 });
  finished.resolve(done);
  await idle("fence").toBe(0);
  // The lost attempt counts as one; it was recorded as failed, without an effect of its own.
  expect(recorded).toEqual(["1", "2", "1"]);
});

test("a job that kills its workers is parked in the end", async () => {
  await enqueue({ kind: "killer", payload: {} });
  for (let death = 0; death < 5; death++) {
    await expect
      .poll(async () => (await claimJobs(database, "killer", [{ lane: "", free: 1 }], 1)).jobs.length)
      .toBe(1);
    await database.pool.query("update platform.jobs set lease_until = now() - interval '1 s' where kind = 'killer'");
    work("killer", async () => done, { lanes: () => [] });
    await expect.poll(async () => (await statesOf("killer"))["running"] ?? 0).toBe(0);
    await workers.pop()!.stop();
  }
  expect(await statesOf("killer")).toEqual({ parked: 1 });
});

test("what was put off was not tried: it may be put off more often than it may fail", async () => {
  let putOff = 0;
  await enqueue({ kind: "postponed", payload: {} });
  work("postponed", async () => (++putOff <= 8 ? { done: false, postponedMs: 1 } : done));
  await idle("postponed").toBe(0);
  const { rows } = await database.pool.query("select state, attempts from platform.jobs where kind = 'postponed'");
  expect(rows).toEqual([{ state: "done", attempts: 1 }]);
});

test("a slow lane keeps no other lane waiting", async () => {
  const slow = Promise.withResolvers<void>();
  const ran: string[] = [];
  await enqueue(
    ...Array.from({ length: 20 }, () => ({ kind: "lanes", lane: "slow", payload: {} })),
    ...Array.from({ length: 20 }, () => ({ kind: "lanes", lane: "quick", payload: {} })),
  );
  work(
    "lanes",
    async ({ lane }) => {
      if (lane === "slow") await slow.promise;
      ran.push(lane);
      return done;
    },
    { lanes: (running) => ["slow", "quick"].map((lane) => ({ lane, free: 4 - (running.get(lane) ?? 0) })) },
  );
  await expect.poll(() => ran.filter((lane) => lane === "quick").length).toBe(20);
  expect(ran).not.toContain("slow");
  slow.resolve();
  await idle("lanes").toBe(0);
});

test("the clocks of the machines do not matter: what is due and whose lease holds, the database says", async () => {
  const real = Date.now;
  try {
    for (const jumpMs of [3_600_000, -3_600_000]) {
      Date.now = () => real() + jumpMs;
      const kind = jumpMs > 0 ? "ahead" : "behind";
      await enqueue({ kind, payload: {} }, { kind, payload: {}, delayMs: 600_000 });
      work(kind, async () => done);
      await expect.poll(async () => (await statesOf(kind))["done"]).toBe(1);
      await pause(60);
      expect(await statesOf(kind)).toEqual({ done: 1, waiting: 1 });
    }
  } finally {
    Date.now = real;
  }
});

test("a worker that is stopped finishes what it has in hand", async () => {
  await enqueue({ kind: "stopping", payload: {} });
  work("stopping", async () => {
    await pause(100);
    return done;
  });
  await expect.poll(async () => (await statesOf("stopping"))["running"]).toBe(1);
  await workers.pop()!.stop();
  expect(await statesOf("stopping")).toEqual({ done: 1 });
});

test("ended jobs are forgotten after their time, others never", async () => {
  await enqueue({ kind: "old", payload: {} }, { kind: "old", payload: {}, delayMs: 600_000 });
  work("old", async () => done);
  await expect.poll(async () => (await statesOf("old"))["done"]).toBe(1);
  await database.pool.query(
    "update platform.jobs set ended_at = now() - interval '15 days' where kind = 'old' and state = 'done'",
  );
  await forgetEndedJobs(database);
  expect(await statesOf("old")).toEqual({ waiting: 1 });
});

test("jobs are for those who see the whole account", async () => {
  const as = { locationCodes: new Set(["store-1"]) };
  expect((await api.call("GET", "/v1/jobs?state=parked", { as })).status).toBe(403);
  const body = { items: [{ id: "01936b1c-7e6a-7cc3-98d4-000000000009" }] };
  expect((await api.call("POST", "/v1/jobs/retry", { body, as })).status).toBe(403);
  expect((await api.call("GET", "/v1/jobs")).status).toBe(422);
});
