import type { Clock } from "../../platform/clock.ts";
import type { Database, Transaction } from "../../platform/db/database.ts";
import { cloudEventOf } from "../../platform/events/cloud-events.ts";
import { readEventsAt } from "../../platform/events/read-feed.ts";
import type {
  ClaimedJob,
  EndedAttempt,
  JobKind,
  JobOutcome,
  LaneCapacity,
  ParkedBy,
} from "../../platform/jobs/job-kinds.ts";
import { retryAfterMs } from "../../platform/outbound/retry-after.ts";
import type { Outbound } from "../../platform/outbound/send-outbound.ts";
import { type DeliveryPayload, WEBHOOK } from "./fan-out.ts";
import { insertAttempts } from "./keep-attempts.ts";
import { type Attempt, sendEvent, type SignedEvent } from "./send-event.ts";
import { type Circuits, createCircuits, type WebhookResult } from "./watch-circuits.ts";
import type { DeliveryTarget, WebhookDirectory } from "./webhook-directory.ts";

export interface DeliveryDependencies {
  database: Database;
  clock: Clock;
  outbound: Outbound;
  directory: WebhookDirectory;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Three days in all (W5); each pause with up to half of it added at random. */
const RETRY_PAUSES_MS = [
  5 * SECOND,
  30 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  6 * HOUR,
  12 * HOUR,
  24 * HOUR,
  27 * HOUR,
];
export const SCHEDULE_MS = RETRY_PAUSES_MS.reduce((sum, pause) => sum + pause, 0);
export const DELIVERY_PARKING: ParkedBy = {
  ownerTeam: "operations",
  deadlineMs: 24 * HOUR,
  nextAction: "Mend the receiver, then retry the delivery; or skip it, if the receiver does not need it.",
};
/** In hand at once in one process, over all webhooks. */
const CONCURRENCY = 2_048;
/**
 * In hand per webhook. Sending is a third of the way of a delivery: it is claimed before and recorded afterwards, with
 * others, so a quick receiver needs more in hand than the 64 connections that it gets; with 64 in hand 746 were delivered
 * a second. A receiver that takes long gets few, so that some of them do not take all.
 */
const IN_HAND = { quick: 512, usual: 64, slow: 4 };
const QUICK_MS = 500;
const SLOW_MS = 2_000;
const GONE = 410;

type Delivered = JobOutcome & { attempt?: Attempt };

/** Delivers events to webhooks: at least once, the events of an entity in their order, each webhook for itself. */
export function webhookJobKind(dependencies: DeliveryDependencies): JobKind<Delivered> {
  const { database, directory } = dependencies;
  const circuits = createCircuits();
  return {
    kind: WEBHOOK,
    concurrency: CONCURRENCY,
    retryPausesMs: RETRY_PAUSES_MS,
    parking: DELIVERY_PARKING,
    lanes: (running) => [...directory.targets.values()].map((target) => capacityOf(target, circuits, running)),
    start: (jobs, signal) => {
      const events = readEvents(database, jobs);
      return jobs.map((job) => deliver(dependencies, job, events, signal));
    },
    record: (transaction, ended) => record(transaction, circuits, ended),
  };
}

function capacityOf(target: DeliveryTarget, circuits: Circuits, running: ReadonlyMap<string, number>): LaneCapacity {
  const now = performance.now();
  const closed = target.openUntil <= now && !circuits.isOpen(target.id, now);
  const trying = target.failing || circuits.isTrying(target.id);
  const most = !closed ? 0 : trying ? 1 : inHandOf(circuits.meanMs(target.id));
  return { lane: target.id, free: most - (running.get(target.id) ?? 0) };
}

/** By how long the last deliveries took; null: there were none. */
function inHandOf(meanMs: number | null): number {
  if (meanMs === null || meanMs >= QUICK_MS) return meanMs !== null && meanMs > SLOW_MS ? IN_HAND.slow : IN_HAND.usual;
  return IN_HAND.quick;
}

/** By position; what is missing has left the ledger. */
async function readEvents(database: Database, jobs: readonly ClaimedJob[]): Promise<Map<number, SignedEvent>> {
  const positions = [...new Set(jobs.map(({ payload }) => (payload as DeliveryPayload).position))];
  const { events, generation } = await readEventsAt(database, positions);
  return new Map(
    events.map((event) => {
      const body = JSON.stringify(cloudEventOf(event, generation));
      return [event.position, { id: String(event.id), body }];
    }),
  );
}

async function deliver(
  { clock, outbound, directory }: DeliveryDependencies,
  job: ClaimedJob,
  events: Promise<Map<number, SignedEvent>>,
  signal: AbortSignal,
): Promise<Delivered> {
  const event = (await events).get((job.payload as DeliveryPayload).position);
  if (event === undefined) return { done: false, park: true, reason: "The event is no longer in the ledger." };
  const target = directory.targets.get(job.lane);
  // Paused, disabled or removed since it was claimed: it waits for what becomes of the webhook.
  if (target === undefined) return { done: false, postponedMs: SECOND };
  if (target.signers.length === 0)
    return {
      done: false,
      reason: "Its secret cannot be opened: ORRERY_SECRET_KEY lacks the key that it was sealed with.",
    };
  const attempt = await sendEvent(outbound, target.url, event, { signers: target.signers, at: clock.now(), signal });
  if (attempt.error === null) return { done: true, attempt };
  const asked = retryAfterMs(attempt.answer, clock.now());
  return { done: false, reason: attempt.error, attempt, ...(asked === null ? {} : { retryAfterMs: asked }) };
}

async function record(
  transaction: Transaction,
  circuits: Circuits,
  ended: readonly EndedAttempt<Delivered>[],
): Promise<void> {
  const attempted = ended.flatMap(({ job, outcome: { attempt } }) => (attempt === undefined ? [] : [{ job, attempt }]));
  insertAttempts(transaction, attempted);
  const results: WebhookResult[] = attempted.map(({ job, attempt }) => ({
    webhookId: job.lane,
    delivered: attempt.error === null,
    gone: attempt.status === GONE,
    error: attempt.error,
    durationMs: attempt.durationMs,
  }));
  await circuits.note(transaction, results);
}
