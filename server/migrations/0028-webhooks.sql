-- What joins Orrery with other systems.
create schema integrations;

-- Receivers of events. Secrets are sealed with a key that is not in the database; during a rotation both sign.
create table integrations.webhooks (
  id uuid primary key,
  url text not null,
  description text not null default '',
  -- exact types, or everything of an entity type: 'order.*'; '*' is everything
  event_types text[] not null check (cardinality(event_types) > 0),
  -- null: any
  channels text[],
  locations text[],
  -- paused: events are kept and delivered later; disabled: nothing is kept; removed: gone, its deliveries are being ended
  state text not null default 'active' check (state in ('active', 'paused', 'disabled', 'removed')),
  disabled_reason text,
  version int not null default 1,
  secret bytea not null,
  previous_secret bytea,
  previous_secret_until timestamptz,
  created_at timestamptz not null default now(),
  created_by text not null,
  updated_at timestamptz not null default now(),
  -- the circuit: after failures in a row nothing is sent until open_until, then one delivery tries whether it works again
  failing_since timestamptz,
  open_until timestamptz,
  trips int not null default 0
);

-- Every attempt to deliver, with its answer. The request's body is not kept: it is made of the event, which never changes.
create table integrations.webhook_attempts (
  id bigint generated always as identity primary key,
  delivery_id uuid not null,
  webhook_id uuid not null,
  attempt int not null,
  started_at timestamptz not null,
  duration_ms int not null,
  status smallint,
  error text,
  answer_headers jsonb not null default '{}',
  answer_body text
);
create index webhook_attempts_delivery on integrations.webhook_attempts (delivery_id, id);
create index webhook_attempts_webhook on integrations.webhook_attempts (webhook_id, id);
create index webhook_attempts_age on integrations.webhook_attempts (started_at);

-- Parts of the feed that are to be delivered again; a worker goes through them piece by piece.
create table integrations.webhook_replays (
  id uuid primary key,
  webhook_id uuid not null,
  -- everything behind `next_position` up to and including `to_position`
  next_position bigint not null,
  to_position bigint not null,
  deliveries int not null default 0,
  requested_by text not null,
  created_at timestamptz not null default now(),
  finished_at timestamptz
);
create index webhook_replays_unfinished on integrations.webhook_replays (created_at) where finished_at is null;
create index webhook_replays_webhook on integrations.webhook_replays (webhook_id, created_at desc);

update access.roles set permissions = permissions || array['webhooks:read', 'webhooks:write'], updated_at = now()
 where code = 'operations' and shipped and version = 1 and not permissions @> array['webhooks:read'];
