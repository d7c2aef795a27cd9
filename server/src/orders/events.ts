import { Type } from "typebox";
import { ANSWERS, ENDED_BY } from "../messages/public.ts";
import { declareEvents } from "../platform/events/declare-events.ts";

const closed = { additionalProperties: false } as const;
const channel = Type.Union([Type.String(), Type.Null()], {
  description: "Code of the order's channel.",
  examples: ["web"],
});
const location = Type.String({ description: "Code of the location that it concerns.", examples: ["DC-EAST"] });
const fulfillmentOrderId = Type.String({ format: "uuid", description: "The fulfillment order." });
const reason = Type.String({ description: "Why; nothing of a person.", examples: ["not found on the shelf"] });
const LineUnits = Type.Array(
  Type.Object(
    {
      lineNumber: Type.Integer({ description: "The order's line.", examples: [1] }),
      quantity: Type.Integer({ description: "Units.", examples: [2] }),
    },
    closed,
  ),
  { description: "Which units." },
);
const day = (description: string) => Type.String({ format: "date", description });
const dayOrNull = (description: string) => Type.Union([Type.String({ format: "date" }), Type.Null()], { description });
const supplied = {
  lineNumber: Type.Integer({ description: "The line." }),
  sku: Type.String({ description: "SKU code." }),
  supplyId: Type.String({ format: "uuid", description: "The expected receipt." }),
};
const scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);
const about = {
  channel,
  fulfillmentOrderId: Type.Union([fulfillmentOrderId, Type.Null()], {
    description: "The fulfillment order whose workflow says so; null: the order's own.",
  }),
  location: Type.Optional(location),
};
const from = Type.String({ description: "The label before.", examples: ["processing"] });
const to = Type.String({ description: "The label now.", examples: ["shipped"] });

