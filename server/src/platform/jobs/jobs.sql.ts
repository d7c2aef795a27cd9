import type { Database, Transaction } from "../db/database.ts";
import { arrayLiteral, statement } from "../db/statements.ts";
import type { ClaimedJob, LaneCapacity } from "./job-kinds.ts";

/** Longer than an attempt takes between two renewals; a dead worker's jobs are taken over after it. */
export const LEASE_MS = 30_000;

interface ClaimedRow {
  id: string;
  lane: string;
  ordering_key: string | null;
  payload: Record<string, unknown>;
  attempts: number;
  lease_number: number;
  created_at: Date;
}

function jobOf(row: ClaimedRow): ClaimedJob {
  return {
    id: row.id,
    lane: row.lane,
    orderingKey: row.ordering_key,
    payload: row.payload,
    attempts: row.attempts,
    leaseNumber: row.lease_number,
    createdAt: row.created_at,
  };
}

// A job that has an unfinished one before it in its key is set aside as 'behind', so that it is not found again and again.
// That is safe only while its predecessor cannot end unseen: the predecessor is locked, and whoever ends it looks for its
// successor in a later statement (`promoteSuccessors`), which then sees what was set aside. A predecessor that is locked
// by somebody else leaves the job where it is until the next claim.
const claim = statement<ClaimedRow & { set_aside: number }>(
  "platform.claimJobs",
  `with picked as materialized (
     select due.* from unnest($2::text[], $3::int[]) as given (lane, free) cross join lateral (
       select id, lane, ordering_key, sequence from platform.jobs
       where kind = $1 and lane = given.lane and state = 'waiting' and due_at <= now()
       order by due_at, sequence limit given.free for update skip locked) due
     limit $5
   ), placed as materialized (
     select picked.id, (select earlier.id from platform.jobs earlier
       where earlier.kind = $1 and earlier.lane = picked.lane and earlier.ordering_key = picked.ordering_key
         and earlier.sequence < picked.sequence and earlier.state in ('waiting', 'behind', 'running', 'parked')
       order by earlier.sequence desc limit 1) as predecessor
     from picked
   ), held as materialized (
     select placed.id as blocked_id from placed join platform.jobs predecessor on predecessor.id = placed.predecessor
     where predecessor.state in ('waiting', 'behind', 'running', 'parked') for update of predecessor skip locked
   ), set_aside as (
     update platform.jobs set state = 'behind' from held where jobs.id = held.blocked_id returning 1
   ), claimed as (
     update platform.jobs set state = 'running', attempts = attempts + 1, lease_number = lease_number + 1,
       lease_until = now() + $4::int * interval '1 millisecond'
     from placed where jobs.id = placed.id and placed.predecessor is null and (select count(*) from held) >= 0
     returning jobs.*
   )
   select claimed.id, claimed.lane, claimed.ordering_key, claimed.payload, claimed.attempts, claimed.lease_number,
     claimed.created_at, counted.set_aside
   from (select count(*)::int as set_aside from set_aside) counted left join claimed on true
   order by claimed.sequence`,
);

export interface Claim {
  jobs: ClaimedJob[];
  /** Found behind others and put aside; there may be more that can run. */
  setAside: number;
}

/** Takes due jobs, lane after lane, the oldest of each first, none of which waits for another of its key; at most `free`. */
export async function claimJobs(
  database: Database,
  kind: string,
  lanes: readonly LaneCapacity[],
  free: number,
): Promise<Claim> {
  const rows = await database.read(claim, [
    kind,
    arrayLiteral(
      "text",
      lanes.map(({ lane }) => lane),
    ),
    arrayLiteral(
      "int",
      lanes.map(({ free }) => free),
    ),
    LEASE_MS,
    free,
  ]);
  return { jobs: rows.filter(({ id }) => id !== null).map(jobOf), setAside: rows[0]!.set_aside };
}

const renew = statement<{ id: string }>(
  "platform.renewJobs",
  `update platform.jobs set lease_until = now() + $3::int * interval '1 millisecond'
   from unnest($1::uuid[], $2::int[]) as given (id, lease_number)
   where jobs.id = given.id and jobs.lease_number = given.lease_number and jobs.state = 'running' returning jobs.id`,
);

/** The IDs of those that are still ours. */
export async function renewLeases(database: Database, jobs: readonly ClaimedJob[]): Promise<Set<string>> {
  const rows = await database.read(renew, [...idsAndNumbers(jobs), LEASE_MS]);
  return new Set(rows.map(({ id }) => id));
}

