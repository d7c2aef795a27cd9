-- What other systems tell. A source's rules are a document (kind inbound-source); its secret lies here, sealed with a key
-- that is not in the database. During a rotation both secrets are accepted.
create table integrations.inbound_secrets (
  source text primary key,
  secret bytea not null,
  previous_secret bytea,
  previous_secret_until timestamptz,
  set_at timestamptz not null default now(),
  set_by text not null
);

-- Every event that was accepted, once: (source, sender_id) is what makes a second delivery change nothing. Bodies may hold
-- personal data: they are sealed, and erased when nobody can need them any more. Whether an event waits, runs, is parked or
-- was skipped is told by its job.
create table integrations.inbound_events (
  id uuid primary key,
  source text not null,
  sender_id text not null,
  type text not null,
  -- by the sender's word
  occurred_at timestamptz,
  sequence bigint,
  -- what it is about, as the source names it; null: no rule applies, or it does not say
  entity_key text,
  body bytea,
  received_at timestamptz not null default now(),
  job_id uuid not null,
  -- null: not ended by us
  outcome text check (outcome in ('applied', 'ignored')),
  result jsonb,
  unique (source, sender_id)
) with (fillfactor = 85);
create index inbound_events_list on integrations.inbound_events (source, id);
create index inbound_events_entity on integrations.inbound_events (source, entity_key, sequence);
create index inbound_events_open on integrations.inbound_events (source, entity_key) where outcome is null;
create index inbound_events_jobs on integrations.inbound_events (job_id);
create index inbound_events_age on integrations.inbound_events (received_at);

update access.roles set permissions = permissions || array['inbound:read', 'inbound:write'], updated_at = now()
 where code = 'operations' and shipped and version = 1 and not permissions @> array['inbound:read'];
