import type { Transaction } from "../db/database.ts";
import { statement } from "../db/statements.ts";
import type { ParkedBy, ParkedJobReports } from "./job-kinds.ts";
import { promoteSuccessors } from "./jobs.sql.ts";

/** Rows per transaction, so that no lock takes long. */
const BATCH = 500;

interface OldJobs {
  kind: string;
  lane: string;
  olderThanMs: number;
}

const parkRows = statement<{ id: string; ordering_key: string | null; last_error: string; deadline_at: Date }>(
  "platform.parkOldJobs",
  `with chosen as materialized (
     select id from platform.jobs j where kind = $1 and lane = $2 and state = 'waiting'
       and created_at < now() - $3::float8 * interval '1 millisecond'
       and not exists (select from platform.jobs earlier where earlier.kind = $1 and earlier.lane = $2
         and earlier.ordering_key = j.ordering_key and earlier.sequence < j.sequence
         and earlier.state in ('waiting', 'behind', 'running', 'parked'))
     order by sequence limit ${BATCH} for update skip locked
   )
   update platform.jobs set state = 'parked', parked_at = now(), owner_team = $4, deadline_at = now() + $5::float8 * interval '1 millisecond',
     last_error = coalesce(last_error, $6)
   from chosen where jobs.id = chosen.id returning jobs.id, jobs.ordering_key, jobs.last_error, jobs.deadline_at`,
);

/**
 * Gives up what has waited in a lane for longer than its schedule, the first of each key: what comes after it waits behind
 * it. For lanes that try one job in a while, in which the others never come to the end of their own attempts. True when
 * there may be more.
 */
export async function parkOldJobs(
  transaction: Transaction,
  { kind, lane, olderThanMs }: OldJobs,
  { ownerTeam, deadlineMs, nextAction }: ParkedBy,
  reason: string,
  reports: Pick<ParkedJobReports, "parked">,
): Promise<boolean> {
  const rows = await transaction.read(parkRows, [kind, lane, olderThanMs, ownerTeam, deadlineMs, reason]);
  reports.parked(
    transaction,
    rows.map((row) => ({
      id: row.id,
      kind,
      lane,
      orderingKey: row.ordering_key,
      reason: row.last_error,
      ownerTeam,
      nextAction,
      deadlineAt: row.deadline_at,
    })),
  );
  return rows.length === BATCH;
}

// Lanes that rest hold keyed jobs, and saying so lets the index of unfinished ones find them: otherwise all ended ones were
// read (300,000 of them: 150 ms, now 2 ms).
const skipRows = statement<{ id: string; was: string; created_at: Date }>(
  "platform.skipOldJobs",
  `with chosen as materialized (
     select id, state from platform.jobs where kind = $1 and lane = $2 and ordering_key is not null and state in ('waiting', 'behind', 'parked')
       and created_at < now() - $3::float8 * interval '1 millisecond'
     order by sequence limit ${BATCH} for update skip locked
   )
   update platform.jobs set state = 'skipped', ended_at = now(), ended_by = $4, skip_reason = $5, parked_at = null,
     owner_team = null, deadline_at = null
   from chosen where jobs.id = chosen.id returning jobs.id, chosen.state as was, jobs.created_at`,
);

export interface SkippedOld {
  skipped: number;
  /** When the first and the last of them were made; null: there were none. */
  from: Date | null;
  until: Date | null;
  /** There may be more. */
  more: boolean;
}

/** Drops what has waited for too long in a lane that rests: a visible gap, and what comes after it stays. */
export async function skipOldJobs(
  transaction: Transaction,
  { kind, lane, olderThanMs }: OldJobs,
  { reason, actor }: { reason: string; actor: string },
  reports: Pick<ParkedJobReports, "released">,
): Promise<SkippedOld> {
  const rows = await transaction.read(skipRows, [kind, lane, olderThanMs, actor, reason]);
  const idsOf = (some: typeof rows): string[] => some.map(({ id }) => id);
  promoteSuccessors(transaction, idsOf(rows));
  reports.released(transaction, idsOf(rows.filter(({ was }) => was === "parked")), reason, actor);
  const times = rows.map((row) => row.created_at).sort((one, other) => one.getTime() - other.getTime());
  return { skipped: rows.length, from: times[0] ?? null, until: times.at(-1) ?? null, more: rows.length === BATCH };
}
