import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { WITHOUT_LINKS } from "./outbox.sql.ts";

/** Long enough for questions about what was written; whoever asks later is told that it was sent, not what. */
const CONTENT_DAYS = 90;
const ROW_DAYS = 730;
/** Rows per transaction, so that no lock and no vacuum takes long. */
const BATCH = 2_000;

const eraseOld = statement<{ n: number }>(
  "messages.eraseOld",
  `with old as (
     select id from messages.outbox where erased_at is null and created_at < now() - $1::int * interval '1 day'
       and state not in ('queued', 'sending') order by created_at limit $2 for update skip locked
   ), erased as (
     update messages.outbox set recipient = null, subject = null, html = null, text = null, decline_url = null, erased_at = now()
     from old where outbox.id = old.id returning 1
   ) select count(*)::int as n from erased`,
);

const deleteOld = statement<{ n: number }>(
  "messages.deleteOld",
  `with old as (
     select id from messages.outbox where created_at < now() - $1::int * interval '1 day' order by created_at limit $2 for update skip locked
   ), deleted as (delete from messages.outbox using old where outbox.id = old.id returning 1)
   select count(*)::int as n from deleted`,
);

const deleteLinks = statement<{ n: number }>(
  "messages.deleteExpiredLinks",
  `with old as (
     select token_hash from messages.links where expires_at < now() - interval '30 days' order by expires_at limit $1 for update skip locked
   ), deleted as (delete from messages.links using old where links.token_hash = old.token_hash returning 1)
   select count(*)::int as n from deleted`,
);

/** What people gave up: the job is skipped, and in the end forgotten; the outbox remembers. */
const endGivenUp = statement<{ n: number }>(
  "messages.endGivenUp",
  `with ended as (
     update messages.outbox m set state = 'skipped', reason = j.skip_reason, state_at = now(), ${WITHOUT_LINKS}
     from platform.jobs j where j.id = m.id and j.state = 'skipped' and m.state in ('queued', 'sending') returning 1
   ) select count(*)::int as n from ended`,
);

/** What an earlier release ended without taking its links away; the index holds nothing else. */
const redactEnded = statement<{ n: number }>(
  "messages.redactEnded",
  `with open as (
     select id from messages.outbox where state not in ('queued', 'sending')
       and (decline_url is not null or html ~ '/m/[A-Za-z0-9_-]{32}' or text ~ '/m/[A-Za-z0-9_-]{32}')
     order by created_at limit $1 for update skip locked
   ), redacted as (update messages.outbox set ${WITHOUT_LINKS} from open where outbox.id = open.id returning 1)
   select count(*)::int as n from redacted`,
);

/** True when there may be more. */
export async function forgetOldMessages(database: Database): Promise<boolean> {
  await database.read(endGivenUp);
  const counts = [
    await database.read(redactEnded, [BATCH]),
    await database.read(eraseOld, [CONTENT_DAYS, BATCH]),
    await database.read(deleteOld, [ROW_DAYS, BATCH]),
    await database.read(deleteLinks, [BATCH]),
  ];
  return counts.some(([row]) => row!.n === BATCH);
}
