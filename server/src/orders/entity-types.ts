import { conditionGuard, type DescribedEntityType } from "../workflow/public.ts";
import { FULFILLMENT_LABELS, ORDER_LABELS } from "./labels.ts";
import { fulfillmentGuards, orderGuards } from "./guards.ts";
import { stepsOfFulfillmentOrders, stepsOfOrders } from "./steps.ts";
import { fulfillmentOrderConditions, orderConditions } from "./order-context.ts";
import type { FulfillmentRun, OrderRun } from "./order-run.ts";

const PROGRESSED = { description: "Quantities of its lines have changed." };

/** What workflows of orders may name; definitions are checked against it when they are published (O7, O13). */
export const orderEntityType: DescribedEntityType<OrderRun> = {
  name: "order",
  title: "Order",
  labels: ORDER_LABELS,
  conditions: orderConditions,
  guards: { ...orderGuards, cel: conditionGuard(orderConditions) },
  steps: stepsOfOrders,
  events: {
    progressed: PROGRESSED,
    sourced: { description: "Units that waited for stock have been promised at a location." },
    cancel: { description: "Units are to be cancelled." },
    supplyChanged: { description: "Units that were promised of an expected receipt come later, or not at all." },
    customerWaits: { description: "The customer was asked and waits." },
    customerWantsChange: { description: "The customer was asked and wants something else." },
    customerCancels: { description: "The customer was asked and wants no longer what waits." },
  },
};

export const fulfillmentOrderEntityType: DescribedEntityType<FulfillmentRun> = {
  name: "fulfillmentOrder",
  title: "Fulfillment order",
  labels: FULFILLMENT_LABELS,
  conditions: fulfillmentOrderConditions,
  guards: { ...fulfillmentGuards, cel: conditionGuard(fulfillmentOrderConditions) },
  steps: stepsOfFulfillmentOrders,
  events: {
    progressed: PROGRESSED,
    withdraw: { description: "Units need not be handed over any more: cancelled, or short." },
    accept: { description: "The location has accepted it." },
    reject: { description: "The location will not do it." },
    startPicking: { description: "Somebody has begun to pick it." },
    pack: { description: "It is packed." },
    ship: { description: "Units have left with a carrier." },
    deliver: { description: "A shipment of it has reached the customer." },
    lose: { description: "A shipment of it is lost." },
    ready: { description: "It waits at the counter." },
    collect: { description: "The customer has collected units." },
    overdue: { description: "Its cut-off has passed, and nobody has begun it." },
    extend: { description: "The customer gets more time to collect it." },
  },
};
