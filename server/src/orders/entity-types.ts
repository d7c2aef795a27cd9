import { Type } from "typebox";
import { conditionGuard, type DescribedEntityType } from "../workflow/public.ts";
import { fulfillmentGuards, orderGuards } from "./guards.ts";
import { REQUESTABLE } from "./message-triggers.ts";
import { fulfillmentOrderConditions, orderConditions } from "./order-context.ts";
import type { FulfillmentRun, OrderRun } from "./order-run.ts";

const PROGRESSED = { description: "Quantities of its lines have changed." };

const SEND_MESSAGE = {
  description: "Tells the customer, by every medium that has a template in force for the trigger and reaches him.",
  params: Type.Object(
    { trigger: Type.Enum(REQUESTABLE, { description: "What of.", examples: ["delayed"] }) },
    { additionalProperties: false },
  ),
};

/** What workflows of orders may name; definitions are checked against it when they are published (O7, O13). */
export const orderEntityType: DescribedEntityType<OrderRun> = {
  name: "order",
  title: "Order",
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
  conditions: orderConditions,
  guards: { ...orderGuards, cel: conditionGuard(orderConditions) },
  steps: {
    createFulfillmentOrders: {
      description: "Tells the locations what to hand over, for all units that have been promised.",
    },
    sendMessage: SEND_MESSAGE,
    cancelUnits: {
      description: "Cancels the units that the event names, those waiting first, and frees their stock.",
      emits: ["progressed"],
    },
  },
  events: {
    progressed: PROGRESSED,
    sourced: { description: "Units that waited for stock have been promised at a location." },
    cancel: { description: "Units are to be cancelled." },
  },
};

export const fulfillmentOrderEntityType: DescribedEntityType<FulfillmentRun> = {
  name: "fulfillmentOrder",
  title: "Fulfillment order",
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
  conditions: fulfillmentOrderConditions,
  guards: { ...fulfillmentGuards, cel: conditionGuard(fulfillmentOrderConditions) },
  steps: {
    sendMessage: SEND_MESSAGE,
    withdrawUnits: {
      description:
        "Takes units back that the location need not hand over any more, all open ones or those that the event names.",
      emits: ["progressed"],
    },
    shipUnits: { description: "Books the units that left the location.", emits: ["progressed"] },
    deliverUnits: { description: "Books the units that the customer has received.", emits: ["progressed"] },
    reportLoss: { description: "Reports units that were lost on their way." },
    collectUnits: { description: "Books the units that the customer has collected.", emits: ["progressed"] },
    markReady: { description: "Notes that it waits at the counter." },
    extendPickup: { description: "Notes that it is kept longer." },
    expireUnits: { description: "Cancels what nobody has collected, and frees its stock.", emits: ["progressed"] },
  },
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
    extend: { description: "The customer gets more time to collect it." },
  },
};
