import { Type, type Static } from "typebox";
import {
  amountField,
  idField,
  momentField,
  orNull,
  textField,
  versionField,
  wholeField,
} from "../platform/http/described.ts";
import { LocalTextAnswer } from "../platform/local-text.ts";
import { CustomerQuestion } from "./question-schema.ts";
import { Charge, FulfillmentChoice, json, Tender } from "./schemas.ts";

/** What the API tells of orders. Quantities are units, amounts are minor units of the order's currency. */

const orderId = idField("The order's ID (UUIDv7).");
const orderNumber = wholeField("The order's number, for people.", 100001);
const lineNumber = wholeField("Number of the line inside the order.", 1);
const sku = textField("SKU code.", "SHIRT-RED-M");
const location = textField("Location code.", "store-leeds");
const units = (description: string, example = 2) => wholeField(description, example);
const imageUrl = orNull(textField("A picture of the SKU: http(s), or a path of this server.", "/demo/shirt-red.svg"));
const skuName = textField("The SKU's name for people.", "Shirt, red, M");
const externalReference = textField("The channel's own order reference.", "W-100045");
const revision = wholeField("1, or more when the channel sent a new version.", 1);
const currency = textField("Currency of all amounts of the order, ISO 4217.", "GBP");
const orderStatus = textField("The order's status label.", "processing");
const grandTotal = amountField("What the order costs: its lines and charges less discounts.", 4497);

export const CapturedOrder = Type.Object(
  {
    id: orderId,
    number: orderNumber,
    externalReference,
    revision,
    status: orderStatus,
    allocations: Type.Array(
      Type.Object({ lineNumber, sku, location, quantity: units("Units reserved there for the line.") }),
      { description: "What was reserved where." },
    ),
    backordered: Type.Array(
      Type.Object({
        lineNumber,
        sku,
        quantity: units("Units of the line that wait."),
        expected: Type.Optional(
          Type.Array(
            Type.Object({
              quantity: units("Units promised from an expected receipt."),
              expectedOn: Type.String({
                format: "date",
                description: "When it is expected.",
                examples: ["2026-12-04"],
              }),
              location,
            }),
            { description: "What of it is promised of what is to come; absent: nothing." },
          ),
        ),
      }),
      { description: "What waits for stock." },
    ),
    fulfillmentOrders: Type.Array(
      Type.Object({
        id: idField("The fulfillment order's ID (UUIDv7)."),
        number: wholeField("Counted inside the order, from 1.", 1),
        location,
      }),
      { description: "The instructions to locations." },
    ),
    grandTotal,
    currency,
    version: versionField("the order"),
    replayed: Type.Boolean({ description: "True when this order had been captured before and nothing was changed." }),
  },
  { $id: "CapturedOrder", description: "The committed result of a capture." },
);
export type CapturedOrderAnswer = Static<typeof CapturedOrder>;

export const CancelledOrder = Type.Object(
  {
    orderId,
    orderNumber,
    status: textField("The order's label now.", "cancelled"),
    cancelled: Type.Array(Type.Object({ lineNumber, quantity: units("Units of the line that this call cancelled.") }), {
      description: "Units that this call cancelled; their stock is free again.",
    }),
    version: versionField("the order"),
  },
  { $id: "CancelledOrder", description: "What was cancelled." },
);

export const Shipment = Type.Object(
  {
    id: idField("The shipment's ID (UUIDv7)."),
    reference: textField("The shipment's reference at the location.", "SH-2041"),
    carrier: orNull(textField("Who carries it; null: not told.", "DPD")),
    trackingNumber: orNull(textField("The carrier's number of the parcel; null: not told.", "15501234567890")),
    trackingUrl: orNull(
      textField("Where the customer follows the parcel; null: not told.", "https://track.example.com/15501234567890"),
    ),
    status: textField("shipped, delivered or lost.", "shipped"),
    estimatedDeliveryOn: orNull(textField("Local date of the expected delivery; null: not told.", "2026-11-23")),
    shippedAt: momentField("When it left the location."),
    deliveredAt: orNull(momentField("When it arrived; null: not yet.", "2026-11-23T10:30:00.000Z")),
    lostAt: orNull(
      momentField("When it was lost; null: never. It stays when it arrives after all.", "2026-11-26T09:00:00.000Z"),
    ),
    lines: Type.Array(Type.Object({ lineNumber, quantity: units("Units of the line in this shipment.") }), {
      description: "What left with it.",
    }),
  },
  { $id: "Shipment", description: "What left a location in one go (F8)." },
);

