import type { Database, Transaction } from "../../platform/db/database.ts";
import { arrayLiteral, statement } from "../../platform/db/statements.ts";
import type { ClaimedJob, EndedAttempt, JobKind, JobOutcome } from "../../platform/jobs/job-kinds.ts";
import { startAfresh } from "../../platform/jobs/hasten-jobs.ts";
import { isPassing, Refusal } from "../../platform/refusals.ts";
import type { SecretBox } from "../../platform/secrets.ts";
import { type ApplyDependencies, applyPlan } from "./apply-plan.ts";
import { meaningOf, readEvent } from "./read-event.ts";
import { bodyContext, INBOUND } from "./receive-events.ts";
import type { SourceDirectory } from "./source-directory.ts";

export interface ProcessDependencies extends ApplyDependencies {
  database: Database;
  secrets: SecretBox;
  sources: SourceDirectory;
}

const SECOND = 1_000;
const HOUR = 3_600_000;
/** Five tries in some seven minutes: longer than senders take to send again what they have sent in the wrong order. */
const RETRY_PAUSES_MS = [2 * SECOND, 10 * SECOND, 60 * SECOND, 300 * SECOND];
/** A predecessor that ends starts its successor at once; this is for when that was missed. */
const BEHIND_WAITING_MS = SECOND;
const BEHIND_PARKED_MS = 15 * SECOND;
const PASSING_MS = SECOND;
/** Enough to fill a batch of changes. */
const CONCURRENCY = 256;
/** What a fact that is known already is refused with. */
const KNOWN_ALREADY: ReadonlySet<string> = new Set(["alreadyDelivered"]);

type Ended = JobOutcome & { ended?: { outcome: "applied" | "ignored"; result: object } };

interface EventRow {
  id: string;
  source: string;
  sender_id: string;
  occurred_at: Date | null;
  body: Buffer | null;
  outcome: string | null;
  /** The state of the job of an earlier event of this entity that has not ended. */
  behind: string | null;
  gap: boolean;
  /** A later event of this entity has been applied. */
  overtaken: boolean;
}

// Earlier is what the sender says: by sequence, by time, and by arrival where he says nothing.
const readEvents = statement<EventRow>(
  "integrations.readInboundToProcess",
  `select e.id, e.source, e.sender_id, e.occurred_at, e.body, e.outcome,
     (select j.state from integrations.inbound_events earlier join platform.jobs j on j.id = earlier.job_id
       where earlier.source = e.source and earlier.entity_key = e.entity_key and earlier.outcome is null
         and (coalesce(earlier.sequence, 0), coalesce(earlier.occurred_at, earlier.received_at), earlier.id)
           < (coalesce(e.sequence, 0), coalesce(e.occurred_at, e.received_at), e.id)
         and j.state in ('waiting', 'behind', 'running', 'parked')
       order by j.state = 'parked' limit 1) as behind,
     coalesce(e.sequence > 1 and e.entity_key is not null and not exists (
       select from integrations.inbound_events one where one.source = e.source and one.entity_key = e.entity_key
         and one.sequence = e.sequence - 1), false) as gap,
     exists (select from integrations.inbound_events later
       where later.source = e.source and later.entity_key = e.entity_key and later.outcome = 'applied'
         and later.occurred_at > e.occurred_at) as overtaken
   from integrations.inbound_events e where e.id = any($1::uuid[])`,
);

/** Applies what other systems told: each event once, those of an entity one after the other, as the sender counts them. */
export function inboundJobKind(dependencies: ProcessDependencies): JobKind<Ended> {
  return {
    kind: INBOUND,
    concurrency: CONCURRENCY,
    retryPausesMs: RETRY_PAUSES_MS,
    parking: {
      ownerTeam: "operations",
      deadlineMs: 24 * HOUR,
      nextAction:
        "Look at what the event says and where its entity stands. Mend the source's rules or the order, then replay the event; or skip it, if it need not be applied.",
    },
    start: (jobs) => {
      const rows = dependencies.database.read(readEvents, [
        arrayLiteral(
          "uuid",
          jobs.map(({ payload }) => payload["eventId"] as string),
        ),
      ]);
      const byId = rows.then((found) => new Map(found.map((row) => [row.id, row])));
      return jobs.map((job) => process(dependencies, job, byId));
    },
    record: (transaction, ended) => record(transaction, ended),
  };
}

