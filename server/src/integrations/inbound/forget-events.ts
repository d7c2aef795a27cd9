import type { Database } from "../../platform/db/database.ts";
import { statement } from "../../platform/db/statements.ts";

/** Bodies may name people: kept to be looked at and replayed, then erased. Those of unfinished events stay. */
const BODY_DAYS = 14;
/** Longer than any replay is believed (LONGEST_TOLERANCE_SECONDS), so that each event is applied once for ever. */
const KEPT_DAYS = 31;
const BATCH = 2_000;

const forget = statement<{ forgotten: number }>(
  "integrations.forgetInboundEvents",
  `with old as (
     select e.id, e.received_at < now() - $2::int * interval '1 day' and not exists (
         select from integrations.inbound_events later where later.source = e.source and later.entity_key = e.entity_key
           and e.sequence is not null having max(later.sequence) = e.sequence) as is_gone
     from integrations.inbound_events e
     where e.received_at < now() - $1::int * interval '1 day'
       and (e.body is not null or e.received_at < now() - $2::int * interval '1 day')
       and (e.outcome is not null or not exists (select from platform.jobs j where j.id = e.job_id
         and j.state in ('waiting', 'behind', 'running', 'parked')))
       and (e.body is not null or e.sequence is null or exists (select from integrations.inbound_events later
         where later.source = e.source and later.entity_key = e.entity_key and later.sequence > e.sequence))
     order by e.received_at limit $3 for update skip locked
   ), erased as (
     update integrations.inbound_events e set body = null from old where e.id = old.id and not old.is_gone returning 1
   ), deleted as (
     delete from integrations.inbound_events e using old where e.id = old.id and old.is_gone returning 1
   )
   select (select count(*) from erased)::int + (select count(*) from deleted)::int as forgotten`,
);

/** True when there may be more. The last event of each entity that is counted stays, without its body: the next one follows it. */
export async function forgetOldInbound(database: Database): Promise<boolean> {
  const [row] = await database.read(forget, [BODY_DAYS, KEPT_DAYS, BATCH]);
  return row!.forgotten === BATCH;
}
