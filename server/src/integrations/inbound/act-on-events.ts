import { statement } from "../../platform/db/statements.ts";
import type { Transaction } from "../../platform/db/database.ts";
import { recordAudit } from "../../platform/events/record-audit.ts";
import type { Origin } from "../../platform/events/record-events.ts";
import { newId } from "../../platform/ids.ts";
import { retryJobs, skipJobs } from "../../platform/jobs/act-on-jobs.ts";
import { enqueueJobs } from "../../platform/jobs/enqueue-jobs.ts";
import { startAfresh } from "../../platform/jobs/hasten-jobs.ts";
import { common } from "../../platform/refusals.ts";
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
  job_state: string | null;
}

const lockEvent = statement<LockedEvent>(
  "integrations.lockInboundEvent",
  `select e.id, e.source, e.sender_id, e.body, e.outcome, e.job_id,
     (select state from platform.jobs where id = e.job_id) as job_state
   from integrations.inbound_events e where e.id = $1::uuid for update`,
);

const beginAgain = statement(
  "integrations.beginInboundAgain",
  `update integrations.inbound_events set job_id = $2::uuid, entity_key = $3, outcome = null, result = null where id = $1::uuid`,
);

export interface ReplayDependencies {
  secrets: SecretBox;
  sources: SourceDirectory;
}

/**
 * Tries an event again by the rules in force now: one that is parked, or that was ignored or skipped. What was applied
 * stays applied.
 */
export async function replayEvent(
  transaction: Transaction,
  { secrets, sources }: ReplayDependencies,
  id: string,
  origin: Origin,
): Promise<{ id: string; state: "waiting" }> {
  const event = await locked(transaction, id);
  if (event.body === null) throw integrations.refuse("bodyErased");
  const isParked = event.outcome === null && event.job_state === "parked";
  const hasEnded = event.outcome === "ignored" || (event.outcome === null && !isUnfinished(event.job_state));
  if (!isParked && !hasEnded) throw integrations.refuse("notReplayable");
  const source = sources.source(event.source);
  const body = secrets.open(event.body, bodyContext(id));
  const entityKey =
    source === undefined ? null : entityKeyOf(meaningOf(source, readEvent(source, body, event.sender_id)));
  const jobId = isParked ? event.job_id : newId();
  transaction.write(beginAgain, [id, jobId, entityKey]);
  if (isParked) await retryJobs(transaction, [{ id: jobId }], origin, reportParkedJobs);
  else enqueueJobs(transaction, [{ id: jobId, kind: INBOUND, payload: { eventId: id } }]);
  noteAct(transaction, "replayInboundEvent", event, origin);
  return { id, state: "waiting" };
}

const readBehind = statement<{ job_id: string }>(
  "integrations.readInboundBehind",
  `select other.job_id from integrations.inbound_events e
   join integrations.inbound_events other on other.source = e.source and other.entity_key = e.entity_key
   where e.id = $1::uuid and other.id <> e.id and other.outcome is null
   order by coalesce(other.sequence, 0), coalesce(other.occurred_at, other.received_at), other.id limit 1`,
);

/** Gives an event up for good, with a reason; what waits behind it goes on. */
export async function skipEvent(
  transaction: Transaction,
  id: string,
  reason: string,
  origin: Origin,
): Promise<{ id: string; state: "skipped" }> {
  const event = await locked(transaction, id);
  const { items } = await skipJobs(transaction, [{ id: event.job_id, reason }], origin, reportParkedJobs);
  if (event.outcome !== null || items[0]!.status === "refused") throw integrations.refuse("notReplayable");
  const behind = await transaction.read(readBehind, [id]);
  startAfresh(
    transaction,
    behind.map(({ job_id }) => job_id),
  );
  noteAct(transaction, "skipInboundEvent", event, origin);
  return { id, state: "skipped" };
}

async function locked(transaction: Transaction, id: string): Promise<LockedEvent> {
  const [event] = await transaction.read(lockEvent, [id]);
  if (event === undefined) throw common.refuse("notFound");
  return event;
}

function isUnfinished(state: string | null): boolean {
  return state !== null && ["waiting", "behind", "running", "parked"].includes(state);
}

function noteAct(transaction: Transaction, action: string, { id, source }: LockedEvent, origin: Origin): void {
  recordAudit(transaction, [{ origin, action, entityType: "inboundEvent", entityId: id, details: { source } }]);
}
