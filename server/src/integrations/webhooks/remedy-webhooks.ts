import type { Transaction } from "../../platform/db/database.ts";
import { arrayLiteral, statement } from "../../platform/db/statements.ts";
import type { Origin } from "../../platform/events/record-events.ts";
import { hastenJobs } from "../../platform/jobs/hasten-jobs.ts";
import { common, type Refusal } from "../../platform/refusals.ts";
import {
  closeExceptions,
  NONE_REFUSED,
  type Refused,
  type Remedies,
  type Remedy,
  type SettledException,
} from "../../tasks/public.ts";
import { integrations } from "../refusals.ts";
import { WEBHOOK } from "./fan-out.ts";
import { requestReplays } from "./replay-events.ts";
import { DISABLED, FAILING, GAP } from "./webhook-exceptions.ts";

const lockRows = statement<{ id: string }>(
  "integrations.lockWebhooksToRemedy",
  "select id from integrations.webhooks where id = any($1::uuid[]) and state <> 'removed' order by id for update",
);

const closeCircuits = statement(
  "integrations.tryWebhooksNow",
  "update integrations.webhooks set open_until = null where id = any($1::uuid[])",
);

const enable = statement(
  "integrations.enableWebhooks",
  `update integrations.webhooks set state = 'active', disabled_reason = null, open_until = null, failing_since = null, trips = 0,
     version = version + 1, updated_at = now()
   where id = any($1::uuid[]) and state = 'disabled'`,
);

/**
 * Webhooks that fail are tried now, those that were disabled are enabled again and get what they have missed, and so do those
 * of which deliveries were dropped.
 */
export function remedyWebhooks(): Remedies {
  return {
    [FAILING]: remedyBy("Tried again.", async (transaction, exceptions) => {
      transaction.write(closeCircuits, [arrayLiteral("uuid", idsOf(exceptions))]);
      hastenJobs(transaction, WEBHOOK, idsOf(exceptions));
      return NONE_REFUSED;
    }),
    [DISABLED]: remedyBy("Enabled again.", async (transaction, exceptions, origin) => {
      transaction.write(enable, [arrayLiteral("uuid", idsOf(exceptions))]);
      hastenJobs(transaction, WEBHOOK, idsOf(exceptions));
      const wanted = exceptions.map(({ entityId, openedAt }) => ({ webhookId: entityId, since: openedAt }));
      await requestReplays(transaction, wanted, origin);
      return NONE_REFUSED;
    }),
    [GAP]: remedyBy("What was missed is replayed.", async (transaction, exceptions, origin) => {
      const wanted = exceptions.flatMap(({ entityId, details }) => {
        const since = beginningOf(details);
        return since === null ? [] : [{ webhookId: entityId, since }];
      });
      await requestReplays(transaction, wanted, origin);
      const without = exceptions.filter(({ details }) => beginningOf(details) === null);
      return new Map(without.map(({ id }) => [id, integrations.refuse("gapWithoutBeginning")]));
    }),
  };
}

/** What has come to nothing is dealt with by a word: nothing else waits for it. */
function remedyBy(
  resolution: string,
  tryAgain: (transaction: Transaction, exceptions: readonly SettledException[], origin: Origin) => Promise<Refused>,
): Remedy {
  return {
    permission: () => "webhooks:write",
    lock: async (transaction, exceptions) => {
      await transaction.read(lockRows, [arrayLiteral("uuid", idsOf(exceptions))]);
    },
    retry: async (transaction, exceptions, origin): Promise<Refused> => {
      const rows = await transaction.read(lockRows, [arrayLiteral("uuid", idsOf(exceptions))]);
      const kept = new Set(rows.map(({ id }) => id));
      const there = exceptions.filter(({ entityId }) => kept.has(entityId));
      const refused = await tryAgain(transaction, there, origin);
      closeExceptions(
        transaction,
        there.filter(({ id }) => !refused.has(id)).map(({ kind, entityId }) => ({ kind, entityId, resolution })),
        origin,
      );
      const removed = exceptions.flatMap(({ id, entityId }): [string, Refusal][] =>
        kept.has(entityId) ? [] : [[id, common.refuse("notFound", { message: "The webhook was removed." })]],
      );
      return new Map([...refused, ...removed]);
    },
  };
}

/** Null: nothing that could be meant is said. */
function beginningOf({ from }: Readonly<Record<string, unknown>>): Date | null {
  const moment = typeof from === "string" ? new Date(from) : null;
  return moment === null || Number.isNaN(moment.getTime()) ? null : moment;
}

const idsOf = (exceptions: readonly SettledException[]): string[] => exceptions.map(({ entityId }) => entityId);
