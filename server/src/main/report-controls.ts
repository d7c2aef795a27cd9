import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/database.ts";
import { closeExceptions, raiseExceptions } from "../tasks/public.ts";

const KIND = "availabilityRules";
const ENTITY_ID = "availability-controls/availability";
const DEADLINE_MS = 60 * 60 * 1000;

/** Somebody owns it when availability rules are not in force as they say; it ends with its cause. */
export function controlsReport(
  { database, clock }: { database: Database; clock: Clock },
  log: { warn: (details: object, message: string) => void },
): (problem: string | null) => void {
  // One behind the other: what is well again must not be overtaken by what was wrong before.
  let last: Promise<void> = Promise.resolve();
  return (problem) => {
    if (problem !== null) log.warn({}, problem);
    const write = () =>
      database.transaction(async (transaction) => {
        if (problem === null)
          closeExceptions(
            transaction,
            [{ kind: KIND, entityId: ENTITY_ID, resolution: "The rules are in force as they say." }],
            { actor: "system:availability", requestId: null },
          );
        else
          raiseExceptions(transaction, [
            {
              kind: KIND,
              entityType: "document",
              entityId: ENTITY_ID,
              reason: `${problem[0]!.toUpperCase()}${problem.slice(1)}.`.slice(0, 500),
              nextAction:
                "Publish rules that this release understands and of which no two tie, or run the newer release.",
              details: {},
              ownerTeam: "operations",
              dueAt: new Date(clock.now().getTime() + DEADLINE_MS),
            },
          ]);
      });
    last = last
      .then(write)
      .catch((error: unknown) =>
        log.warn({ err: error }, "the exception about availability rules could not be written"),
      );
  };
}
