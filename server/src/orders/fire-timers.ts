import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { isPassing, Refusal } from "../platform/refusals.ts";
import { removeTimers } from "../workflow/public.ts";
import { findFulfillmentOrder } from "./advance-fulfillment-orders.ts";
import type { ChangeOrder } from "./change-orders.ts";
import { collect, fulfillmentEntity, orderEntity } from "./order-run.ts";

const ORIGIN: Origin = { actor: "system:timers", requestId: null };
const BATCH = 500;

interface DueTimer {
  entity_id: string;
  entry: number;
  name: string;
  order_id: string;
}

// Read without a lock: the order's lock and the entry number decide whether it still counts.
const findDue = statement<DueTimer>(
  "orders.findDueTimers",
  `select t.entity_id, t.entry, t.name, coalesce(f.order_id, t.entity_id) as order_id
     from workflow.timers t left join orders.fulfillment_orders f on f.id = t.entity_id
    where t.due_at <= now() order by t.due_at limit $1::int`,
);

/**
 * Sends the events of timers that are due, by the database's clock. A timer of a state that has been left is void; two
 * workers that see the same timer fire it once, because the first one has moved the entity on. Answers how many there were.
 */
export async function fireTimers(database: Database, changeOrder: ChangeOrder): Promise<number> {
  const due = await database.read(findDue, [BATCH]);
  await Promise.all(due.map((timer) => fire(database, changeOrder, timer)));
  return due.length;
}

async function fire(database: Database, changeOrder: ChangeOrder, timer: DueTimer): Promise<void> {
  try {
    await changeOrder({
      orderId: timer.order_id,
      action: "fireTimer",
      origin: ORIGIN,
      key: null,
      occurredAt: null,
      plan: (run) => {
        const entity =
          timer.entity_id === timer.order_id
            ? orderEntity(run)
            : fulfillmentEntity(run, findFulfillmentOrder(run, timer.entity_id));
        return entity.place.entry === timer.entry ? { entity, event: { type: timer.name } } : null;
      },
      finish: ({ work }) => {
        collect(work, removeTimers, { entityId: timer.entity_id, entry: timer.entry, name: timer.name });
        return {};
      },
    });
  } catch (error) {
    // An unreachable database or a full queue says nothing about the timer: it stays, and is due again at the next look.
    if (!(error instanceof Refusal) || isPassing(error)) throw error;
    // The state does not take it (a guard said no): it is void, and would otherwise come back every second.
    await database.transaction(async (transaction) =>
      removeTimers(transaction, [{ entityId: timer.entity_id, entry: timer.entry, name: timer.name }]),
    );
  }
}
