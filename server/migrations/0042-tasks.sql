-- Work for people that a workflow asks for: what is said in their outcome moves whatever the task is about.
create table tasks.tasks (
  id uuid primary key,
  queue text not null,
  title text not null,
  instructions text not null,
  team text not null,
  priority smallint not null,
  entity_type text not null,
  entity_id uuid not null,
  -- the entity whose lock covers it
  root_id uuid not null,
  -- the entity's stay in its state: a task of an earlier one is withdrawn
  entry int not null,
  -- the step that asked for it, as a JSON pointer into the workflow
  step text not null,
  -- codes and numbers for people
  subject jsonb not null,
  location text,
  channel text,
  -- what may be its end, as the workflow said when it was opened
  outcomes jsonb not null,
  assignee text,
  due_at timestamptz not null,
  -- all levels, as they were when it was opened; `level` of them have happened
  escalations jsonb not null,
  level smallint not null default 0,
  escalates_at timestamptz,
  opened_at timestamptz not null default now(),
  closed_at timestamptz,
  closed_by text,
  -- null once closed: withdrawn
  outcome text,
  outcome_data jsonb,
  -- for If-Match; also the number of its events
  version int not null default 1
);
create unique index tasks_open on tasks.tasks (entity_id, entry, step) where closed_at is null;
create index tasks_due on tasks.tasks (priority desc, due_at, id) where closed_at is null;
create index tasks_assignee on tasks.tasks (assignee) where closed_at is null and assignee is not null;
create index tasks_escalates on tasks.tasks (escalates_at) where closed_at is null and escalates_at is not null;
create index tasks_root on tasks.tasks (root_id, opened_at);
create index tasks_closed on tasks.tasks (closed_at desc, id desc) where closed_at is not null;

create table tasks.comments (
  id uuid primary key,
  task_id uuid not null references tasks.tasks (id),
  written_by text not null,
  written_at timestamptz not null default now(),
  text text not null
);
create index comments_task on tasks.comments (task_id, written_at);