export const FulfillmentOrder = Type.Object(
  {
    id: idField("The fulfillment order's ID (UUIDv7)."),
    orderId,
    orderNumber,
    number: wholeField("Counted inside the order, from 1.", 1),
    location,
    method: textField("How the customer gets it: delivery or pickup.", "delivery"),
    status: textField(
      "Label: created, scheduled, picking, packed, dispatched, fulfilled, expired, rejected, escalated or cancelled.",
      "picking",
    ),
    state: textField("State of its workflow.", "picking"),
    dueAt: orNull(
      momentField(
        "The location's cut-off by which it should leave, the next one when a hold has ended before it was begun; null: no due time.",
      ),
    ),
    expiresAt: orNull(momentField("Until when a ready pickup is kept; then its units are free again. Null: no limit.")),
    createdAt: momentField("When the location was given it."),
    statusAt: momentField("When it got its label."),
    rejectedReason: orNull(textField("Why the location rejected it; null: it did not.", "not found on the shelf")),
    version: versionField("the fulfillment order"),
    held: Type.Boolean({ description: "True while a hold keeps back what is still to come of the order." }),
    lines: Type.Array(
      Type.Object({
        lineNumber,
        sku,
        name: skuName,
        imageUrl,
        quantity: units("Units that the location was asked for."),
        shipped: units("Units that have left the location.", 1),
        delivered: units("Units that the customer has.", 0),
        withdrawn: units("Units cancelled, or moved to another location.", 0),
      }),
      { description: "What the location is to hand over." },
    ),
    shipments: Type.Array(Shipment, { description: "What has left of it, the first shipment first." }),
  },
  { $id: "FulfillmentOrder", description: "The instruction to one location." },
);
export type FulfillmentOrderAnswer = Static<typeof FulfillmentOrder>;

export const Hold = Type.Object(
  {
    id: idField("The hold's ID (UUIDv7)."),
    reason: textField("Why the order is held.", "fraud check"),
    note: orNull(textField("More about it; null: nothing.", "Address and card country differ.")),
    placedBy: textField("Who placed it: user:, key: or system:.", "user:0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"),
    placedByName: orNull(textField("The name of that user or key; null: the system.", "Ana Lopes")),
    placedAt: momentField("Since when the order is held."),
    releasedAt: orNull(momentField("When the hold ended; null: it is active.", "2026-11-20T15:10:00.000Z")),
    releasedBy: orNull(
      textField("Who ended it: user:, key: or system:; null: nobody.", "user:0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"),
    ),
    releasedByName: orNull(textField("The name of that user or key; null: the system, or nobody.", "Ana Lopes")),
  },
  { $id: "Hold", description: "A flag beside the status: while one is active nothing is released." },
);

export const ReleasedHold = Type.Object(
  { id: idField("The hold's ID (UUIDv7)."), orderId, releasedAt: momentField("When the hold ended.") },
  { description: "The hold that was ended." },
);