/** Facts of an order and its fulfillment orders; the entity is always the order, so its facts are one sequence. */
export const orderEvents = declareEvents({
  "order.captured": {
    version: 1,
    description: "An order was captured.",
    data: Type.Object(
      {
        channel,
        number: Type.Integer({ description: "The order's number." }),
        externalReference: Type.String({ description: "The channel's reference." }),
        type: Type.String({
          description: "standard, pickup, makeToOrder, service, preOrder, backOrder, dropShip or exchange.",
        }),
        status: Type.String({ description: "The label that it begins with.", examples: ["processing"] }),
        currency: Type.String({ description: "ISO 4217." }),
        grandTotal: Type.Integer({ description: "Minor units." }),
        unitCount: Type.Integer({ description: "Units ordered." }),
        historical: Type.Boolean({ description: "Migrated." }),
        lines: Type.Array(
          Type.Object(
            {
              lineNumber: Type.Integer({ description: "The line." }),
              sku: Type.String({ description: "SKU code." }),
              quantity: Type.Integer({ description: "Units." }),
              unitPrice: Type.Integer({ description: "Minor units." }),
            },
            closed,
          ),
          { description: "What was ordered." },
        ),
      },
      closed,
    ),
  },
  "order.actionTaken": {
    version: 1,
    description: "Somebody took an action that a workflow offers.",
    data: Type.Object(
      {
        channel,
        fulfillmentOrderId: Type.Union([fulfillmentOrderId, Type.Null()], {
          description: "What it was about; null: the order.",
        }),
        action: Type.String({ description: "The workflow's event.", examples: ["giftWrapped"] }),
        data: Type.Record(Type.String(), Type.Unknown(), {
          description: "What was entered, without what is personal.",
        }),
        personal: Type.Optional(
          Type.Array(Type.String(), {
            description: "Names of what was entered besides: the order's timeline tells it as long as it is kept.",
            examples: [["note"]],
          }),
        ),
      },
      closed,
    ),
  },
  "order.statusChanged": {
    version: 1,
    description: "The order's label changed.",
    data: Type.Object({ channel, from, to }, closed),
  },
  "order.superseded": {
    version: 1,
    description: "The channel sent a new version; this one is cancelled with it.",
    data: Type.Object(
      {
        channel,
        byOrderId: Type.String({ format: "uuid", description: "The new order." }),
        revision: Type.Integer({ description: "Number of the new version." }),
      },
      closed,
    ),
  },
  "order.unitsCancelled": {
    version: 1,
    description: "Units were cancelled; their stock is free again.",
    data: Type.Object(
      {
        channel,
        reason,
        lines: Type.Array(
          Type.Object(
            {
              lineNumber: Type.Integer({ description: "The order's line.", examples: [1] }),
              quantity: Type.Integer({ description: "Units.", examples: [2] }),
              waiting: Type.Integer({
                description:
                  "Those of them that waited for stock; fulfillmentOrder.unitsWithdrawn tells of the others.",
                examples: [0],
              }),
            },
            closed,
          ),
          { description: "Which units." },
        ),
      },
      closed,
    ),
  },
  "order.supplyPromised": {
    version: 1,
    description: "Units that wait are promised of what is to come.",
    data: Type.Object(
      {
        channel,
        lines: Type.Array(
          Type.Object(
            {
              ...supplied,
              location: Type.String({ description: "Where it is expected." }),
              quantity: Type.Integer({ description: "Units." }),
              expectedOn: Type.String({ format: "date", description: "When." }),
            },
            closed,
          ),
          { description: "What is promised." },
        ),
      },
      closed,
    ),
  },
  "order.supplyChanged": {
    version: 1,
    description: "Promised units come later than was promised, or not at all, or are promised of another receipt now.",
    data: Type.Object(
      {
        channel,
        lines: Type.Array(
          Type.Object(
            {
              ...supplied,
              promisedOn: day("The day that was promised."),
              expectedOn: day("When it is expected now."),
              waiting: Type.Integer({ description: "Units that are still to come with it." }),
              lost: Type.Integer({ description: "Units that will not come with it." }),
            },
            closed,
          ),
          { description: "What has become of each promise." },
        ),
      },
      closed,
    ),
  },
  "order.customerAsked": {
    version: 1,
    description: "The customer is asked what to do about units that come later than promised.",
    data: Type.Object(
      {
        channel,
        questionId: Type.String({ format: "uuid", description: "The question." }),
        answerBy: Type.String({ format: "date-time", description: "Until when it may be answered." }),
        silence: Type.Enum([...ANSWERS], { description: "The answer that silence stands for." }),
        answers: Type.Array(Type.Enum([...ANSWERS]), { description: "What may be answered." }),
        lines: Type.Array(
          Type.Object(
            {
              lineNumber: Type.Integer({ description: "The line." }),
              quantity: Type.Integer({ description: "Units that wait." }),
              promisedOn: dayOrNull("The day that was promised; null: nothing has changed for them."),
              expectedOn: dayOrNull("When they are expected now; null: nobody knows."),
            },
            closed,
          ),
          { description: "What waits." },
        ),
      },
      closed,
    ),
  },
  "order.customerAnswered": {
    version: 1,
    description: "What the customer was asked is answered, or need not be any more.",
    data: Type.Object(
      {
        channel,
        answer: Type.Union([Type.Enum([...ANSWERS]), Type.Null()], {
          description: "wait, change or cancel; null: there was nothing to answer any more.",
        }),
        by: Type.Enum([...ENDED_BY], {
          description:
            "customer: by a link. staff: somebody was told. silence: the deadline has passed. overtaken: the order has gone on.",
        }),
      },
      closed,
    ),
  },
  "order.unitsPerformed": {
    version: 1,
    description: "Units of a service are done, and the customer has them; no location and no stock took part.",
    data: Type.Object({ channel, lines: LineUnits }, closed),
  },
  "order.held": {
    version: 1,
    description: "A hold was placed: nothing is released.",
    data: Type.Object({ channel, holdId: Type.String({ format: "uuid", description: "The hold." }), reason }, closed),
  },
  "order.holdReleased": {
    version: 1,
    description: "A hold ended.",
    data: Type.Object({ channel, holdId: Type.String({ format: "uuid", description: "The hold." }) }, closed),
  },
  "order.attributesSet": {
    version: 1,
    description: "A workflow noted something of the order.",
    data: Type.Object(
      {
        channel,
        attributes: Type.Record(Type.String(), scalar, { description: "What was noted; null: taken away." }),
      },
      closed,
    ),
  },
  "order.signaled": {
    version: 1,
    description: "A workflow tells other systems that something has happened; its name is the workflow's own.",
    data: Type.Object(
      {
        ...about,
        name: Type.String({ description: "What has happened.", examples: ["giftWrapped"] }),
        data: Type.Record(Type.String(), scalar, { description: "What the workflow says of it." }),
      },
      closed,
    ),
  },
  "order.callAnswered": {
    version: 1,
    description: "A system that a workflow has called answered, or was given up.",
    data: Type.Object(
      {
        ...about,
        call: Type.String({ description: "The call's name in the workflow.", examples: ["fraudScore"] }),
        succeeded: Type.Boolean({ description: "Whether the answer was a yes: a status of 200 to 299." }),
        status: Type.Union([Type.Integer(), Type.Null()], { description: "HTTP status; null: no answer." }),
      },
      closed,
    ),
  },
  "order.messageRequested": {
    version: 1,
    description: "The workflow wants the customer told of something.",
    data: Type.Object({ channel, trigger: Type.String({ description: "What of.", examples: ["delayed"] }) }, closed),
  },
  "fulfillmentOrder.created": {
    version: 1,
    description: "A location was told to hand over units; they are allocated there.",
    data: Type.Object(
      {
        channel,
        fulfillmentOrderId,
        number: Type.Integer({ description: "Counted inside the order." }),
        location,
        method: Type.String({ description: "delivery or pickup." }),
        lines: Type.Array(
          Type.Object(
            {
              lineNumber: Type.Integer({ description: "The line." }),
              sku: Type.String({ description: "SKU code." }),
              quantity: Type.Integer({ description: "Units." }),
            },
            closed,
          ),
          { description: "What." },
        ),
      },
      closed,
    ),
  },
  "fulfillmentOrder.statusChanged": {
    version: 1,
    description: "The fulfillment order's label changed.",
    data: Type.Object({ channel, fulfillmentOrderId, location, from, to }, closed),
  },
  "fulfillmentOrder.unitsWithdrawn": {
    version: 1,
    description: "The location no longer hands over these units.",
    data: Type.Object(
      {
        channel,
        fulfillmentOrderId,
        location,
        to: Type.Union([Type.Literal("cancelled"), Type.Literal("backordered")], {
          description: "Where they went: gone, or sourced again.",
        }),
        reason,
        lines: LineUnits,
      },
      closed,
    ),
  },
  "fulfillmentOrder.readyForPickup": {
    version: 1,
    description: "Everything waits for the customer at the location's counter.",
    data: Type.Object({ channel, fulfillmentOrderId, location }, closed),
  },
  "fulfillmentOrder.pickupExtended": {
    version: 1,
    description: "A location keeps a ready pickup for another full pickup window.",
    data: Type.Object({ channel, fulfillmentOrderId, location }, closed),
  },
  "fulfillmentOrder.unitsShipped": {
    version: 1,
    description: "Units left the location.",
    data: Type.Object(
      {
        channel,
        fulfillmentOrderId,
        location,
        shipmentId: Type.Optional(Type.String({ format: "uuid", description: "The shipment; absent in old events." })),
        collected: Type.Optional(
          Type.Boolean({ description: "True when the customer took them at a counter; absent in old events." }),
        ),
        lines: LineUnits,
      },
      closed,
    ),
  },
  "fulfillmentOrder.shipmentLost": {
    version: 1,
    description: "A shipment was reported lost on its way; it may still be delivered later.",
    data: Type.Object(
      {
        channel,
        fulfillmentOrderId,
        location,
        shipmentId: Type.String({ format: "uuid", description: "The shipment." }),
        lines: LineUnits,
      },
      closed,
    ),
  },
  "fulfillmentOrder.unitsDelivered": {
    version: 1,
    description: "Units reached the customer.",
    data: Type.Object({ channel, fulfillmentOrderId, location, lines: LineUnits }, closed),
  },
});

export type OrderEventType = keyof typeof orderEvents.declarations;
