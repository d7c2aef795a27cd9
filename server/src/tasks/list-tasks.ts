import { type Static, Type } from "typebox";
import { type Condition, readComposed, sql, where } from "../platform/db/composed.ts";
import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, type Page, PageQuery } from "../platform/http/paging.ts";
import type { Principal } from "../platform/http/route.ts";
import { common } from "../platform/refusals.ts";
import { type Doer, doerOf } from "./may-do-tasks.ts";
import { isOwnTeam, ownTeamsOf } from "./own-teams.ts";
import { scopeOf } from "./view-exceptions.ts";
import { type Task, TASK_COLUMNS, TASK_IN_SCOPE, type TaskRow, viewTask } from "./view-tasks.ts";

const code = (description: string, example: string) =>
  Type.Optional(Type.String({ maxLength: 64, description, examples: [example] }));
const moment = (description: string) => Type.Optional(Type.String({ format: "date-time", description }));
const only = (description: string) => Type.Optional(Type.Boolean({ description, examples: [true] }));

export const TasksQuery = Type.Object(
  {
    ...PageQuery,
    open: Type.Optional(
      Type.Boolean({
        default: true,
        description: "Open ones, the most important first, then the most urgent; false: ended ones, latest first.",
        examples: [true],
      }),
    ),
    queue: code("Only this queue's.", "fraud-review"),
    team: code("Only this team's.", "fraud"),
    location: code("Only this location's.", "store-12"),
    order: Type.Optional(Type.String({ format: "uuid", description: "Only those of this order." })),
    entityType: code("Only those about this: order or fulfillmentOrder.", "order"),
    assignee: Type.Optional(
      Type.String({
        pattern: "^(user|key):[0-9a-f-]{36}$",
        description: "Only those on which this one works.",
        examples: ["user:0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"],
      }),
    ),
    ownTeams: only("True: only those of the caller's teams, and of teams that have no members."),
    mine: only("True: only those on which the caller works."),
    unclaimed: only("True: only those on which nobody works."),
    overdue: only("True: only open ones past their time."),
    outcome: code("Only those that ended like that; `withdrawn`: without an outcome.", "approve"),
    closedFrom: moment("Only those that ended at or after this."),
    closedTo: moment("Only those that ended before this."),
  },
  { additionalProperties: false },
);
type TasksQuery = Static<typeof TasksQuery>;

interface ListedTask extends TaskRow {
  sort_time: string;
}

/** With all their digits: tasks that ended in one transaction differ by nothing else. */
const DUE_AT_UTC = `to_char(t.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const CLOSED_AT_UTC = `to_char(t.closed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Open tasks, the most important first, then the most urgent; or the history, latest first. */
export async function listTasks(
  database: Database,
  query: TasksQuery,
  principal: Principal,
  now: Date,
): Promise<Page<Task>> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const conditions = [...conditionsOf(query, principal, now), ...scopeConditions(principal)];
  if (query.ownTeams === true) conditions.push(isOwnTeam(sql`t.team`, await ownTeamsOf(database, principal)));
  const doer = await doerOf(database, principal);
  return query.open === false
    ? await listClosed(database, query, conditions, limit, doer, now)
    : await listOpen(database, query, conditions, limit, doer, now);
}

async function listOpen(
  database: Database,
  query: TasksQuery,
  conditions: readonly Condition[],
  limit: number,
  doer: Doer,
  now: Date,
): Promise<Page<Task>> {
  const after = decodeCursor(query.after, ["integer", "time", "uuid"]);
  const behind =
    after === null
      ? []
      : [
          sql`(-t.priority::bigint, t.due_at, t.id) > (${after[0]}::bigint, ${after[1]}::timestamptz, ${after[2]}::uuid)`,
        ];
  const rows = await readComposed(
    database,
    sql<ListedTask>`select ${sql.raw(TASK_COLUMNS)}, ${sql.raw(DUE_AT_UTC)} as sort_time from tasks.tasks t
      ${where([sql`t.closed_at is null`, ...conditions, ...behind])}
      order by t.priority desc, t.due_at, t.id limit ${limit + 1}::int`,
  );
  return cutPage(
    rows,
    limit,
    (row) => viewTask(row, doer, now),
    (row) => [-row.priority, row.sort_time, row.id],
  );
}

