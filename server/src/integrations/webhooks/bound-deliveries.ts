import type { Database } from "../../platform/db/database.ts";
import { statement } from "../../platform/db/statements.ts";
import { parkOldJobs, skipOldJobs } from "../../platform/jobs/end-old.ts";
import { amendException, raiseExceptions, reportParkedJobs } from "../../tasks/public.ts";
import { DELIVERY_PARKING, SCHEDULE_MS } from "./deliver-events.ts";
import { WEBHOOK } from "./fan-out.ts";
import { GAP } from "./webhook-exceptions.ts";

const DAY_MS = 24 * 3_600_000;
/** For so long deliveries wait for a webhook that is paused or disabled. */
const KEPT_DAYS = 30;
const DEADLINE_MS = 3 * DAY_MS;

const readFailing = statement<{ id: string }>(
  "integrations.readWebhooksFailingForLong",
  `select id from integrations.webhooks where state = 'active' and failing_since < now() - $1::float8 * interval '1 millisecond'`,
);

// With the words of jobs_keys: without them it read every ended delivery of 14 days (300,000: 190 ms, now 2 ms).
const readResting = statement<{ id: string; url: string; due_at: Date }>(
  "integrations.readRestingWebhooks",
  `select id, url, now() + $2::float8 * interval '1 millisecond' as due_at from integrations.webhooks w where state in ('paused', 'disabled') and exists (
     select from platform.jobs where kind = 'webhook' and lane = w.id::text and ordering_key is not null and state in ('waiting', 'behind', 'parked')
       and created_at < now() - $1::int * interval '1 day')`,
);

/**
 * Nothing waits for ever. A dead receiver gets one attempt in five minutes over all its events, so most never come to the
 * end of their own schedule: they are parked, each with its exception, when its time is over. What a paused or disabled
 * webhook has missed for 30 days is dropped and told of; a replay brings it. True when there may be more.
 */
export async function boundDeliveries(database: Database): Promise<boolean> {
  let more = false;
  for (const { id: lane } of await database.read(readFailing, [SCHEDULE_MS])) {
    const old = { kind: WEBHOOK, lane, olderThanMs: SCHEDULE_MS };
    const reason = "The receiver has not answered for as long as deliveries are tried.";
    const parked = await database.transaction((transaction) =>
      parkOldJobs(transaction, old, DELIVERY_PARKING, reason, reportParkedJobs),
    );
    more ||= parked;
  }
  for (const { id: lane, url, due_at: dueAt } of await database.read(readResting, [KEPT_DAYS, DEADLINE_MS])) {
    const dropped = await database.transaction(async (transaction) => {
      const old = { kind: WEBHOOK, lane, olderThanMs: KEPT_DAYS * DAY_MS };
      const why = { reason: `The webhook has rested for ${KEPT_DAYS} days.`, actor: "system:webhooks" };
      const { skipped, from, until, more: isMore } = await skipOldJobs(transaction, old, why, reportParkedJobs);
      if (from === null || until === null) return isMore;
      // Raised without a number: when one is open already, also by another process just now, this adds to it.
      raiseExceptions(transaction, [
        {
          kind: GAP,
          entityType: "webhook",
          entityId: lane,
          reason: `Deliveries to ${new URL(url).host} since ${from.toISOString()} were dropped: it rests for more than ${KEPT_DAYS} days.`,
          nextAction: "Set it active and replay from there, or remove it.",
          details: { from: from.toISOString(), until: until.toISOString(), deliveries: 0 },
          ownerTeam: "operations",
          dueAt,
        },
      ]);
      await amendException(transaction, { kind: GAP, entityId: lane }, (told) => ({
        ...told,
        until: [String(told["until"]), until.toISOString()].sort()[1],
        deliveries: Number(told["deliveries"]) + skipped,
      }));
      return isMore;
    });
    more ||= dropped;
  }
  return more;
}
