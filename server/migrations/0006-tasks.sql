-- Tasks: what a person must look at. Issue A knows exceptions; queues of tasks follow.
create schema tasks;

create table tasks.exceptions (
  id uuid primary key,
  kind text not null,
  entity_type text not null,
  entity_id text not null,
  reason text not null,
  -- what a person can do about it, in a sentence
  next_action text not null,
  details jsonb not null default '{}',
  owner_team text not null,
  due_at timestamptz not null,
  opened_at timestamptz not null default now(),
  closed_at timestamptz,
  closed_by text,
  resolution text
);
-- One open exception per kind and entity: raising it again changes nothing.
create unique index exceptions_open on tasks.exceptions (kind, entity_id) where closed_at is null;
create index exceptions_due on tasks.exceptions (due_at, id) where closed_at is null;
create index exceptions_closed on tasks.exceptions (closed_at desc, id desc) where closed_at is not null;
create index exceptions_entity on tasks.exceptions (entity_id);