async function listClosed(
  database: Database,
  query: TasksQuery,
  conditions: readonly Condition[],
  limit: number,
  doer: Doer,
  now: Date,
): Promise<Page<Task>> {
  const after = decodeCursor(query.after, ["time", "uuid"]);
  const behind = after === null ? [] : [sql`(t.closed_at, t.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`];
  const rows = await readComposed(
    database,
    sql<ListedTask>`select ${sql.raw(TASK_COLUMNS)}, ${sql.raw(CLOSED_AT_UTC)} as sort_time from tasks.tasks t
      ${where([sql`t.closed_at is not null`, ...conditions, ...behind])}
      order by t.closed_at desc, t.id desc limit ${limit + 1}::int`,
  );
  return cutPage(
    rows,
    limit,
    (row) => viewTask(row, doer, now),
    (row) => [row.sort_time, row.id],
  );
}

/** `withdrawn` is how people name the end without an outcome. */
const WITHDRAWN = "withdrawn";

function conditionsOf(query: TasksQuery, principal: Principal, now: Date): Condition[] {
  const conditions: Condition[] = [];
  const { queue, team, location, order, entityType, assignee, outcome, closedFrom, closedTo } = query;
  if (queue !== undefined) conditions.push(sql`t.queue = ${queue}`);
  if (team !== undefined) conditions.push(sql`t.team = ${team}`);
  if (location !== undefined) conditions.push(sql`t.location = ${location}`);
  if (order !== undefined) conditions.push(sql`t.root_id = ${order}::uuid`);
  if (entityType !== undefined) conditions.push(sql`t.entity_type = ${entityType}`);
  if (assignee !== undefined) conditions.push(sql`t.assignee = ${assignee}`);
  if (query.mine === true) conditions.push(sql`t.assignee = ${principal.actor}`);
  if (query.unclaimed === true) conditions.push(sql`t.assignee is null`);
  if (query.overdue === true) conditions.push(sql`t.due_at < ${now}::timestamptz`);
  if (outcome === WITHDRAWN) conditions.push(sql`t.outcome is null`);
  else if (outcome !== undefined) conditions.push(sql`t.outcome = ${outcome}`);
  if (closedFrom !== undefined) conditions.push(sql`t.closed_at >= ${closedFrom}::timestamptz`);
  if (closedTo !== undefined) conditions.push(sql`t.closed_at < ${closedTo}::timestamptz`);
  return conditions;
}

/** What somebody limited may see; what names no location or channel is hidden from him. */
export function scopeConditions(principal: Pick<Principal, "locationCodes" | "channelCodes">): Condition[] {
  const { locations, channels } = scopeOf(principal);
  return [
    ...(locations === null ? [] : [sql`t.location = any(${locations}::text[])`]),
    ...(channels === null ? [] : [sql`t.channel = any(${channels}::text[])`]),
  ];
}

const readOne = statement<TaskRow>(
  "tasks.readTask",
  `select ${TASK_COLUMNS} from tasks.tasks t where ${TASK_IN_SCOPE} and t.id = $3::uuid`,
);

export async function getTask(
  database: Pick<Database, "read">,
  id: string,
  principal: Principal,
  now: Date,
): Promise<Task> {
  const [row] = await database.read(readOne, [...scopeParameters(principal), id]);
  if (row === undefined) throw common.refuse("notFound", { message: `There is no task ${id}.` });
  return viewTask(row, await doerOf(database, principal), now);
}

/** $1 and $2 of `TASK_IN_SCOPE`. */
export function scopeParameters(principal: Pick<Principal, "locationCodes" | "channelCodes">): (string | null)[] {
  const { locations, channels } = scopeOf(principal);
  return [locations && arrayLiteral("text", locations), channels && arrayLiteral("text", channels)];
}
