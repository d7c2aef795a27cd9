-- What guards the ledgers (ADR 0005); the next migration puts it on them.
create function platform.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '%.% is append-only: no % of what was recorded', tg_table_schema, tg_table_name, lower(tg_op)
    using errcode = 'insufficient_privilege';
end $$;

-- A ledger and each of its partitions: no update, no delete, no truncate. The row trigger of a partitioned table comes to
-- its partitions by itself, now and when one is attached; that against truncate does not.
create function platform.guard_ledger(ledger regclass) returns void language plpgsql as $$
declare
  part regclass;
begin
  execute format('create or replace trigger append_only before update or delete on %s
    for each row execute function platform.refuse_change()', ledger);
  for part in select ledger union all select inhrelid::regclass from pg_inherits where inhparent = ledger loop
    execute format('create or replace trigger append_only_as_a_whole before truncate on %s
      for each statement execute function platform.refuse_change()', part);
  end loop;
end $$;

-- As before, but for the guards: rows leave a default partition only here, by its owner, under an exclusive lock.
create or replace function platform.keep_partitions(ledger regclass, months_ahead int)
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
        execute format('alter table %I.%I disable trigger user', ledger_schema, default_name);
        execute format('delete from %I.%I where recorded_at >= %L and recorded_at < %L',
          ledger_schema, default_name, bounds[1], bounds[2]);
        execute format('alter table %I.%I enable trigger user', ledger_schema, default_name);
      end if;
      execute format('alter table %s attach partition %I.%I for values from (%L) to (%L)',
        ledger, ledger_schema, partition_name, bounds[1], bounds[2]);
      execute format('create or replace trigger append_only_as_a_whole before truncate on %I.%I
        for each statement execute function platform.refuse_change()', ledger_schema, partition_name);
      return next;
    end if;
    month := month + interval '1 month';
  end loop;
end $$;
