import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/database.ts";
import type { FollowOptions } from "../platform/events/follow-feed.ts";
import { closeExceptions } from "./close-exceptions.ts";
import { raiseExceptions } from "./raise-exceptions.ts";

const KIND = "consumerBlocked";
const DEADLINE_MS = 3_600_000;

/** A consumer of the feed that cannot get past an event becomes an exception, and stops being one by itself. */
export function reportBlockedConsumers(
  database: Database,
  clock: Clock,
): Pick<FollowOptions, "onBlocked" | "onRecovered"> {
  return {
    onBlocked: (name, error) =>
      database.transaction(async (transaction) =>
        raiseExceptions(transaction, [
          {
            kind: KIND,
            entityType: "consumer",
            entityId: name,
            reason: `It fails on an event and waits: ${String(error)}`,
            nextAction: "Mend the cause; the consumer tries again by itself and nothing is skipped.",
            details: {},
            ownerTeam: "operations",
            dueAt: new Date(clock.now().getTime() + DEADLINE_MS),
          },
        ]),
      ),
    onRecovered: (name) =>
      database.transaction(async (transaction) =>
        closeExceptions(transaction, [{ kind: KIND, entityId: name, resolution: "It got past the event." }], {
          actor: "system:feed",
          requestId: null,
        }),
      ),
  };
}
