import { type Static, Type } from "typebox";
import { readComposed, sql, where } from "../platform/db/composed.ts";
import type { Database } from "../platform/db/database.ts";
import { orNull, textField, wholeField } from "../platform/http/described.ts";
import type { Principal } from "../platform/http/route.ts";
import { scopeConditions } from "./list-tasks.ts";
import { TASK_QUEUE_KIND } from "./task-queues.ts";

/** Of each queue: nobody reads the counts of 2,000 stores side by side, and lists of tasks filter by any. */
const LOCATIONS_TOLD = 50;

export const TaskCounts = Type.Object(
  {
    data: Type.Array(
      Type.Object({
        queue: textField("Code of the queue.", "fraud-review"),
        title: textField("Its name.", "Fraud review"),
        team: textField("Whose they are.", "fraud"),
        location: orNull(
          textField(
            `The location that they concern; null: none, or one beyond the ${LOCATIONS_TOLD} of the queue with most overdue.`,
            "store-12",
          ),
        ),
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
      with counted as (
        select t.queue, t.team, t.location, count(*) as open,
          count(*) filter (where t.due_at < ${now}::timestamptz) as overdue,
          count(*) filter (where t.assignee is null) as unclaimed,
          count(*) filter (where t.assignee = ${principal.actor}) as mine
        from tasks.tasks t ${where([sql`t.closed_at is null`, ...scopeConditions(principal)])}
        group by t.queue, t.team, t.location
      ), ranked as (
        select *, row_number() over (partition by queue order by location is null, overdue desc, open desc, location) as place
        from counted
      ), told as (
        select queue, team, case when place <= ${LOCATIONS_TOLD} then location end as location, sum(open)::int as open,
          sum(overdue)::int as overdue, sum(unclaimed)::int as unclaimed, sum(mine)::int as mine
        from ranked group by 1, 2, 3
      )
      select told.queue, coalesce(d.title, told.queue) as title, team, location, open, overdue, unclaimed, mine
        from told left join platform.documents d on d.kind = ${TASK_QUEUE_KIND} and d.code = told.queue
       order by title, told.queue, team, location nulls first`,
  );
  return { data };
}
