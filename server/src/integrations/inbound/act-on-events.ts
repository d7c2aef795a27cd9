import type { Transaction } from "../../platform/db/database.ts";
import { arrayLiteral, statement } from "../../platform/db/statements.ts";
import { recordAudit } from "../../platform/events/record-audit.ts";
import type { Origin } from "../../platform/events/record-events.ts";
import { newId } from "../../platform/ids.ts";
import { lockJobs, retryJobs, skipJobs } from "../../platform/jobs/act-on-jobs.ts";
import { enqueueJobs } from "../../platform/jobs/enqueue-jobs.ts";
import { startAfresh } from "../../platform/jobs/hasten-jobs.ts";
import { common, Refusal } from "../../platform/refusals.ts";
import type { SecretBox } from "../../platform/secrets.ts";
import { reportParkedJobs } from "../../tasks/public.ts";
import { integrations } from "../refusals.ts";
import { entityKeyOf, meaningOf, readEvent } from "./read-event.ts";
import { bodyContext, INBOUND } from "./receive-events.ts";
import type { SourceDirectory } from "./source-directory.ts";

interface LockedEvent {
  id: string;
  source: string;
  sender_id: string;
  body: Buffer | null;
  outcome: "applied" | "ignored" | null;
  job_id: string;
}

const findJobs = statement<{ job_id: string }>(
  "integrations.findJobsOfInbound",
  "select job_id from integrations.inbound_events where id = any($1::uuid[])",
);

const lockRows = statement<LockedEvent>(
  "integrations.lockInboundEvents",
  `select id, source, sender_id, body, outcome, job_id from integrations.inbound_events
    where id = any($1::uuid[]) order by id for update`,
);

const beginAgain = statement(
  "integrations.beginInboundAgain",
  `update integrations.inbound_events e set job_id = given.job_id, entity_key = given.entity_key, outcome = null, result = null
   from unnest($1::uuid[], $2::uuid[], $3::text[]) as given (id, job_id, entity_key) where e.id = given.id`,
);

export interface ReplayDependencies {
  secrets: SecretBox;
  sources: SourceDirectory;
}

/** What was refused of events, by ID. */
export type RefusedEvents = ReadonlyMap<string, Refusal>;

/** An event to try again, under the job that it has or a new one. */
interface Again {
  event: LockedEvent;
  jobId: string;
  entityKey: string | null;
}

/**
 * Tries events again by the rules in force now: those that are parked, or that were ignored or skipped. What was applied
 * stays applied.
 */
export async function replayEvents(
  transaction: Transaction,
  dependencies: ReplayDependencies,
  ids: readonly string[],
  origin: Origin,
): Promise<RefusedEvents> {
  const { events, refused } = await lockEvents(transaction, ids);
  const again: Again[] = [];
  for (const { event, jobState } of events) {
    try {
      again.push(planAgain(dependencies, event, jobState));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused.set(event.id, error);
    }
  }
  if (again.length === 0) return refused;
  transaction.write(beginAgain, [
    arrayLiteral(
      "uuid",
      again.map(({ event }) => event.id),
    ),
    arrayLiteral(
      "uuid",
      again.map(({ jobId }) => jobId),
    ),
    arrayLiteral(
      "text",
      again.map(({ entityKey }) => entityKey),
    ),
  ]);
  const isParked = ({ event, jobId }: Again): boolean => jobId === event.job_id;
  const parked = again.filter(isParked).map(({ jobId }) => ({ id: jobId }));
  // They are locked and parked, so none is refused.
  if (parked.length > 0) await retryJobs(transaction, parked, origin, reportParkedJobs);
  enqueueJobs(
    transaction,
    again.flatMap((one) =>
      isParked(one) ? [] : [{ id: one.jobId, kind: INBOUND, payload: { eventId: one.event.id } }],
    ),
  );
  noteActs(
    transaction,
    "replayInboundEvent",
    again.map(({ event }) => event),
    origin,
  );
  return refused;
}

