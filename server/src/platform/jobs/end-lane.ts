import type { Transaction } from "../db/database.ts";
import { statement } from "../db/statements.ts";
import type { ParkedJobReports } from "./job-kinds.ts";

/** Rows per transaction, so that no lock takes long. */
const BATCH = 2_000;

// The last of each key first, so that what is left still stands behind something.
const skipLane = statement<{ id: string; was: string }>(
  "platform.skipLane",
  `with chosen as materialized (
     select id, state from platform.jobs where kind = $1 and lane = $2 and ordering_key is not null
       and state in ('waiting', 'behind', 'running', 'parked') and state <> 'running'
     order by ordering_key desc, sequence desc limit $5 for update skip locked
   )
   update platform.jobs set state = 'skipped', ended_at = now(), ended_by = $3, skip_reason = $4, parked_at = null,
     owner_team = null, deadline_at = null
   from chosen where jobs.id = chosen.id returning jobs.id, chosen.state as was`,
);

/** Gives up what waits in a lane that is gone, a piece at a time; true when there may be more. */
export async function endLane(
  transaction: Transaction,
  { kind, lane, reason, actor }: { kind: string; lane: string; reason: string; actor: string },
  reports: Pick<ParkedJobReports, "released">,
): Promise<boolean> {
  const rows = await transaction.read(skipLane, [kind, lane, actor, reason, BATCH]);
  const parked = rows.filter(({ was }) => was === "parked").map(({ id }) => id);
  reports.released(transaction, parked, reason, actor);
  return rows.length === BATCH;
}
