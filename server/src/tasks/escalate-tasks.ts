import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { INSERT_EVENTS } from "../platform/events/record-events.ts";
import { TASK_EVENT_DATA } from "./open-tasks.ts";

const BATCH = 500;

// All levels that are due by the database's clock happen in one step: after an outage a task stands where it would have
// stood. Teams and priorities are those of the last level that names one; who has it keeps it unless the team changes.
const escalate = statement<{ id: string }>(
  "tasks.escalateTasks",
  `with due as materialized (
     select id, level, escalations, team, priority from tasks.tasks
     where closed_at is null and escalates_at <= now() order by escalates_at limit ${BATCH} for update skip locked
   ), risen as (
     select due.id, levels.level, levels.next_at, levels.alert,
       coalesce(levels.teams[1], due.team) as team, coalesce(levels.priorities[1], due.priority) as priority
     from due cross join lateral (
       select count(*) filter (where at <= now()) as level, min(at) filter (where at > now()) as next_at,
         bool_or(alert and at <= now() and ordinal > due.level) as alert,
         array_agg(team order by ordinal desc) filter (where team is not null and at <= now()) as teams,
         array_agg(priority order by ordinal desc) filter (where priority is not null and at <= now()) as priorities
       from (select (one.value ->> 'at')::timestamptz as at, one.value ->> 'team' as team, (one.value ->> 'priority')::smallint as priority,
               (one.value ->> 'alert')::boolean as alert, one.ordinal
             from jsonb_array_elements(due.escalations) with ordinality as one (value, ordinal)) planned) levels
   ), t as (
     update tasks.tasks set level = risen.level, escalates_at = risen.next_at, team = risen.team, priority = risen.priority,
       assignee = case when tasks.team = risen.team then assignee end, version = version + 1
     from risen where tasks.id = risen.id returning tasks.*, risen.alert
   ), told as (
     ${INSERT_EVENTS}
     select 'task.escalated', 'task', t.id, t.version, now(), 'system:tasks', null,
       jsonb_strip_nulls(jsonb_build_object(${TASK_EVENT_DATA}, 'level', t.level, 'priority', t.priority, 'alert', t.alert)) from t
   )
   select id from t`,
);

/** What nobody has done in time goes to whom its queue says (W6). Answers whether there may be more. */
export async function escalateTasks(database: Database): Promise<boolean> {
  const escalated = await database.read(escalate);
  return escalated.length === BATCH;
}
