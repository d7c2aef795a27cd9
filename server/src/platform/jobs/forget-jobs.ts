import type { Database } from "../db/database.ts";
import { statement } from "../db/statements.ts";

/** Ended jobs stay this long, to be looked at. */
export const ENDED_JOB_DAYS = 14;
/** Rows per transaction, so that no lock and no vacuum takes long. */
const BATCH = 5_000;

const deleteEnded = statement<{ deleted: number }>(
  "platform.deleteEndedJobs",
  `with old as (
     select id from platform.jobs where state in ('done', 'skipped') and ended_at < now() - $1::int * interval '1 day'
     order by ended_at limit $2 for update skip locked
   ), deleted as (
     delete from platform.jobs using old where jobs.id = old.id returning 1
   )
   select count(*)::int as deleted from deleted`,
);

/** True when there may be more. */
export async function forgetEndedJobs(database: Database): Promise<boolean> {
  const [row] = await database.read(deleteEnded, [ENDED_JOB_DAYS, BATCH]);
  return row!.deleted === BATCH;
}