const readExpired = statement<ClaimedRow>(
  "platform.readExpiredJobs",
  `select id, lane, ordering_key, payload, attempts, lease_number, created_at from platform.jobs
   where state = 'running' and lease_until < now() and kind = $1 order by lease_until limit $2`,
);

/** Jobs of workers that died or lost the database. */
export async function readExpiredJobs(database: Database, kind: string, limit: number): Promise<ClaimedJob[]> {
  return (await database.read(readExpired, [kind, limit])).map(jobOf);
}

export interface AttemptEnd {
  job: ClaimedJob;
  state: "done" | "waiting" | "parked";
  pauseMs: number;
  /** False: nothing was tried. */
  counts: boolean;
  error: string | null;
  ownerTeam: string | null;
  deadlineMs: number | null;
}

const end = statement<{ id: string; deadline_at: Date | null }>(
  "platform.endAttempts",
  `update platform.jobs set state = given.state, lease_until = null,
     attempts = case when given.counts then attempts else attempts - 1 end,
     due_at = case given.state when 'waiting' then now() + given.pause_ms * interval '1 millisecond' else due_at end,
     ended_at = case given.state when 'done' then now() end,
     last_error = coalesce(given.error, last_error),
     parked_at = case given.state when 'parked' then now() end,
     owner_team = given.owner_team,
     deadline_at = now() + given.deadline_ms * interval '1 millisecond'
   from unnest($1::uuid[], $2::int[], $3::text[], $4::double precision[], $5::text[], $6::text[], $7::double precision[],
       $8::boolean[]) as given (id, lease_number, state, pause_ms, error, owner_team, deadline_ms, counts)
   where jobs.id = given.id and jobs.lease_number = given.lease_number and jobs.state = 'running'
   returning jobs.id, jobs.deadline_at`,
);

/** Ends attempts whose lease still holds and answers which those were; a worker that comes too late changes nothing. */
export async function endAttempts(
  transaction: Transaction,
  ends: readonly AttemptEnd[],
): Promise<Map<string, { deadlineAt: Date | null }>> {
  const rows = await transaction.read(end, [
    ...idsAndNumbers(ends.map(({ job }) => job)),
    arrayLiteral(
      "text",
      ends.map(({ state }) => state),
    ),
    arrayLiteral(
      "double precision",
      ends.map(({ pauseMs }) => pauseMs),
    ),
    arrayLiteral(
      "text",
      ends.map(({ error }) => error),
    ),
    arrayLiteral(
      "text",
      ends.map(({ ownerTeam }) => ownerTeam),
    ),
    arrayLiteral(
      "double precision",
      ends.map(({ deadlineMs }) => deadlineMs),
    ),
    arrayLiteral(
      "boolean",
      ends.map(({ counts }) => counts),
    ),
  ]);
  promoteSuccessors(
    transaction,
    rows.map(({ id }) => id),
  );
  return new Map(rows.map(({ id, deadline_at }) => [id, { deadlineAt: deadline_at }]));
}

// A statement of its own, after the one that locked and ended the predecessors: see `claim`.
const promote = statement(
  "platform.promoteJobs",
  `with next as materialized (
     select successor.id from unnest($1::uuid[]) as given (id) join platform.jobs ended on ended.id = given.id
     cross join lateral (
       select later.id, later.state from platform.jobs later
       where later.kind = ended.kind and later.lane = ended.lane and later.ordering_key = ended.ordering_key
         and later.sequence > ended.sequence and later.state in ('waiting', 'behind', 'running', 'parked')
       order by later.sequence limit 1) successor
     where ended.state in ('done', 'skipped') and successor.state = 'behind'
   )
   update platform.jobs set state = 'waiting' from next where jobs.id = next.id and jobs.state = 'behind'`,
);

/** Lets the next job of each key go on, where these have ended. */
export function promoteSuccessors(transaction: Transaction, ids: readonly string[]): void {
  if (ids.length > 0) transaction.write(promote, [arrayLiteral("uuid", ids)]);
}

function idsAndNumbers(jobs: readonly ClaimedJob[]): [string, string] {
  return [
    arrayLiteral(
      "uuid",
      jobs.map(({ id }) => id),
    ),
    arrayLiteral(
      "int",
      jobs.map(({ leaseNumber }) => leaseNumber),
    ),
  ];
}
