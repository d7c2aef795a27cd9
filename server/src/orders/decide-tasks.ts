import type { Transaction } from "../platform/db/database.ts";
import type { DecideOn } from "../tasks/public.ts";
import { findFulfillmentOrder } from "./advance-fulfillment-orders.ts";
import type { ChangeOrder } from "./change-orders.ts";
import { collect, fulfillmentEntity, orderEntity } from "./order-run.ts";

/** People end tasks one by one; each brings its own row. */
function endTasks(transaction: Transaction, ends: readonly ((transaction: Transaction) => void)[]): void {
  for (const end of ends) end(transaction);
}

/** Outcomes of tasks are events of the order or fulfillment order, under the order's lock like every change. */
export function decideOnOrders(changeOrder: ChangeOrder): DecideOn {
  return async ({ entityType, entityId, rootId, event, origin, key, look, decide, end }) => {
    await changeOrder({
      orderId: rootId,
      action: "completeTask",
      origin,
      key,
      occurredAt: null,
      look,
      plan: (run) => {
        decide();
        const entity =
          entityType === "order" ? orderEntity(run) : fulfillmentEntity(run, findFulfillmentOrder(run, entityId));
        return { entity, event };
      },
      finish: (run) => {
        collect(run.work, endTasks, end);
        return {};
      },
    });
  };
}