export const OrderLine = Type.Object(
  {
    lineNumber,
    externalReference: orNull(textField("The channel's own line reference; null: none.", "W-100045-1")),
    sku,
    name: skuName,
    imageUrl,
    fulfillmentChoice: textField("ID of the fulfillment choice that the line belongs to.", "home"),
    quantity: units("Units ordered."),
    unitPrice: amountField("Price of one unit before order-level charges.", 1999),
    backordered: units("Units waiting for stock.", 0),
    allocated: units("Units promised from a location, not shipped yet.", 1),
    shipped: units("Units that have left a location.", 1),
    delivered: units("Units that the customer has.", 0),
    cancelled: units("Units cancelled.", 0),
    expected: Type.Array(
      Type.Object({
        supplyId: idField("The expected receipt's ID (UUIDv7)."),
        quantity: units("Units of the line that are to come with it."),
        arrived: units("Units that have come and are kept for the line."),
        expectedOn: Type.String({ format: "date", description: "When it is expected.", examples: ["2026-12-04"] }),
        promisedOn: Type.String({
          format: "date",
          description: "The day that was promised.",
          examples: ["2026-12-04"],
        }),
        location,
      }),
      { description: "Waiting units that are promised of expected receipts." },
    ),
    status: textField(
      "Derived from the quantities: backordered, allocated, partially shipped, shipped, partially delivered, delivered, cancelled.",
      "partially shipped",
    ),
  },
  { $id: "OrderLine", description: "One line of an order." },
);

export const OrderSummary = Type.Object(
  {
    id: orderId,
    number: orderNumber,
    channel: textField("Code of the channel where it was ordered.", "web-uk"),
    externalReference,
    revision,
    type: textField(
      "What it is: standard, pickup, makeToOrder, service, preOrder, backOrder, dropShip or exchange.",
      "standard",
    ),
    status: orderStatus,
    currency,
    grandTotal,
    unitCount: units("Units ordered on all lines together."),
    customerName: orNull(textField("The customer's name; null: not told.", "Ada Okafor")),
    customerReference: orNull(textField("The retailer's own customer number; null: not told.", "C-20391")),
    held: Type.Boolean({ description: "True while a hold keeps back what is still to come." }),
    historical: Type.Boolean({ description: "True for a migrated order." }),
    orderedAt: momentField("When the customer ordered."),
    statusAt: momentField("When the order got its status."),
    version: versionField("the order"),
  },
  { $id: "OrderSummary", description: "A row of the order list." },
);
export type OrderSummaryAnswer = Static<typeof OrderSummary>;

const promised = (description: string) => Type.Optional(momentField(description));
const Promised = Type.Object(
  {
    checkoutId: idField("The checkout that offered it."),
    method: textField("Code of the fulfillment method.", "standard"),
    service: Type.Optional(textField("Code of the carrier service.", "standard")),
    shipBy: promised("All of it has left the locations at the latest."),
    deliverFrom: promised("The first of it arrives at the soonest."),
    deliverBy: promised("All of it has arrived at the latest."),
    readyAt: promised("It can be collected from then on."),
    price: Type.Optional(
      Type.Object({ amount: amountField("What it costs.", 395), currency }, { description: "What delivery costs." }),
    ),
    parcels: Type.Optional(
      Type.Array(
        Type.Object({
          location: Type.Optional(location),
          shipBy: promised("It leaves at the latest."),
          deliverBy: promised("It arrives at the latest."),
        }),
        { description: "From where; absent for callers who may see only some locations." },
      ),
    ),
    versions: Type.Record(Type.String(), Type.Integer(), {
      description: "The documents that it was worked out with, and their versions.",
      examples: [{ "fulfillment-method/standard": 3 }],
    }),
  },
  { $id: "OrderPromise", description: "What the customer was promised when it was ordered." },
);

const AnsweredChoice = Type.Object(
  { ...FulfillmentChoice.properties, promise: Type.Optional(Promised) },
  {
    $id: "OrderFulfillmentChoice",
    description: "The customer's choice for some of the lines, and what was promised for it.",
  },
);