async function process(
  dependencies: ProcessDependencies,
  job: ClaimedJob,
  rows: Promise<ReadonlyMap<string, EventRow>>,
): Promise<Ended> {
  const row = (await rows).get(job.payload["eventId"] as string);
  if (row === undefined) return { done: false, park: true, reason: "The event is no longer kept." };
  if (row.outcome !== null) return { done: true };
  if (row.behind !== null)
    return { done: false, postponedMs: row.behind === "parked" ? BEHIND_PARKED_MS : BEHIND_WAITING_MS };
  if (row.gap) return failed(row, "The event before it, by its sequence, has not come.");
  try {
    return await apply(dependencies, row);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refused(row, error);
  }
}

async function apply(dependencies: ProcessDependencies, row: EventRow): Promise<Ended> {
  const source = dependencies.sources.source(row.source);
  if (source === undefined) return failed(row, "The source is not in force.");
  if (row.body === null) return parked(row, "Its body has been erased.");
  const body = dependencies.secrets.open(row.body, bodyContext(row.id));
  const facts = readEvent(source, body, row.sender_id);
  const meaning = meaningOf(source, facts);
  if (meaning.kind === "faulty") return parked(row, meaning.reason);
  if (meaning.kind === "ignored") return ignored("No rule is about it.");
  const sent = { source: row.source, senderId: row.sender_id, occurredAt: row.occurred_at };
  const result = await applyPlan(dependencies, meaning.plan, sent);
  return { done: true, ended: { outcome: "applied", result: { rule: meaning.plan.rule, ...result } } };
}

function refused(row: EventRow, refusal: Refusal): Ended {
  if (isPassing(refusal)) return { done: false, postponedMs: PASSING_MS };
  if (KNOWN_ALREADY.has(refusal.code)) return ignored(refusal.message);
  if (row.overtaken && refusal.code === "transitionNotAllowed")
    return ignored(`A later event of its entity was applied before it came. ${refusal.message}`);
  const mayChange = refusal.kind.status === 409 || refusal.kind.status === 404;
  return mayChange ? failed(row, refusal.message) : parked(row, refusal.message);
}

const ignored = (reason: string): Ended => ({ done: true, ended: { outcome: "ignored", result: { reason } } });

const failed = ({ source, sender_id }: EventRow, reason: string): Ended => ({
  done: false,
  reason: `${source} ${sender_id}: ${reason}`,
});

/** Nothing but a change of the rules, by people, could help it. */
const parked = (row: EventRow, reason: string): Ended => ({ ...failed(row, reason), done: false, park: true }) as Ended;

const endEvents = statement(
  "integrations.endInboundEvents",
  `update integrations.inbound_events e set outcome = given.outcome, result = given.result
   from unnest($1::uuid[], $2::text[], $3::jsonb[]) as given (id, outcome, result)
   where e.id = given.id and e.outcome is null`,
);

const readNext = statement<{ job_id: string }>(
  "integrations.readNextInbound",
  `select distinct on (next.source, next.entity_key) next.job_id
   from (select distinct source, entity_key from integrations.inbound_events where id = any($1::uuid[])) ended
   join integrations.inbound_events next on next.source = ended.source and next.entity_key = ended.entity_key
   where next.outcome is null and next.id <> all($1::uuid[])
   order by next.source, next.entity_key, coalesce(next.sequence, 0), coalesce(next.occurred_at, next.received_at), next.id`,
);

/** Where an entity has moved on, the next event that waits for it is tried at once, with all its tries before it. */
async function record(transaction: Transaction, attempts: readonly EndedAttempt<Ended>[]): Promise<void> {
  const ended = attempts.flatMap(({ job, outcome }) =>
    outcome.ended === undefined ? [] : [{ id: job.payload["eventId"] as string, ...outcome.ended }],
  );
  if (ended.length === 0) return;
  const ids = arrayLiteral(
    "uuid",
    ended.map(({ id }) => id),
  );
  transaction.write(endEvents, [
    ids,
    arrayLiteral(
      "text",
      ended.map(({ outcome }) => outcome),
    ),
    arrayLiteral(
      "jsonb",
      ended.map(({ result }) => result),
    ),
  ]);
  const next = await transaction.read(readNext, [ids]);
  startAfresh(
    transaction,
    next.map(({ job_id }) => job_id),
  );
}
