import type { AuditCheck } from "../db/audit-check.ts";

/** What must hold for events and their feed; each selects what breaks it. */
export const eventAudit: readonly AuditCheck[] = [
  {
    name: "events: every entity's events are counted from 1 without gaps",
    sql: `select entity_id, count(*) as events, count(distinct sequence) as sequences, max(sequence) as last from platform.events
      group by entity_id having count(*) <> max(sequence) or count(distinct sequence) <> max(sequence)`,
  },
  {
    name: "events: every event is in the feed, or newer than the last tick of the sequencer",
    sql: `select id, type, entity_id, recorded_at from platform.events
      where pg_visible_in_snapshot(xid, (select snapshot from platform.feed_state))
        and not exists (select from platform.feed where event_id = events.id)`,
  },
  {
    name: "events: the feed holds only events that exist",
    sql: `select position, event_id from platform.feed
      where not exists (select from platform.events where events.id = feed.event_id and events.recorded_at = feed.recorded_at)`,
  },
  {
    name: "events: positions of the feed are dense and end where its state says",
    sql: `select state.position, found.entries, found.first, found.last from platform.feed_state state
      cross join (select count(*) as entries, coalesce(min(position), 1) as first, coalesce(max(position), 0) as last from platform.feed) found
      where found.entries <> state.position or found.last <> state.position or found.first <> 1`,
  },
  {
    name: "events: an entity's events stand in the feed in their own order",
    sql: `select entity_id, sequence, position from (
        select entity_id, sequence, position, lag(sequence) over (partition by entity_id order by position) as before
        from platform.feed join platform.events on events.id = feed.event_id and events.recorded_at = feed.recorded_at) ordered
      where sequence < before`,
  },
  {
    name: "events: no consumer is ahead of the feed",
    sql: `select consumers.name, consumers.position, state.position as feed from platform.consumers
      cross join platform.feed_state state where consumers.position > state.position`,
  },
  {
    name: "ledgers: nobody can change, delete or truncate what was appended",
    sql: `select ledger.oid::regclass::text as ledger, guard.name as missing from (
        select partrelid as oid from pg_partitioned_table
          where partstrat = 'r' and pg_get_partkeydef(partrelid) = 'RANGE (recorded_at)'
        union all select inhrelid from pg_inherits join pg_partitioned_table on partrelid = inhparent
          where partstrat = 'r' and pg_get_partkeydef(partrelid) = 'RANGE (recorded_at)'
        union all select 'platform.feed'::regclass) ledger
      cross join (values ('append_only'), ('append_only_as_a_whole')) guard (name)
      where not exists (select from pg_trigger where tgrelid = ledger.oid and tgname = guard.name and tgenabled in ('O', 'A'))`,
  },
];