function planAgain({ secrets, sources }: ReplayDependencies, event: LockedEvent, jobState: string | null): Again {
  if (event.body === null) throw integrations.refuse("bodyErased");
  const isParked = event.outcome === null && jobState === "parked";
  const hasEnded = event.outcome === "ignored" || (event.outcome === null && !isUnfinished(jobState));
  if (!isParked && !hasEnded) throw integrations.refuse("notReplayable");
  const source = sources.source(event.source);
  const body = secrets.open(event.body, bodyContext(event.id));
  const entityKey =
    source === undefined ? null : entityKeyOf(meaningOf(source, readEvent(source, body, event.sender_id)));
  return { event, jobId: isParked ? event.job_id : newId(), entityKey };
}

const readBehind = statement<{ job_id: string }>(
  "integrations.readInboundBehind",
  `select distinct on (e.id) other.job_id from integrations.inbound_events e
   join integrations.inbound_events other on other.source = e.source and other.entity_key = e.entity_key
   where e.id = any($1::uuid[]) and other.id <> all($1::uuid[]) and other.outcome is null
   order by e.id, coalesce(other.sequence, 0), coalesce(other.occurred_at, other.received_at), other.id`,
);

/** Gives events up for good, each with a reason; what waits behind them goes on. */
export async function skipEvents(
  transaction: Transaction,
  items: readonly { id: string; reason: string }[],
  origin: Origin,
): Promise<RefusedEvents> {
  const { events, refused } = await lockEvents(
    transaction,
    items.map(({ id }) => id),
  );
  const skipped = events.filter(({ event, jobState }) => {
    const fits = event.outcome === null && ["parked", "waiting", "behind"].includes(jobState ?? "");
    if (!fits) refused.set(event.id, integrations.refuse("notReplayable"));
    return fits;
  });
  if (skipped.length === 0) return refused;
  const reasons = new Map(items.map(({ id, reason }) => [id.toLowerCase(), reason]));
  await skipJobs(
    transaction,
    skipped.map(({ event }) => ({ id: event.job_id, reason: reasons.get(event.id)! })),
    origin,
    reportParkedJobs,
  );
  const ids = skipped.map(({ event }) => event.id);
  const behind = await transaction.read(readBehind, [arrayLiteral("uuid", ids)]);
  startAfresh(
    transaction,
    behind.map(({ job_id }) => job_id),
  );
  noteActs(
    transaction,
    "skipInboundEvent",
    skipped.map(({ event }) => event),
    origin,
  );
  return refused;
}

/**
 * The events with the states of their jobs. The jobs are locked first, as by the worker that ends them; an event that got
 * another job meanwhile is refused, because somebody has just begun it again.
 */
async function lockEvents(transaction: Transaction, given: readonly string[]) {
  const ids = given.map((id) => id.toLowerCase());
  const jobs = await transaction.read(findJobs, [arrayLiteral("uuid", ids)]);
  const jobIds = new Set(jobs.map(({ job_id }) => job_id));
  const states = await lockJobs(transaction, [...jobIds]);
  const rows = await transaction.read(lockRows, [arrayLiteral("uuid", ids)]);
  const known = new Set(rows.map(({ id }) => id));
  const refused = new Map<string, Refusal>();
  for (const id of ids) if (!known.has(id)) refused.set(id, common.refuse("notFound"));
  const events = rows.flatMap((event) => {
    if (jobIds.has(event.job_id)) return [{ event, jobState: states.get(event.job_id) ?? null }];
    refused.set(event.id, integrations.refuse("notReplayable"));
    return [];
  });
  return { events, refused };
}

function isUnfinished(state: string | null): boolean {
  return state !== null && ["waiting", "behind", "running", "parked"].includes(state);
}

function noteActs(transaction: Transaction, action: string, events: readonly LockedEvent[], origin: Origin): void {
  recordAudit(
    transaction,
    events.map(({ id, source }) => ({
      origin,
      action,
      entityType: "inboundEvent",
      entityId: id,
      details: { source },
    })),
  );
}
