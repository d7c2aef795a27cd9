import type { EntityType } from "../workflow/public.ts";
import { fulfillmentGuards, orderGuards } from "./guards.ts";
import type { FulfillmentRun, OrderRun } from "./order-run.ts";

/** What workflows of orders may name; definitions are checked against it when they are published (O7, O13). */
export const orderEntityType: EntityType<OrderRun> = {
  name: "order",
  labels: [
    "created",
    "confirmed",
    "processing",
    "ready for pickup",
    "shipped",
    "delivered",
    "complete",
    "cancelled",
    "expired",
  ],
  guards: orderGuards,
  steps: { createFulfillmentOrders: {}, cancelUnits: {} },
};

export const fulfillmentOrderEntityType: EntityType<FulfillmentRun> = {
  name: "fulfillmentOrder",
  labels: [
    "created",
    "scheduled",
    "waiting for wave",
    "picking",
    "packed",
    "dispatched",
    "fulfilled",
    "expired",
    "rejected",
    "escalated",
    "cancelled",
  ],
  guards: fulfillmentGuards,
  steps: {
    withdrawUnits: {},
    shipUnits: {},
    deliverUnits: {},
    reportLoss: {},
    collectUnits: {},
    markReady: {},
    extendPickup: {},
    expireUnits: {},
  },
};
