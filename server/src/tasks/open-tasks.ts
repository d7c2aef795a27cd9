import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { INSERT_EVENTS } from "../platform/events/record-events.ts";
import { newId } from "../platform/ids.ts";
import { type LocalText, plainText } from "../platform/local-text.ts";
import type { FormField } from "../workflow/public.ts";
import type { TaskPlan } from "./task-queues.ts";

/** A way to end a task: an event of what it is about. */
export interface TaskOutcome {
  event: string;
  label: LocalText;
  /** What is asked before; null: nothing. */
  confirm: LocalText | null;
  form: readonly FormField[];
}

export interface TaskToOpen {
  queue: string;
  title: LocalText;
  instructions: LocalText;
  entityType: string;
  entityId: string;
  rootId: string;
  entry: number;
  step: string;
  /** Codes and numbers, no personal data. */
  subject: Readonly<Record<string, unknown>>;
  location: string | null;
  channel: string | null;
  outcomes: readonly TaskOutcome[];
  plan: TaskPlan;
}

/** What every event of a task says of it; `t` is a row of tasks.tasks. */
export const TASK_EVENT_DATA = `'queue', t.queue, 'team', t.team, 'concernsType', t.entity_type, 'concernsId', t.entity_id, 'orderId', t.root_id,
     'location', t.location, 'channel', t.channel`;

// One that is open for the same step of the same stay is enough, so a step that runs twice opens it once.
const insertTasks = statement(
  "tasks.openTasks",
  `with t as (
     insert into tasks.tasks (id, queue, title, title_texts, instructions, instructions_texts, team, helpers, priority, entity_type, entity_id, root_id, entry, step, subject, location, channel, outcomes, due_at, escalations, escalates_at)
     select id, queue, title, title_texts, instructions, instructions_texts, team, helpers, priority, entity_type, entity_id, root_id, entry, step, subject, location, channel, outcomes, due_at, escalations, escalates_at
     from jsonb_to_recordset($1::jsonb) as given (id uuid, queue text, title text, title_texts jsonb, instructions text, instructions_texts jsonb, team text, helpers text[], priority smallint, entity_type text,
       entity_id uuid, root_id uuid, entry int, step text, subject jsonb, location text, channel text, outcomes jsonb, due_at timestamptz, escalations jsonb, escalates_at timestamptz)
     order by entity_id, entry, step
     on conflict (entity_id, entry, step) where closed_at is null do nothing
     returning *
   )
   ${INSERT_EVENTS}
   select 'task.opened', 'task', t.id, 1, now(), 'system:workflow', null, jsonb_strip_nulls(jsonb_build_object(${TASK_EVENT_DATA}, 'dueAt', t.due_at)) from t`,
);

/** Opens them in the caller's transaction. */
export function openTasks(transaction: Transaction, tasks: readonly TaskToOpen[]): void {
  if (tasks.length === 0) return;
  const rows = tasks.map(({ plan, ...task }) => ({
    id: newId(),
    queue: task.queue,
    title: plainText(task.title),
    title_texts: textsOf(task.title),
    instructions: plainText(task.instructions),
    instructions_texts: textsOf(task.instructions),
    team: plan.team,
    helpers: plan.helpers,
    priority: plan.priority,
    entity_type: task.entityType,
    entity_id: task.entityId,
    root_id: task.rootId,
    entry: task.entry,
    step: task.step,
    subject: task.subject,
    location: task.location,
    channel: task.channel,
    outcomes: task.outcomes,
    due_at: plan.dueAt.toISOString(),
    escalations: plan.escalations,
    escalates_at: plan.escalations[0]?.at ?? null,
  }));
  transaction.write(insertTasks, [JSON.stringify(rows)]);
}

function textsOf(text: LocalText): Readonly<Record<string, string>> | null {
  return typeof text === "string" ? null : text;
}

/** An entity whose state was entered anew: what was asked for before is void. */
export interface EntityWentOn {
  entityId: string;
  entry: number;
}

const withdraw = statement(
  "tasks.withdrawTasks",
  `with gone as materialized (
     select tasks.id from unnest($1::uuid[], $2::int[]) as given (entity_id, entry)
     join tasks.tasks on tasks.entity_id = given.entity_id and tasks.entry < given.entry and closed_at is null
     order by tasks.id for update of tasks
   ), t as (
     update tasks.tasks set closed_at = now(), closed_by = 'system:workflow', escalates_at = null, version = version + 1
     from gone where tasks.id = gone.id returning tasks.*
   )
   ${INSERT_EVENTS}
   select 'task.withdrawn', 'task', t.id, t.version, now(), 'system:workflow', null, jsonb_strip_nulls(jsonb_build_object(${TASK_EVENT_DATA})) from t`,
);

/** Nobody need do what was asked for an earlier state; tasks that were done in this change are closed already. */
export function withdrawTasks(transaction: Transaction, entities: readonly EntityWentOn[]): void {
  if (entities.length === 0) return;
  transaction.write(withdraw, [
    arrayLiteral(
      "uuid",
      entities.map(({ entityId }) => entityId),
    ),
    arrayLiteral(
      "int",
      entities.map(({ entry }) => entry),
    ),
  ]);
}
