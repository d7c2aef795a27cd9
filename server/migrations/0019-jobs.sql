-- Work that must be done after the change that asked for it: calls to the outside, long or repeated attempts. A row is
-- inserted in the transaction of that change. Leases and due times run by database time; `lease_number` fences off a
-- worker whose lease ran out. Of the jobs with one ordering key only the first unfinished one runs: those that were found
-- behind it are 'behind' until it ends, so that a blocked key costs nobody else a search. A skipped job stays, as the
-- visible gap that it is, until its retention ends.
create table platform.jobs (
  id uuid primary key,
  sequence bigint generated always as identity,
  kind text not null,
  -- what shares a limit within the kind (a receiver's endpoint); '' where nothing does
  lane text not null default '',
  -- null: in any order
  ordering_key text,
  -- IDs and codes; never personal data
  payload jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'behind', 'running', 'parked', 'done', 'skipped')),
  attempts int not null default 0,
  created_at timestamptz not null default now(),
  due_at timestamptz not null,
  lease_until timestamptz,
  lease_number int not null default 0,
  last_error text,
  parked_at timestamptz,
  owner_team text,
  deadline_at timestamptz,
  ended_at timestamptz,
  ended_by text,
  skip_reason text,
  check ((state = 'running') = (lease_until is not null)),
  check ((state in ('done', 'skipped')) = (ended_at is not null)),
  check (state <> 'parked' or (parked_at is not null and owner_team is not null and deadline_at is not null))
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);
create index jobs_due on platform.jobs (kind, lane, due_at, sequence) where state = 'waiting';
create index jobs_keys on platform.jobs (kind, lane, ordering_key, sequence)
  where ordering_key is not null and state in ('waiting', 'behind', 'running', 'parked');
create index jobs_leases on platform.jobs (lease_until) where state = 'running';
create index jobs_parked on platform.jobs (deadline_at, id) where state = 'parked';
create index jobs_list on platform.jobs (kind, lane, sequence);
create index jobs_ended on platform.jobs (ended_at) where state in ('done', 'skipped');

-- Whoever runs operations deals with what is parked. A role that somebody has edited (version above 1) stays as it is.
update access.roles set permissions = permissions || array['jobs:read', 'jobs:write'], updated_at = now()
 where code = 'operations' and shipped and version = 1 and not permissions @> array['jobs:read'];
