import { raiseExceptions } from "../tasks/public.ts";
import type { FulfillmentOrder } from "./aggregate.ts";
import { channelCode, collect, locationCode, type OrderRun } from "./order-run.ts";

const REJECTION_DEADLINE_MS = 4 * 60 * 60 * 1000;

/** In the same commit somebody owns what nobody may be able to serve; the exception ends by itself when it is sourced. */
export function noteRejection(run: OrderRun, fulfillmentOrder: FulfillmentOrder, reason: string): void {
  fulfillmentOrder.rejectedReason = reason;
  const location = locationCode(run, fulfillmentOrder.locationId);
  const isPickup = fulfillmentOrder.method === "pickup";
  collect(run.work, raiseExceptions, {
    kind: "rejectedOrder",
    entityType: "order",
    entityId: run.order.id,
    reason: `${location} rejected it (${reason}), and ${isPickup ? "it was to be collected there" : "no other location has the units"}.`,
    nextAction: isPickup
      ? "Offer the customer another store or delivery, and cancel this order."
      : "Offer the customer to wait or to cancel; stock that comes elsewhere is used by itself.",
    details: { orderNumber: run.order.number, location, channel: channelCode(run) },
    ownerTeam: "customer-service",
    dueAt: new Date(run.work.now.getTime() + REJECTION_DEADLINE_MS),
  });
}
