import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { isPassing, Refusal } from "../platform/refusals.ts";
import { findFulfillmentOrder } from "./advance-fulfillment-orders.ts";
import type { ChangeOrder } from "./change-orders.ts";
import { fulfillmentEntity } from "./order-run.ts";

const ORIGIN: Origin = { actor: "system:timers", requestId: null };
const BATCH = 500;
export const OVERDUE_EVENT = "overdue";

// Their cut-off is in the row, so that nothing has to be written for it when an order is captured. Only workflows that
// take the event are asked; what is held cannot be begun. It reads the index of unfinished work: 14 ms for 100,000 rows.
const findOverdue = statement<{ id: string; order_id: string }>(
  "orders.findOverdue",
  `select f.id, f.order_id from orders.fulfillment_orders f
     join workflow.instances i on i.entity_id = f.id
     join orders.orders o on o.id = f.order_id
    where f.status = 'created' and f.due_at <= now() and o.holds = 0 and not o.historical
      and i.definition_id in (select id from workflow.definitions where entity_type = 'fulfillmentOrder' and jsonb_path_exists(document, '$.**.on.${OVERDUE_EVENT}'))
    order by f.due_at limit ${BATCH}`,
);

/** Tells workflows that a cut-off has passed and nobody has begun. Answers whether there may be more. */
export async function tellOverdue(database: Database, changeOrder: ChangeOrder): Promise<boolean> {
  const overdue = await database.read(findOverdue);
  const told = await Promise.allSettled(overdue.map(({ id, order_id }) => tell(changeOrder, order_id, id)));
  for (const one of told) if (one.status === "rejected" && !isTooLate(one.reason)) throw one.reason;
  return overdue.length === BATCH && told.some(({ status }) => status === "fulfilled");
}

/** It has gone on meanwhile, or stands where its workflow does not take the event. */
function isTooLate(error: unknown): boolean {
  return error instanceof Refusal && !isPassing(error);
}

function tell(changeOrder: ChangeOrder, orderId: string, fulfillmentOrderId: string): Promise<object> {
  return changeOrder({
    orderId,
    action: "tellOverdue",
    origin: ORIGIN,
    key: null,
    occurredAt: null,
    plan: (run) => {
      const fulfillmentOrder = findFulfillmentOrder(run, fulfillmentOrderId);
      return { entity: fulfillmentEntity(run, fulfillmentOrder), event: { type: OVERDUE_EVENT } };
    },
    finish: () => ({}),
  });
}
