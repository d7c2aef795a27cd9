import { closeExceptions, NONE_REFUSED, raiseExceptions, type Remedy, type SettledException } from "../tasks/public.ts";
import { dropTimers, hastenTimers, lockTimers, type TimerKey } from "../workflow/public.ts";
import { PARKED_MS, TIMER_FAILED } from "./fire-timers.ts";

const DEADLINE_MS = 24 * 60 * 60 * 1000;

/** A timer that fails is tried again now, or never: then what it would have moved waits for a person, whom the gap names. */
export function remedyTimers(now: () => Date): Remedy {
  return {
    permission: () => "jobs:write",
    lock: (transaction, exceptions) => lockTimers(transaction, exceptions.map(timerOf)),
    retry: async (transaction, exceptions, origin) => {
      hastenTimers(transaction, exceptions.map(timerOf), PARKED_MS);
      closeExceptions(
        transaction,
        exceptions.map(({ entityId }) => ({ kind: TIMER_FAILED, entityId, resolution: "Tried again." })),
        origin,
      );
      return NONE_REFUSED;
    },
    skip: async (transaction, exceptions, origin) => {
      dropTimers(transaction, exceptions.map(timerOf), PARKED_MS);
      closeExceptions(
        transaction,
        exceptions.map(({ entityId, reason }) => ({
          kind: TIMER_FAILED,
          entityId,
          resolution: `Skipped: ${reason}`,
        })),
        origin,
      );
      raiseExceptions(
        transaction,
        exceptions.map((exception) => ({
          kind: "timerSkipped",
          entityType: exception.entityType,
          entityId: exception.entityId,
          reason: `The timer ${timerOf(exception).name} was skipped: ${exception.reason}`.slice(0, 500),
          nextAction: "What it would have done does not happen by itself any more: do it by hand, then resolve this.",
          details: exception.details,
          ownerTeam: "operations",
          dueAt: new Date(now().getTime() + DEADLINE_MS),
        })),
        origin,
      );
      return NONE_REFUSED;
    },
  };
}

/** Which one failed, as whoever parked it has said. */
function timerOf({ entityId, details }: Pick<SettledException, "entityId" | "details">): TimerKey {
  return { entityId, entry: Number(details["entry"]), name: String(details["timer"]) };
}
