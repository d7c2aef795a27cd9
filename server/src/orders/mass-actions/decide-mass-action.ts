import type { Clock } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import { statement } from "../../platform/db/statements.ts";
import { recordAudit } from "../../platform/events/record-audit.ts";
import type { Origin } from "../../platform/events/record-events.ts";
import { answerOnce, type RequestKey } from "../../platform/http/idempotency.ts";
import type { Principal } from "../../platform/http/route.ts";
import { enqueueJobs } from "../../platform/jobs/enqueue-jobs.ts";
import { common } from "../../platform/refusals.ts";
import { refuse } from "../refusals.ts";
import {
  lockedMassAction,
  MASS_ACTION_JOB,
  type MassAction,
  type MassActionState,
  noMassAction,
  rightsOf,
  type WorkingState,
} from "./mass-action.ts";

export type MassActionDecision = "confirm" | "withdraw" | "undo";

/** In which states a decision can be taken, and what the workers then do. */
const DECISIONS: Readonly<Record<MassActionDecision, { from: readonly MassActionState[]; to: WorkingState }>> = {
  confirm: { from: ["ready"], to: "running" },
  // Also what is under way, or cannot get on: nobody's orders stay held because of one that fails.
  // Likewise once more, in case the job that did it was skipped: what is released or taken back already stays so.
  withdraw: { from: ["holding", "ready", "running", "withdrawing"], to: "withdrawing" },
  undo: { from: ["done", "undoing"], to: "undoing" },
};

const setState = statement(
  "orders.decideMassAction",
  `update orders.mass_actions set state = $2, decided_by = $3, decided_at = $4::timestamptz, rights = $5::jsonb, ended_at = null
    where id = $1::uuid`,
);

/** Only what was done is undone; what was refused was not done. */
const reopenItems = statement(
  "orders.reopenMassActionItems",
  `update orders.mass_action_items set state = 'pending' where mass_action_id = $1::uuid and state = 'done'`,
);

/** Goes on with it, gives it up, or takes it back; the workers do the rest. */
export async function decideMassAction(
  { database, clock }: { database: Database; clock: Clock },
  request: {
    id: string;
    decision: MassActionDecision;
    principal: Principal;
    origin: Origin;
    key: RequestKey | null;
  },
): Promise<{ id: string; state: MassActionState }> {
  const { id, decision, principal, origin } = request;
  const { from, to } = DECISIONS[decision];
  return await database.transaction((transaction) =>
    answerOnce(transaction, request.key, 200, async () => {
      const action = await lockedMassAction(transaction, id);
      if (!maySee(action, principal)) throw noMassAction(id);
      if (!from.includes(action.state) || (decision === "undo" && !isReversible(action)))
        throw refuse("massActionNotThere", {
          message: `It is ${action.state}; ${decision} is not possible.`,
          details: { state: action.state, reversible: isReversible(action) },
        });
      if (decision === "confirm") refuseWithoutRight(action, principal);
      // It goes on with the rights, and in the name, of who has decided.
      transaction.write(setState, [id, to, origin.actor, clock.now(), JSON.stringify(rightsOf(principal))]);
      // What is given up is reopened by its job: the one before may still be noting what it has done.
      if (decision !== "withdraw") transaction.write(reopenItems, [id]);
      enqueueJobs(transaction, [{ kind: MASS_ACTION_JOB, orderingKey: id, payload: { massActionId: id, state: to } }]);
      recordAudit(transaction, [
        { origin, action: `${decision}MassAction`, entityType: "massAction", entityId: id, details: {} },
      ]);
      return { id, state: to };
    }),
  );
}

function refuseWithoutRight({ action }: MassAction, { permissions }: Principal): void {
  if (action === "cancel" && !permissions.has("orders:cancel"))
    throw common.refuse("forbidden", {
      message: "This needs the permission orders:cancel.",
      details: { permission: "orders:cancel" },
    });
}

/** Holds can be taken back, units that were given up cannot: somebody else may have them. */
export function isReversible({ action }: Pick<MassAction, "action">): boolean {
  return action === "hold" || action === "release";
}

/** Whoever is limited sees only his own: another's may concern orders that he may not see. */
export function maySee({ begun_by }: Pick<MassAction, "begun_by">, principal: Principal): boolean {
  const isLimited = principal.locationCodes !== null || principal.channelCodes !== null;
  return !isLimited || begun_by === principal.actor;
}
