import type { Database } from "../db/database.ts";
import { statement } from "../db/statements.ts";

/** First answers are replayed this long. */
const KEPT_DAYS = 30;
/** Rows per transaction, so that no lock and no vacuum takes long. */
const BATCH = 5_000;

const deleteOldAnswers = statement<{ deleted: number }>(
  "platform.deleteOldAnswers",
  `with old as (
     select principal, key from platform.idempotency_keys where created_at < now() - $1::int * interval '1 day'
     order by created_at limit $2 for update skip locked
   ), deleted as (
     delete from platform.idempotency_keys using old
     where idempotency_keys.principal = old.principal and idempotency_keys.key = old.key returning 1
   )
   select count(*)::int as deleted from deleted`,
);

/** True when there may be more. */
export async function forgetOldAnswers(database: Database): Promise<boolean> {
  const [row] = await database.read(deleteOldAnswers, [KEPT_DAYS, BATCH]);
  return row!.deleted === BATCH;
}
