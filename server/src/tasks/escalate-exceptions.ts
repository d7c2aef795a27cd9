import type { Database, Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { INSERT_EVENTS } from "../platform/events/record-events.ts";
import { giveParkedJobs, lockParkedJobs } from "../platform/jobs/act-on-jobs.ts";
import type { PlanEscalation } from "./exception-levels.ts";
import { JOB_PARKED } from "./refusals.ts";

const BATCH = 500;

interface Unplanned {
  id: string;
  kind: string;
  location: string | null;
  openedAt: Date;
  dueAt: Date;
}

const readUnplanned = statement<Unplanned>(
  "tasks.readUnplannedExceptions",
  `select id, kind, details ->> 'location' as location, opened_at as "openedAt", due_at as "dueAt" from tasks.exceptions
   where closed_at is null and escalations is null order by opened_at limit ${BATCH} for update skip locked`,
);

const writePlans = statement(
  "tasks.planExceptions",
  `update tasks.exceptions set escalations = given.levels, escalates_at = (given.levels -> 0 ->> 'at')::timestamptz
   from unnest($1::uuid[], $2::jsonb[]) as given (exception_id, levels) where exceptions.id = given.exception_id`,
);

const readDueJobs = statement<{ id: string }>(
  "tasks.readJobsOfDueExceptions",
  `select entity_id as id from tasks.exceptions where closed_at is null and escalates_at <= now() and kind = '${JOB_PARKED}'
   order by escalates_at limit ${BATCH}`,
);

// As with tasks, all levels that are due by the database's clock happen in one step. $1: parked jobs that are locked.
const escalate = statement<{ kind: string; id: string; ownerTeam: string }>(
  "tasks.escalateExceptions",
  `with due as materialized (
     select id, level, escalations, owner_team from tasks.exceptions
     where closed_at is null and escalates_at <= now() and (kind <> '${JOB_PARKED}' or entity_id = any($1::text[]))
     order by escalates_at limit ${BATCH} for update skip locked
   ), risen as (
     select due.id, levels.level, levels.next_at, levels.alert, coalesce(levels.teams[1], due.owner_team) as team
     from due cross join lateral (
       select count(*) filter (where at <= now()) as level, min(at) filter (where at > now()) as next_at,
         coalesce(bool_or(alert) filter (where at <= now() and ordinal > due.level), false) as alert,
         array_agg(team order by ordinal desc) filter (where team is not null and at <= now() and ordinal > due.level) as teams
       from (select (one.value ->> 'at')::timestamptz as at, one.value ->> 'team' as team,
               (one.value ->> 'alert')::boolean as alert, one.ordinal
             from jsonb_array_elements(due.escalations) with ordinality as one (value, ordinal)) planned) levels
   ), x as (
     update tasks.exceptions set level = risen.level, escalates_at = risen.next_at, owner_team = risen.team,
       events = exceptions.events + 1
     from risen where exceptions.id = risen.id returning exceptions.*, risen.alert
   ), told as (
     ${INSERT_EVENTS}
     select 'exception.escalated', 'exception', x.id, x.events, now(), 'system:tasks', null, jsonb_strip_nulls(jsonb_build_object(
       'kind', kind, 'concernsType', entity_type, 'concernsId', entity_id, 'location', details -> 'location', 'channel', details -> 'channel',
       'ownerTeam', owner_team, 'dueAt', due_at, 'level', level, 'alert', alert)) from x
   )
   select kind, entity_id as id, owner_team as "ownerTeam" from x`,
);

/**
 * What nobody has dealt with in time goes to whom the levels of its kind say (W6, W7). They are planned here rather than where
 * exceptions are raised: that happens in the transactions of others, which need not know of calendars. Answers whether there
 * may be more.
 */
export async function escalateExceptions(database: Database, plan: PlanEscalation): Promise<boolean> {
  return await database.transaction(async (transaction) => {
    const planned = await planNew(transaction, plan);
    // A parked job keeps its owner too, and is locked first, as by whoever tries it again or gives it up.
    const due = await transaction.read(readDueJobs);
    const jobs =
      due.length === 0
        ? []
        : await lockParkedJobs(
            transaction,
            due.map(({ id }) => id),
          );
    const escalated = await transaction.read(escalate, [arrayLiteral("text", jobs)]);
    const given = escalated.filter(({ kind }) => kind === JOB_PARKED);
    if (given.length > 0) await giveParkedJobs(transaction, given);
    return planned === BATCH || escalated.length === BATCH;
  });
}

async function planNew(transaction: Transaction, plan: PlanEscalation): Promise<number> {
  const rows = await transaction.read(readUnplanned);
  if (rows.length > 0)
    transaction.write(writePlans, [
      arrayLiteral(
        "uuid",
        rows.map(({ id }) => id),
      ),
      arrayLiteral(
        "jsonb",
        rows.map((row) => plan(row)),
      ),
    ]);
  return rows.length;
}
