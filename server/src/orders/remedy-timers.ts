import { closeExceptions, raiseExceptions, type Remedy, type SettledException } from "../tasks/public.ts";
import { dropTimer, hastenTimer, type TimerKey } from "../workflow/public.ts";
import { PARKED_MS, TIMER_FAILED } from "./fire-timers.ts";

const DEADLINE_MS = 24 * 60 * 60 * 1000;

/** A timer that fails is tried again now, or never: then what it would have moved waits for a person, whom the gap names. */
export function remedyTimers(now: () => Date): Remedy {
  return {
    retry: async (transaction, exception, origin) => {
      const { entityId } = exception;
      hastenTimer(transaction, timerOf(exception), PARKED_MS);
      closeExceptions(transaction, [{ kind: TIMER_FAILED, entityId, resolution: "Tried again." }], origin);
    },
    skip: async (transaction, { entityType, entityId, details }, reason, origin) => {
      const timer = timerOf({ entityId, details });
      dropTimer(transaction, timer, PARKED_MS);
      closeExceptions(transaction, [{ kind: TIMER_FAILED, entityId, resolution: `Skipped: ${reason}` }], origin);
      raiseExceptions(
        transaction,
        [
          {
            kind: "timerSkipped",
            entityType,
            entityId,
            reason: `The timer ${timer.name} was skipped: ${reason}`.slice(0, 500),
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

/** Which one failed, as whoever parked it has said. */
function timerOf({ entityId, details }: Pick<SettledException, "entityId" | "details">): TimerKey {
  return { entityId, entry: Number(details["entry"]), name: String(details["timer"]) };
}
