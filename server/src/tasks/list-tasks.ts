import { type Static, Type } from "typebox";
import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, type Page, PageQuery } from "../platform/http/paging.ts";
import type { Principal } from "../platform/http/route.ts";
import { common } from "../platform/refusals.ts";
import { scopeOf } from "./view-exceptions.ts";
import { type Task, TASK_COLUMNS, TASK_IN_SCOPE, type TaskRow, viewTask } from "./view-tasks.ts";

const code = (description: string, example: string) =>
  Type.Optional(Type.String({ maxLength: 64, description, examples: [example] }));

export const TasksQuery = Type.Object({
  ...PageQuery,
  queue: code("Only this queue's.", "fraud-review"),
  team: code("Only this team's.", "fraud"),
  location: code("Only this location's.", "store-12"),
  order: Type.Optional(Type.String({ format: "uuid", description: "Only those of this order." })),
  mine: Type.Optional(Type.Boolean({ description: "True: only those on which the caller works.", examples: [true] })),
  overdue: Type.Optional(Type.Boolean({ description: "True: only those past their time.", examples: [true] })),
});

const FILTERS = `${TASK_IN_SCOPE} and ($3::text is null or t.queue = $3::text) and ($4::text is null or t.team = $4::text) and ($5::text is null or t.location = $5::text)
  and ($6::uuid is null or t.root_id = $6::uuid) and ($7::text is null or t.assignee = $7::text) and (not $8::boolean or t.due_at < $9::timestamptz)`;

const listOpen = statement<TaskRow>(
  "tasks.listTasks",
  `select ${TASK_COLUMNS} from tasks.tasks t
   where t.closed_at is null and ${FILTERS}
     and ($10::bigint is null or (-t.priority::bigint, t.due_at, t.id) > ($10::bigint, $11::timestamptz, $12::uuid))
   order by t.priority desc, t.due_at, t.id limit $13::int`,
);

/** Open tasks, the most important first, then the most urgent. */
export async function listTasks(
  database: Database,
  query: Static<typeof TasksQuery>,
  principal: Principal,
  now: Date,
): Promise<Page<Task>> {
  const { limit = DEFAULT_PAGE_SIZE, queue, team, location, order, mine, overdue } = query;
  const after = decodeCursor(query.after, ["integer", "time", "uuid"]);
  const rows = await database.read(listOpen, [
    ...scopeParameters(principal),
    queue ?? null,
    team ?? null,
    location ?? null,
    order ?? null,
    mine === true ? principal.actor : null,
    overdue === true,
    now,
    after?.[0] ?? null,
    after?.[1] ?? null,
    after?.[2] ?? null,
    limit + 1,
  ]);
  return cutPage(
    rows,
    limit,
    (row) => viewTask(row, now),
    (row) => [-row.priority, row.due_at, row.id],
  );
}

const readOne = statement<TaskRow>(
  "tasks.readTask",
  `select ${TASK_COLUMNS} from tasks.tasks t where ${TASK_IN_SCOPE} and t.id = $3::uuid`,
);

export async function getTask(
  database: Pick<Database, "read">,
  id: string,
  principal: Pick<Principal, "locationCodes" | "channelCodes">,
  now: Date,
): Promise<Task> {
  const [row] = await database.read(readOne, [...scopeParameters(principal), id]);
  if (row === undefined) throw common.refuse("notFound", { message: `There is no task ${id}.` });
  return viewTask(row, now);
}

/** $1 and $2 of `TASK_IN_SCOPE`. */
export function scopeParameters(principal: Pick<Principal, "locationCodes" | "channelCodes">): (string | null)[] {
  const { locations, channels } = scopeOf(principal);
  return [locations && arrayLiteral("text", locations), channels && arrayLiteral("text", channels)];
}
