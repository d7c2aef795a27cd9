import { expect, test } from "vitest";
import { systemClock } from "../platform/clock.ts";
import type { Database } from "../platform/db/database.ts";
import { newId } from "../platform/ids.ts";
import type { ClaimedJob, JobOutcome } from "../platform/jobs/job-kinds.ts";
import type { Outbound } from "../platform/outbound/send-outbound.ts";
import { common } from "../platform/refusals.ts";
import { createSecretBox } from "../platform/secrets.ts";
import { callJobKind } from "./call-systems.ts";
import type { ChangeOrder } from "./change-orders.ts";

/** A desk that is called, and an order that takes its answer only after so many refusals. */
function site({ refusals, left = [] }: { refusals: number; left?: string[] }) {
  const told: unknown[] = [];
  let calls = 0;
  let now = Date.now();
  const kind = callJobKind({
    database: { read: async () => left.map((id) => ({ id })) } as unknown as Database,
    outbound: {
      send: async () => ({ status: 200, body: `{"score": ${++calls}}`, truncated: false, headers: {} }),
    } as unknown as Outbound,
    secrets: createSecretBox([Buffer.alloc(32, 7)]),
    clock: { ...systemClock, now: () => new Date(now) },
    left: () => (left.length === 0 ? [] : [1]),
    changeOrder: (async ({ plan }) => {
      if (refusals-- > 0) throw common.refuse("newerRelease");
      told.push(plan);
      return {};
    }) as ChangeOrder,
  });
  const attempt = async (job: ClaimedJob): Promise<JobOutcome> => {
    const { signal } = new AbortController();
    return await kind.start([job], signal, signal)[0]!;
  };
  return { attempt, told, calls: () => calls, later: (ms: number) => (now += ms) };
}

const jobFor = (orderId: string): ClaimedJob => ({
  id: newId(),
  lane: "",
  orderingKey: null,
  payload: { orderId, fulfillmentOrderId: null, call: "ask", url: "https://desk.example/", body: {} },
  attempts: 1,
  leaseNumber: 1,
  createdAt: new Date(),
});

test("who was called is asked once, however often the answer cannot be taken yet (W5)", async () => {
  const { attempt, told, calls } = site({ refusals: 20 });
  const job = jobFor(newId());
  for (let time = 0; time < 20; time++) expect(await attempt(job)).toEqual({ done: false, postponedMs: 10_000 });
  expect(await attempt(job)).toEqual({ done: true });
  expect([calls(), told.length]).toEqual([1, 1]);
  // Tried again by hand it is another question, and so is another call.
  await attempt(job);
  expect(calls()).toBe(2);
  await attempt(jobFor(newId()));
  expect(calls()).toBe(3);
});

test("an answer is not told when its job began anew elsewhere, nor when it is an hour old", async () => {
  const { attempt, told, calls, later } = site({ refusals: 3 });
  const job = { ...jobFor(newId()), attempts: 4 };
  await attempt(job);
  // Another process parked it, and somebody has tried it again.
  await attempt({ ...job, attempts: 1 });
  expect(calls()).toBe(2);
  later(50 * 60_000);
  await attempt({ ...job, attempts: 1 });
  expect(calls()).toBe(2);
  later(11 * 60_000);
  expect(await attempt({ ...job, attempts: 1 })).toEqual({ done: true });
  expect([calls(), told.length]).toEqual([3, 1]);
});

test("for an order of a newer release nobody is called: the answer could not be taken (N6)", async () => {
  const orderId = newId();
  const { attempt, calls } = site({ refusals: 0, left: [orderId] });
  expect(await attempt(jobFor(orderId))).toEqual({ done: false, postponedMs: 2_000 });
  expect(calls()).toBe(0);
  expect(await attempt(jobFor(newId()))).toEqual({ done: true });
});