export const Order = Type.Object(
  {
    ...OrderSummary.properties,
    state: textField("State of its workflow.", "processing"),
    priority: wholeField("From 0 to 100; higher keeps its stock longer when units are short.", 0),
    language: orNull(textField("The customer's language (BCP 47); null: the channel's.", "de-AT")),
    customer: Type.Object(
      {
        reference: orNull(textField("The retailer's own customer number; null: not told.", "C-20391")),
        name: orNull(textField("The customer's name; null: not told.", "Ada Okafor")),
        email: orNull(textField("The customer's e-mail address; null: not told.", "ada@example.com")),
        phone: orNull(textField("The customer's telephone number; null: not told.", "+44 113 496 0000")),
        tier: orNull(textField("What the customer is to the retailer; null: not told.", "gold")),
      },
      { description: "Who ordered." },
    ),
    itemTotal: amountField("Prices of all lines.", 3998),
    chargeTotal: amountField("Charges less discounts.", 499),
    capturedAt: momentField("When Orrery captured it."),
    holds: Type.Array(Hold, { description: "Every hold that was placed on it, ended ones included." }),
    questions: Type.Array(CustomerQuestion, { description: "What the customer was asked, the newest last." }),
    fulfillmentChoices: Type.Array(AnsweredChoice, { description: "Methods and places that the customer chose." }),
    lines: Type.Array(OrderLine, { description: "What is ordered, and how far each line is." }),
    charges: Type.Array(Charge, { description: "Taxes, shipping, discounts and the like." }),
    tenders: Type.Array(Tender, { description: "How it is paid." }),
    fulfillmentOrders: Type.Array(FulfillmentOrder, { description: "The instructions to locations." }),
    sourcing: Type.Array(
      Type.Object({
        attempt: wholeField("Counts the sourcing decisions of the order.", 1),
        decidedAt: momentField("When it was decided."),
        explanation: Type.Unknown({
          description:
            "One entry per fulfillment choice: the policy, the locations that it chose, and those that it considered or excluded, with distance in km, capacity left in fulfillment orders and usable units per line; and the version of the availability rules, with what they kept back.",
          examples: [
            [
              {
                choiceNumber: 1,
                reason: {
                  policy: "fewestThenNearest",
                  why: "oneLocation",
                  chosen: [12],
                  considered: [{ locationId: 12, distanceKm: 4.2, priority: 0, capacityLeft: 87, usable: [2] }],
                  excluded: [{ locationId: 15, why: "nothingUsable" }],
                },
                rules: { version: 7, kept: [{ lineNumber: 1, locationId: 15, free: 2, usable: 0 }] },
              },
            ],
          ],
        }),
        locations: Type.Record(Type.String(), Type.String(), {
          description: "Codes of the locations that the explanation names by number.",
          examples: [{ "12": "store-leeds" }],
        }),
      }),
      {
        description:
          "Why it was sourced as it was, one entry per decision. Empty for whoever sees only some locations: it tells of others.",
      },
    ),
    metadata: json("What the channel said besides."),
    attributes: json("What the order's workflow has noted of it."),
  },
  { $id: "Order", description: "An order with all that belongs to it." },
);
export type OrderAnswer = Static<typeof Order>;

export const OrderTimeline = Type.Object(
  {
    data: Type.Array(
      Type.Object({
        sequence: wholeField(
          "Counted inside the order, or inside the task that it tells of; without gaps, but for what concerns only locations that you may not see.",
          1,
        ),
        type: textField("Event type.", "order.captured"),
        occurredAt: momentField("When it happened, by the clock of its source."),
        recordedAt: momentField("When Orrery recorded it.", "2026-11-20T14:05:01.000Z"),
        actor: textField("Who: a user, an API key or the system.", "key:0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"),
        actorName: orNull(textField("The name of that user or key; null: the system.", "Web shop")),
        task: orNull(
          Type.Object(
            {
              id: idField("The task's ID."),
              title: { ...LocalTextAnswer, description: "What is to be done." },
              assigneeName: orNull(textField("Who was given it; null: nobody, or the event is not about that.", "Ada")),
              outcome: orNull({ ...LocalTextAnswer, description: "How it ended, for people." }),
            },
            { description: "The task of the order that this tells of; null: it tells of the order itself." },
          ),
        ),
        data: Type.Unknown({ description: "What, as the event carries it.", examples: [{ status: "processing" }] }),
      }),
      { description: "What happened, the first event first." },
    ),
  },
  { $id: "OrderTimeline", description: "Everything that happened to an order." },
);
