import { type Static, Type } from "typebox";
import { readComposed, sql, where } from "../platform/db/composed.ts";
import type { Database } from "../platform/db/database.ts";
import { orNull, textField, wholeField } from "../platform/http/described.ts";
import type { Principal } from "../platform/http/route.ts";
import { scopeConditions } from "./list-tasks.ts";
import { TASK_QUEUE_KIND } from "./task-queues.ts";

export const TaskCounts = Type.Object(
  {
    data: Type.Array(
      Type.Object({
        queue: textField("Code of the queue.", "fraud-review"),
        title: textField("Its name.", "Fraud review"),
        team: textField("Whose they are.", "fraud"),
        location: orNull(textField("The location that they concern; null: none.", "store-12")),
        open: wholeField("Open tasks.", 12),
        overdue: wholeField("Of these, past their time.", 2),
        unclaimed: wholeField("Of these, those on which nobody works.", 5),
        mine: wholeField("Of these, those on which the caller works.", 1),
      }),
      { description: "One row per queue, team and location with open tasks, by queue." },
    ),
  },
  { $id: "TaskCounts", description: "How much is open where (W4)." },
);

type Counts = Static<typeof TaskCounts>;

/** How much is open in which queue, of which team and location, as far as the caller sees it. */
export async function countTasks(database: Database, principal: Principal, now: Date): Promise<Counts> {
  const data = await readComposed(
    database,
    sql<Counts["data"][number]>`
      select c.queue, coalesce(d.title, c.queue) as title, c.team, c.location, c.open, c.overdue, c.unclaimed, c.mine
        from (select t.queue, t.team, t.location, count(*)::int as open,
                count(*) filter (where t.due_at < ${now}::timestamptz)::int as overdue,
                count(*) filter (where t.assignee is null)::int as unclaimed,
                count(*) filter (where t.assignee = ${principal.actor})::int as mine
                from tasks.tasks t ${where([sql`t.closed_at is null`, ...scopeConditions(principal)])}
               group by t.queue, t.team, t.location) c
        left join platform.documents d on d.kind = ${TASK_QUEUE_KIND} and d.code = c.queue
       order by title, c.queue, c.team, c.location nulls first`,
  );
  return { data };
}
