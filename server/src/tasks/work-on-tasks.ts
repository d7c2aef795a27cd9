import type { Transaction } from "../platform/db/database.ts";
import { joinReads } from "../platform/db/join-reads.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import { INSERT_EVENTS, type Origin } from "../platform/events/record-events.ts";
import type { Principal } from "../platform/http/route.ts";
import { newId } from "../platform/ids.ts";
import { common } from "../platform/refusals.ts";
import { refuseUnableAssignee } from "./find-assignees.ts";
import { getTask, scopeParameters } from "./list-tasks.ts";
import { doerOf, refuseOtherTeam, refuseTaken } from "./may-do-tasks.ts";
import { TASK_EVENT_DATA } from "./open-tasks.ts";
import { tasks } from "./refusals.ts";
import { type Task, TASK_COLUMNS, TASK_IN_SCOPE, type TaskRow } from "./view-tasks.ts";

export type WorkOnTask =
  | { action: "claim"; takeOver: boolean }
  | { action: "release" }
  | { action: "assign"; assignee: string | null; team: string | null }
  | { action: "comment"; text: string };

const lockTask = statement<TaskRow>(
  "tasks.lockTask",
  `select ${TASK_COLUMNS} from tasks.tasks t where ${TASK_IN_SCOPE} and t.id = $3::uuid for update of t`,
);

const giveTask = statement(
  "tasks.giveTask",
  `with t as (update tasks.tasks set assignee = $2, team = $3, version = version + 1 where id = $1::uuid returning *)
   ${INSERT_EVENTS}
   select 'task.assigned', 'task', t.id, t.version, now(), $4, $5, jsonb_strip_nulls(jsonb_build_object(${TASK_EVENT_DATA}, 'assignee', t.assignee)) from t`,
);

const addComment = statement(
  "tasks.commentOnTask",
  `insert into tasks.comments (id, task_id, written_by, text) values ($1::uuid, $2::uuid, $3, $4)`,
);

const countComment = statement(
  "tasks.countComment",
  `with t as (update tasks.tasks set version = version + 1 where id = $1::uuid returning *)
   ${INSERT_EVENTS}
   select 'task.commented', 'task', t.id, t.version, now(), $2, $3, jsonb_strip_nulls(jsonb_build_object(${TASK_EVENT_DATA})) from t`,
);

/**
 * What people do with an open task short of ending it; one of two who claim it at once is told who has it, and may take it
 * over where everybody sees that. Whoever is in none of its teams may talk about it, and nothing else.
 */
export async function workOnTask(
  transaction: Transaction,
  id: string,
  work: WorkOnTask,
  principal: Principal,
  origin: Origin,
  now: Date,
): Promise<Task> {
  const [task] = await transaction.read(lockTask, [...scopeParameters(principal), id]);
  if (task === undefined) throw common.refuse("notFound", { message: `There is no task ${id}.` });
  refuseClosed(task);
  const doer = await doerOf(transaction, principal);
  if (work.action !== "comment") refuseOtherTeam(task, doer);
  const give = (assignee: string | null, team = task.team): void =>
    transaction.write(giveTask, [id, assignee, team, origin.actor, origin.requestId]);
  switch (work.action) {
    case "claim":
      if (!work.takeOver) refuseTaken(task, { ...doer, manages: false });
      if (task.assignee !== origin.actor) give(origin.actor);
      break;
    case "release":
      refuseTaken(task, doer);
      if (task.assignee !== null) give(null);
      break;
    case "assign": {
      refuseTaken(task, doer);
      const team = work.team ?? task.team;
      const isNew = work.assignee !== task.assignee || team !== task.team;
      if (work.assignee !== null && isNew) await refuseUnableAssignee(transaction, id, work.assignee, team);
      give(work.assignee, team);
      break;
    }
    case "comment":
      transaction.write(addComment, [newId(), id, origin.actor, work.text]);
      transaction.write(countComment, [id, origin.actor, origin.requestId]);
      break;
  }
  recordAudit(transaction, [{ origin, action: `${work.action}Task`, entityType: "task", entityId: id }]);
  return await getTask(transaction, id, principal, now);
}

export function refuseClosed({ closed_at, closed_by, outcome }: TaskRow): void {
  if (closed_at === null) return;
  throw tasks.refuse("taskClosed", { details: { closedAt: closed_at, closedBy: closed_by, outcome } });
}

type Scoped = Pick<Principal, "locationCodes" | "channelCodes">;

const lockTasks = statement<TaskRow>(
  "tasks.lockTasks",
  `select ${TASK_COLUMNS} from tasks.tasks t where t.id = any($1::uuid[]) order by t.id for update of t`,
);

/**
 * The task as it is once whatever it is about is locked; null: there is none for this caller. The tasks that a batch ends are
 * locked by one statement.
 */
export const lockTaskOf = joinReads<{ id: string; principal: Scoped }, TaskRow | null>(async (transaction, wanted) => {
  const ids = wanted.map(({ id }) => id.toLowerCase());
  const rows = await transaction.read(lockTasks, [arrayLiteral("uuid", ids)]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return wanted.map(({ principal }, index) => {
    const task = byId.get(ids[index]!);
    return task !== undefined && isInScope(task, principal) ? task : null;
  });
});

/** The same as `TASK_IN_SCOPE`. */
function isInScope({ location, channel }: TaskRow, { locationCodes, channelCodes }: Scoped): boolean {
  const isIn = (codes: ReadonlySet<string> | null, code: string | null): boolean =>
    codes === null || (code !== null && codes.has(code));
  return isIn(locationCodes, location) && isIn(channelCodes, channel);
}
