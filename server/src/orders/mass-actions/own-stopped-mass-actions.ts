import type { Database } from "../../platform/db/database.ts";
import { statement } from "../../platform/db/statements.ts";
import type { Origin } from "../../platform/events/record-events.ts";
import { closeExceptions, raiseExceptions } from "../../tasks/public.ts";
import { MASS_ACTION_JOB, type WorkingState } from "./mass-action.ts";

const ORIGIN: Origin = { actor: "system:massActions", requestId: null };
export const MASS_ACTION_STOPPED = "massActionStopped";
const DEADLINE_MS = 60 * 60 * 1000;
const BATCH = 500;

/** `m` has work, and no job that does it: somebody has skipped it. */
export const HAS_STOPPED = `m.state in ('holding', 'running', 'withdrawing', 'undoing')
  and m.id::text not in (select payload ->> 'massActionId' from platform.jobs
    where kind = '${MASS_ACTION_JOB}' and state in ('waiting', 'behind', 'running', 'parked') and payload ->> 'massActionId' is not null)`;

const findStopped = statement<{ id: string; number: number; state: WorkingState; looked_at: Date }>(
  "orders.findStoppedMassActions",
  `select m.id, m.number, m.state, now() as looked_at from orders.mass_actions m where ${HAS_STOPPED}
      and not exists (select from tasks.exceptions x where x.kind = '${MASS_ACTION_STOPPED}' and x.entity_id = m.id::text and x.closed_at is null)
    limit ${BATCH}`,
);

const findContinued = statement<{ id: string }>(
  "orders.findContinuedMassActions",
  `select x.entity_id as id from tasks.exceptions x
    where x.kind = '${MASS_ACTION_STOPPED}' and x.closed_at is null
      and not exists (select from orders.mass_actions m where m.id::text = x.entity_id and ${HAS_STOPPED})
    limit ${BATCH}`,
);

const NEXT_ACTION: Readonly<Record<WorkingState, string>> = {
  holding: "Withdraw it: the orders that it holds are released.",
  running: "Withdraw it: the orders that it still holds are released; what is done stays done.",
  withdrawing: "Withdraw it again: the rest of the orders that it holds is released.",
  undoing: "Undo it again: the rest is taken back.",
};

/** A mass action whose job was skipped does not end by itself, and its orders stay held: somebody decides what becomes of it. */
export async function ownStoppedMassActions(database: Database): Promise<boolean> {
  const [stopped, continued] = await Promise.all([database.read(findStopped), database.read(findContinued)]);
  if (stopped.length + continued.length === 0) return false;
  await database.transaction(async (transaction) => {
    raiseExceptions(
      transaction,
      stopped.map(({ id, number, state, looked_at }) => ({
        kind: MASS_ACTION_STOPPED,
        entityType: "massAction",
        entityId: id,
        reason: `The mass action ${number} is ${state}, and its job was skipped.`,
        nextAction: NEXT_ACTION[state],
        details: { massAction: number, state },
        ownerTeam: "operations",
        dueAt: new Date(looked_at.getTime() + DEADLINE_MS),
      })),
      ORIGIN,
    );
    const resolution = "The mass action goes on, or has ended.";
    closeExceptions(
      transaction,
      continued.map(({ id }) => ({ kind: MASS_ACTION_STOPPED, entityId: id, resolution })),
      ORIGIN,
    );
  });
  return stopped.length === BATCH || continued.length === BATCH;
}
