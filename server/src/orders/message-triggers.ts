import { type Static, Type } from "typebox";
import type { Answer, MessageTrigger, Occasion } from "../messages/public.ts";
import type { FeedEvent } from "../platform/events/read-feed.ts";
import type { AskedLine } from "./customer-questions.ts";
import {
  CancellationContext,
  DelayContext,
  OrderContext,
  PickupContext,
  QuestionContext,
  RecommendationsContext,
  ShipmentContext,
} from "./message-context.ts";

/** By which the workflow step sendMessage asks. */
const REQUESTED = "order.messageRequested";

/** What tells of the order as it is, so that a workflow can ask for it at any time. */
export const REQUESTABLE = ["orderConfirmed", "delayed", "delivered"] as const;

const requested =
  (trigger: (typeof REQUESTABLE)[number], otherwise: (event: FeedEvent) => Occasion | null) =>
  (event: FeedEvent): Occasion | null => {
    if (event.type !== REQUESTED) return otherwise(event);
    return event.data["trigger"] === trigger ? wholeOrder(event) : null;
  };

const wholeOrder = (event: FeedEvent): Occasion => ({ orderId: event.entityId, subjectId: null, facts: {} });

/** What the customer of an order is told of (F10). Every one is sent once per event. */
export const orderMessageTriggers = [
  {
    code: "orderConfirmed",
    title: "Order confirmed",
    description: "An order was captured: the confirmation with the receipt.",
    followUp: false,
    context: Type.Object({ ...OrderContext, recommendations: RecommendationsContext }),
    asked: null,
    follows: ["order.captured", REQUESTED],
    occasionOf: requested("orderConfirmed", wholeOrder),
  },
  {
    code: "shipped",
    title: "Shipped",
    description: "A shipment left a location on its way to the customer.",
    followUp: false,
    context: Type.Object({ ...OrderContext, shipment: ShipmentContext }),
    asked: null,
    follows: ["fulfillmentOrder.unitsShipped"],
    // What is collected at a counter leaves and arrives in one moment, and needs no message.
    occasionOf: ({ entityId, data }) =>
      typeof data["shipmentId"] === "string" && data["collected"] !== true
        ? { orderId: entityId, subjectId: data["shipmentId"], facts: {} }
        : null,
  },
  {
    code: "readyForPickup",
    title: "Ready for pickup",
    description: "A location has everything ready at its counter.",
    followUp: false,
    context: Type.Object({ ...OrderContext, pickup: PickupContext }),
    asked: null,
    follows: ["fulfillmentOrder.readyForPickup"],
    occasionOf: ({ entityId, data }) => ({
      orderId: entityId,
      subjectId: String(data["fulfillmentOrderId"]),
      facts: {},
    }),
  },
  {
    code: "delayed",
    title: "Delayed",
    description: "The order comes later than the customer expects. People and workflows send it.",
    followUp: false,
    context: Type.Object({ ...OrderContext, delay: DelayContext }),
    asked: Type.Object(
      {
        expectedOn: Type.Optional(
          Type.String({
            format: "date",
            maxLength: 10,
            description: "When it is expected now.",
            examples: ["2026-11-30"],
          }),
        ),
      },
      { additionalProperties: false },
    ),
    follows: [REQUESTED],
    occasionOf: requested("delayed", () => null),
  },
  {
    code: "laterThanPromised",
    title: "Later than promised: wait, change or cancel?",
    description:
      "Units come later than was promised, or nobody knows when: the customer is asked and answers by a link.",
    followUp: false,
    asks: true,
    context: Type.Object({ ...OrderContext, question: QuestionContext }),
    asked: null,
    follows: ["order.customerAsked"],
    occasionOf: ({ entityId, data }) => {
      const { questionId, answerBy, silence, lines } = data;
      return { orderId: entityId, subjectId: String(questionId), facts: { answerBy, silence, lines } };
    },
  },
  {
    code: "cancelled",
    title: "Cancelled",
    description: "Units of an order were cancelled, or all of it.",
    followUp: false,
    context: Type.Object({ ...OrderContext, cancellation: CancellationContext }),
    asked: null,
    follows: ["order.unitsCancelled"],
    occasionOf: ({ entityId, data }) => ({ orderId: entityId, subjectId: null, facts: { lines: data["lines"] } }),
  },
  {
    code: "delivered",
    title: "Delivered: is everything all right?",
    description:
      "Everything of the order has reached the customer: how to get help, and one click when something is wrong.",
    followUp: true,
    context: Type.Object(OrderContext),
    asked: null,
    follows: ["order.statusChanged", REQUESTED],
    occasionOf: requested("delivered", (event) => (event.data["to"] === "delivered" ? wholeOrder(event) : null)),
  },
] as const satisfies readonly MessageTrigger[];

export type OrderMessageTrigger = (typeof orderMessageTriggers)[number]["code"];

/** What an occasion says that cannot be read later, by trigger. */
export const CancelledFacts = Type.Object({
  lines: Type.Array(Type.Object({ lineNumber: Type.Integer(), quantity: Type.Integer() })),
});
export type CancelledFacts = Static<typeof CancelledFacts>;

export interface AskedFacts {
  answerBy: string;
  silence: Answer;
  lines: readonly AskedLine[];
}
