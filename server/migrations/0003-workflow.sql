-- Workflow: published definitions, the state of every running entity, and its history.
create schema workflow;

create table workflow.definitions (
  id int generated always as identity primary key,
  code text not null,
  entity_type text not null,
  version int not null,
  document jsonb not null,
  content_hash bytea not null,
  published_at timestamptz not null default now(),
  unique (code, version)
);

-- `entry` counts the states entered: a timer of an earlier entry is void.
create table workflow.instances (
  entity_id uuid primary key,
  entity_type text not null,
  definition_id int not null,
  state text not null,
  entry int not null,
  entered_at timestamptz not null
) with (fillfactor = 80);
create index instances_state on workflow.instances (entity_type, state);

create table workflow.history (
  entity_id uuid not null,
  entry int not null,
  recorded_at timestamptz not null default now(),
  event text not null,
  from_state text,
  to_state text not null,
  occurred_at timestamptz not null,
  actor text not null,
  primary key (entity_id, entry, recorded_at)
) partition by range (recorded_at);
create table workflow.history_default partition of workflow.history default;

create table workflow.timers (
  entity_id uuid not null,
  entry int not null,
  name text not null,
  due_at timestamptz not null,
  primary key (entity_id, entry, name)
);
create index timers_due on workflow.timers (due_at);
