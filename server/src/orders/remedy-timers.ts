import { closeExceptions, raiseExceptions, type Remedy } from "../tasks/public.ts";
import { dropTimers, hastenTimers } from "../workflow/public.ts";
import { TIMER_FAILED } from "./fire-timers.ts";

const DEADLINE_MS = 24 * 60 * 60 * 1000;

/** A timer that fails is tried again now, or never: then what it would have moved waits for a person, whom the gap names. */
export function remedyTimers(now: () => Date): Remedy {
  return {
    retry: async (transaction, { entityId, details }, origin) => {
      hastenTimers(transaction, entityId, String(details["timer"]));
      closeExceptions(transaction, [{ kind: TIMER_FAILED, entityId, resolution: "Tried again." }], origin);
    },
    skip: async (transaction, { entityType, entityId, details }, reason, origin) => {
      const timer = String(details["timer"]);
      dropTimers(transaction, entityId, timer);
      closeExceptions(transaction, [{ kind: TIMER_FAILED, entityId, resolution: `Skipped: ${reason}` }], origin);
      raiseExceptions(
        transaction,
        [
          {
            kind: "timerSkipped",
            entityType,
            entityId,
            reason: `The timer ${timer} was skipped: ${reason}`.slice(0, 500),
            nextAction: "What it would have done does not happen by itself any more: do it by hand, then resolve this.",
            details,
            ownerTeam: "operations",
            dueAt: new Date(now().getTime() + DEADLINE_MS),
          },
        ],
        origin,
      );
    },
  };
}
