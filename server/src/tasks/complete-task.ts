import type { Database, Transaction } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { INSERT_EVENTS, type Origin } from "../platform/events/record-events.ts";
import type { RequestKey } from "../platform/http/idempotency.ts";
import type { Principal } from "../platform/http/route.ts";
import { common } from "../platform/refusals.ts";
import { faultsOfForm, type Params } from "../workflow/public.ts";
import { getTask } from "./list-tasks.ts";
import { type Doer, doerOf, refuseOtherTeam, refuseTaken } from "./may-do-tasks.ts";
import { TASK_EVENT_DATA } from "./open-tasks.ts";
import { tasks } from "./refusals.ts";
import type { Task, TaskRow } from "./view-tasks.ts";
import { lockTaskOf, refuseClosed } from "./work-on-tasks.ts";

/** A decision on something that is locked first: the task is looked at under that lock and ended in the same change. */
export interface TaskDecision {
  entityType: string;
  entityId: string;
  rootId: string;
  event: { type: string; data: Params };
  origin: Origin;
  key: RequestKey | null;
  /** Runs when what the task is about is locked. */
  look: (transaction: Transaction) => Promise<void>;
  /** Throws when it must not happen. */
  decide: () => void;
  end: (transaction: Transaction) => void;
}

/** How an outcome reaches what the task is about; the module of that implements it, `main/` plugs it in. */
export type DecideOn = (decision: TaskDecision) => Promise<void>;

export interface OutcomeRequest {
  id: string;
  outcome: string;
  data: Params;
  principal: Principal;
  origin: Origin;
  key: RequestKey | null;
}

const endTask = statement(
  "tasks.completeTask",
  `with t as (
     update tasks.tasks set closed_at = now(), closed_by = $2, outcome = $3, outcome_data = $4::jsonb, assignee = coalesce(assignee, $2),
       escalates_at = null, version = version + 1
     where id = $1::uuid returning *
   )
   ${INSERT_EVENTS}
   select 'task.completed', 'task', t.id, t.version, now(), $2, $5, jsonb_strip_nulls(jsonb_build_object(${TASK_EVENT_DATA}, 'outcome', t.outcome)) from t`,
);

/** Ends a task; its outcome moves the workflow in the same transaction, or nothing happens (W4). */
export async function completeTask(
  database: Database,
  decideOn: DecideOn,
  { id, outcome, data, principal, origin, key }: OutcomeRequest,
  now: () => Date,
): Promise<Task> {
  const known = await getTask(database, id, principal, now());
  const doer = await doerOf(database, principal);
  let locked: TaskRow | null = null;
  await decideOn({
    entityType: known.entityType,
    entityId: known.entityId,
    rootId: known.orderId,
    event: { type: outcome, data },
    origin,
    key,
    look: async (transaction) => {
      locked = await lockTaskOf(transaction, { id, principal });
    },
    decide: () => decide(locked, doer, outcome, data),
    end: (transaction) =>
      transaction.write(endTask, [id, origin.actor, outcome, JSON.stringify(data), origin.requestId]),
  });
  return await getTask(database, id, principal, now());
}

function decide(task: TaskRow | null, doer: Doer, outcome: string, data: Params): void {
  if (task === null) throw common.refuse("notFound", { message: "There is no such task." });
  refuseClosed(task);
  refuseOtherTeam(task, doer);
  refuseTaken(task, doer);
  const chosen = task.outcomes.find(({ event }) => event === outcome);
  if (chosen === undefined)
    throw tasks.refuse("unknownOutcome", { details: { outcomes: task.outcomes.map(({ event }) => event) } });
  const faults = faultsOfForm(chosen.form, data).map((fault) => ({ ...fault, pointer: `/data${fault.pointer}` }));
  if (faults.length > 0)
    throw common.refuse("invalidInput", { message: `${faults[0]!.pointer}: ${faults[0]!.message}`, faults });
}
