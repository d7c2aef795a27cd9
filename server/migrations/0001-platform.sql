-- Platform: the event ledger and its feed, audit, idempotency keys, imports.
-- The record of applied migrations lies in this schema too, so it exists by now.
create schema if not exists platform;

-- Every fact. Personal data never enters (design, "Event feed"): `data` holds IDs, codes and quantities.
-- The identifier is drawn after the entity's lock, so the events of one entity never invert.
create table platform.events (
  id bigint generated always as identity,
  recorded_at timestamptz not null default now(),
  xid xid8 not null default pg_current_xact_id(),
  type text not null,
  entity_type text not null,
  entity_id uuid not null,
  sequence int not null check (sequence > 0),
  occurred_at timestamptz not null,
  actor text not null,
  request_id text,
  schema_version smallint not null default 1,
  data jsonb not null,
  primary key (id, recorded_at)
) partition by range (recorded_at);
create table platform.events_default partition of platform.events default;
-- The sequencer reads by transaction; a timeline reads by entity.
create index events_xid on platform.events (xid, id);
create index events_entity on platform.events (entity_id, sequence);

-- The order in which the world sees events: dense positions, appended by one sequencer per database.
create table platform.feed (
  position bigint primary key,
  event_id bigint not null unique,
  recorded_at timestamptz not null
);

-- `snapshot` tells exactly which transactions the feed contains: the next tick appends what is visible then and is not in
-- it. A restore raises `generation`, so that a cursor of a lost future is recognized.
create table platform.feed_state (
  singleton boolean primary key default true check (singleton),
  generation int not null,
  position bigint not null,
  snapshot pg_snapshot not null,
  ticked_at timestamptz not null
);
insert into platform.feed_state (generation, position, snapshot, ticked_at)
values (1, 0, pg_current_snapshot(), now());

-- Consumers inside Orrery: each follows the feed by its own cursor, moved in the transaction that applies the events.
create table platform.consumers (
  name text primary key,
  position bigint not null,
  updated_at timestamptz not null default now()
);

-- Who did what: one entry per changing request (reliability 13). Append-only.
create table platform.audit_log (
  id bigint generated always as identity,
  recorded_at timestamptz not null default now(),
  actor text not null,
  action text not null,
  entity_type text,
  entity_id text,
  request_id text,
  details jsonb not null default '{}',
  primary key (id, recorded_at)
) partition by range (recorded_at);
create table platform.audit_log_default partition of platform.audit_log default;
create index audit_log_entity on platform.audit_log (entity_id) where entity_id is not null;

-- Gives a ledger (a table partitioned by range of recorded_at) one partition per month, from the oldest row that lies in
-- its default partition to `months_ahead` months from now, and empties the default one into them. Answers the partitions
-- it made and how many rows it had to move there. One ledger per transaction: attaching locks the default partition.
create function platform.keep_partitions(ledger regclass, months_ahead int)
returns table (partition_name text, moved_rows bigint)
language plpgsql as $$
declare
  ledger_schema text;
  ledger_name text;
  default_name text;
  oldest timestamptz;
  month timestamp;
  bounds text[];
begin
  select n.nspname, c.relname, d.relname into strict ledger_schema, ledger_name, default_name
  from pg_partitioned_table t
  join pg_class c on c.oid = t.partrelid
  join pg_namespace n on n.oid = c.relnamespace
  join pg_class d on d.oid = t.partdefid
  where t.partrelid = ledger;
  execute format('select min(recorded_at) from %I.%I', ledger_schema, default_name) into oldest;
  month := date_trunc('month', least(oldest, now()) at time zone 'UTC');
  while month <= date_trunc('month', now() at time zone 'UTC') + months_ahead * interval '1 month' loop
    partition_name := ledger_name || to_char(month, '_YYYY_MM');
    bounds := array[month || ' UTC', (month + interval '1 month') || ' UTC'];
    if to_regclass(format('%I.%I', ledger_schema, partition_name)) is null then
      execute format('create table %I.%I (like %s including defaults including constraints including storage)',
        ledger_schema, partition_name, ledger);
      execute format('lock table %I.%I in access exclusive mode', ledger_schema, default_name);
      execute format('insert into %I.%I select * from %I.%I where recorded_at >= %L and recorded_at < %L',
        ledger_schema, partition_name, ledger_schema, default_name, bounds[1], bounds[2]);
      get diagnostics moved_rows = row_count;
      if moved_rows > 0 then
        execute format('delete from %I.%I where recorded_at >= %L and recorded_at < %L',
          ledger_schema, default_name, bounds[1], bounds[2]);
      end if;
      execute format('alter table %s attach partition %I.%I for values from (%L) to (%L)',
        ledger, ledger_schema, partition_name, bounds[1], bounds[2]);
      return next;
    end if;
    month := month + interval '1 month';
  end loop;
end $$;

-- The first answer of every keyed request, replayed for 30 days.
create table platform.idempotency_keys (
  principal text not null,
  key text not null,
  request_hash bytea not null,
  status smallint not null,
  response jsonb not null,
  created_at timestamptz not null default now(),
  primary key (principal, key)
);
create index idempotency_keys_age on platform.idempotency_keys (created_at);

-- Uploaded files. An upload is staged in short transactions ('uploading', under a lease), acknowledged when it is whole
-- ('queued'), and applied chunk after chunk by whoever holds the lease; `lease_number` fences off an earlier holder.
-- Leases run by database time. Rows are numbered from 1 (the first below the header); `rows_done` is the last row that
-- has been dealt with, moved in the transaction of its effect, so no row is applied twice.
create table platform.imports (
  id uuid primary key,
  kind text not null,
  file_name text not null,
  content_hash bytea,
  columns text[] not null default '{}',
  options jsonb not null default '{}',
  state text not null check (state in ('uploading', 'queued', 'running', 'finished', 'failed', 'cancelled')),
  bytes_read bigint not null default 0,
  rows_total int not null default 0,
  rows_done int not null default 0,
  rows_failed int not null default 0,
  failure text,
  created_by text not null,
  request_id text,
  -- the scope of the uploader; null: everything
  location_codes text[],
  channel_codes text[],
  created_at timestamptz not null default now(),
  queued_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  -- the staged rows of an ended import are discarded afterwards
  discarded_at timestamptz,
  lease_until timestamptz,
  lease_number int not null default 0
) with (fillfactor = 70);
create index imports_created on platform.imports (created_at desc, id desc);
create index imports_unfinished on platform.imports (created_at, id) where discarded_at is null;
-- The same content uploaded again while it is unfinished is the same import.
create unique index imports_content on platform.imports (kind, content_hash) where state in ('queued', 'running');

create table platform.import_errors (
  import_id uuid not null references platform.imports (id) on delete cascade,
  row_number int not null,
  column_name text not null default '',
  code text not null,
  message text not null,
  value text,
  primary key (import_id, row_number, column_name, code)
);

-- Repeated work that one process at a time does; the database's time decides.
create table platform.leases (
  name text primary key,
  holder text not null,
  until timestamptz not null
);
