import type { Transaction } from "../../platform/db/database.ts";
import { statement } from "../../platform/db/statements.ts";
import { common } from "../../platform/refusals.ts";
import type { JobRemedy } from "../../tasks/public.ts";
import { type ReplayDependencies, replayEvent, skipEvent } from "./act-on-events.ts";

const findEvent = statement<{ id: string }>(
  "integrations.findEventOfJob",
  "select id from integrations.inbound_events where job_id = $1::uuid",
);

/** A parked event of another system is tried again by the rules in force now; skipped, what waits behind it goes on. */
export function remedyInboundEvents(dependencies: ReplayDependencies): JobRemedy {
  const eventOf = async (transaction: Transaction, jobId: string): Promise<string> => {
    const [event] = await transaction.read(findEvent, [jobId]);
    if (event === undefined) throw common.refuse("notFound");
    return event.id;
  };
  return {
    retry: async (transaction, { entityId }, origin) => {
      await replayEvent(transaction, dependencies, await eventOf(transaction, entityId), origin);
    },
    skip: async (transaction, { entityId }, reason, origin) => {
      await skipEvent(transaction, await eventOf(transaction, entityId), reason, origin);
    },
  };
}
