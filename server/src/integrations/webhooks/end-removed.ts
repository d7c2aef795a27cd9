import type { Database } from "../../platform/db/database.ts";
import { statement } from "../../platform/db/statements.ts";
import { endLane } from "../../platform/jobs/end-lane.ts";
import { reportParkedJobs } from "../../tasks/public.ts";
import { WEBHOOK } from "./fan-out.ts";

const removedWithDeliveries = statement<{ id: string }>(
  "integrations.removedWebhooksWithDeliveries",
  `select id from integrations.webhooks where state = 'removed' and exists (
     select from platform.jobs where kind = 'webhook' and lane = webhooks.id::text and ordering_key is not null
       and state in ('waiting', 'behind', 'running', 'parked') and state <> 'running')`,
);

/** Ends what waits for webhooks that were removed; true when there may be more. */
export async function endDeliveriesOfRemoved(database: Database): Promise<boolean> {
  let more = false;
  for (const { id } of await database.read(removedWithDeliveries)) {
    const end = { kind: WEBHOOK, lane: id, reason: "The webhook was removed.", actor: "system:webhooks" };
    more = (await database.transaction((transaction) => endLane(transaction, end, reportParkedJobs))) || more;
  }
  return more;
}
