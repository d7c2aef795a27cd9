import type { Transaction } from "../../platform/db/database.ts";
import { arrayLiteral, statement } from "../../platform/db/statements.ts";
import { common, type Refusal } from "../../platform/refusals.ts";
import type { JobRemedy, Refused, SettledException } from "../../tasks/public.ts";
import { type RefusedEvents, type ReplayDependencies, replayEvents, skipEvents } from "./act-on-events.ts";

const findEvents = statement<{ id: string; job_id: string }>(
  "integrations.findEventsOfJobs",
  "select id, job_id from integrations.inbound_events where job_id = any($1::uuid[])",
);

/** Parked events of other systems are tried again by the rules in force now; skipped, what waits behind them goes on. */
export function remedyInboundEvents(dependencies: ReplayDependencies): JobRemedy {
  return {
    permission: () => "inbound:write",
    retry: (transaction, exceptions, origin) =>
      actOnEvents(transaction, exceptions, (events) =>
        replayEvents(
          transaction,
          dependencies,
          events.map(({ id }) => id),
          origin,
        ),
      ),
    skip: (transaction, exceptions, origin) =>
      actOnEvents(transaction, exceptions, (events) =>
        skipEvents(
          transaction,
          events.map(({ id, exception: { reason } }) => ({ id, reason })),
          origin,
        ),
      ),
  };
}

/** Acts on the events of which exceptions tell, and says what was refused by exception. */
async function actOnEvents<Exception extends SettledException>(
  transaction: Transaction,
  exceptions: readonly Exception[],
  act: (events: readonly { id: string; exception: Exception }[]) => Promise<RefusedEvents>,
): Promise<Refused> {
  const jobIds = exceptions.map(({ entityId }) => entityId);
  const found = await transaction.read(findEvents, [arrayLiteral("uuid", jobIds)]);
  const idOf = new Map(found.map(({ id, job_id }) => [job_id, id]));
  const refused = new Map<string, Refusal>();
  const events = exceptions.flatMap((exception) => {
    const id = idOf.get(exception.entityId);
    if (id !== undefined) return [{ id, exception }];
    refused.set(exception.id, common.refuse("notFound"));
    return [];
  });
  const undone = await act(events);
  for (const { id, exception } of events) {
    const refusal = undone.get(id);
    if (refusal !== undefined) refused.set(exception.id, refusal);
  }
  return refused;
}
