import { Type, type Static } from "typebox";
import { MAX_SAFE_AMOUNT } from "./limits.ts";

/** The public models of orders. Quantities are units, amounts are minor units of the order's currency. */

const closed = { additionalProperties: false } as const;
const text = (description: string, maxLength = 200, example?: string) =>
  Type.String({ description, maxLength, ...(example === undefined ? {} : { examples: [example] }) });
const code = (description: string, example: string) =>
  Type.String({ description, pattern: "^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$", examples: [example] });
const moment = (description: string) =>
  Type.String({ format: "date-time", description, maxLength: 40, examples: ["2026-11-20T14:05:00Z"] });
const amount = (description: string, minimum = 0) =>
  Type.Integer({
    description: `${description} In minor units of the currency.`,
    minimum,
    maximum: MAX_SAFE_AMOUNT,
    examples: [1999],
  });
const units = (description: string, minimum = 1) =>
  Type.Integer({ description, minimum, maximum: 1_000_000, examples: [minimum === 0 ? 0 : 2] });
const lineNumber = (description: string) =>
  Type.Integer({ description, minimum: 1, maximum: 1_000_000, examples: [1] });
const nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);
const json = (description: string) =>
  Type.Record(Type.String({ maxLength: 64 }), Type.Unknown(), { description, maxProperties: 100 });

export const Address = Type.Object(
  {
    name: Type.Optional(text("Who receives it.", 200, "Ada Okafor")),
    line1: Type.Optional(text("Street and number.", 200, "12 Harbour Street")),
    line2: Type.Optional(text("Second address line.")),
    city: text("City.", 100, "Leeds"),
    region: Type.Optional(text("State, province or county.", 100)),
    postalCode: Type.Optional(text("Postal code as the country writes it; leading zeros matter.", 20, "LS1 4DY")),
    country: Type.String({ pattern: "^[A-Z]{2}$", description: "ISO 3166-1 alpha-2.", examples: ["GB"] }),
    phone: Type.Optional(text("Telephone for the carrier.", 40)),
    latitude: Type.Optional(
      Type.Number({
        minimum: -90,
        maximum: 90,
        description: "Degrees north; with it sourcing measures distance.",
        examples: [53.797],
      }),
    ),
    longitude: Type.Optional(
      Type.Number({ minimum: -180, maximum: 180, description: "Degrees east.", examples: [-1.546] }),
    ),
  },
  { ...closed, $id: "Address", description: "A postal address." },
);

export const FulfillmentChoice = Type.Object(
  {
    id: text("Name of this choice inside the order; lines point to it.", 64, "home"),
    method: Type.Union([Type.Literal("delivery"), Type.Literal("pickup")], {
      description: "How the customer gets it.",
    }),
    location: Type.Optional(code("Where it is collected; required for pickup.", "store-leeds")),
    service: Type.Optional(text("The carrier service or class that the customer chose.", 64, "standard")),
    address: Type.Optional(Address),
    notBefore: Type.Optional(moment("Start of the agreed window.")),
    notAfter: Type.Optional(moment("End of the agreed window.")),
    instructions: Type.Optional(text("For the carrier or the store.", 500)),
    giftMessage: Type.Optional(text("Printed on the gift card.", 500)),
    collectors: Type.Optional(
      Type.Array(text("A person who may collect it."), { maxItems: 10, description: "Who may collect it." }),
    ),
  },
  { ...closed, $id: "FulfillmentChoice", description: "The customer's method, place and date for some of the lines." },
);

export const CaptureLine = Type.Object(
  {
    lineNumber: Type.Optional(lineNumber("Number inside the order; counted from 1 when absent.")),
    externalReference: Type.Optional(text("The channel's own line reference.", 100)),
    sku: code("What is ordered.", "SHIRT-RED-M"),
    quantity: units("Units ordered."),
    unitPrice: amount("Price of one unit before order-level charges."),
    fulfillmentChoice: Type.Optional(text("ID of a fulfillment choice; the first one when absent.", 64)),
    location: Type.Optional(code("Pins the source; needs the permission orders:migrate.", "dc-north")),
    attributes: Type.Optional(json("Custom attributes of the line.")),
  },
  { ...closed, $id: "CaptureLine", description: "One line of an order to capture." },
);

export const Charge = Type.Object(
  {
    type: Type.Union(
      [
        Type.Literal("tax"),
        Type.Literal("duty"),
        Type.Literal("shipping"),
        Type.Literal("fee"),
        Type.Literal("deposit"),
        Type.Literal("discount"),
      ],
      { description: "What it is for. Discounts reduce the total, all others raise it." },
    ),
    line: Type.Optional(lineNumber("The line it belongs to; the whole order when absent.")),
    amount: amount("How much."),
    description: Type.Optional(text("Shown to customer and staff.")),
  },
  { ...closed, $id: "Charge", description: "A typed amount beside the prices of the lines." },
);

export const Tender = Type.Object(
  {
    type: text("Payment method as the channel names it.", 40, "credit_card"),
    amount: amount("How much of the order it pays."),
    installments: Type.Optional(Type.Integer({ minimum: 0, maximum: 999, description: "Number of installments." })),
    reference: Type.Optional(text("The provider's reference. Never a card number.", 200)),
  },
  { ...closed, $id: "Tender", description: "A means by which the order is paid." },
);

export const Customer = Type.Object(
  {
    reference: Type.Optional(text("The retailer's own customer number.", 100, "C-20391")),
    name: Type.Optional(text("Name.", 200)),
    email: Type.Optional(text("E-mail address.", 254)),
    phone: Type.Optional(text("Telephone.", 40)),
  },
  { ...closed, $id: "Customer", description: "Who ordered." },
);

export const CaptureOrder = Type.Object(
  {
    channel: code("Where it was ordered.", "web-uk"),
    externalReference: text(
      "The channel's own order reference; capture is idempotent on channel and reference.",
      100,
      "W-100045",
    ),
    type: Type.Optional(
      Type.Union([Type.Literal("standard"), Type.Literal("pickup")], {
        description: "The workflow it runs; pickup when every choice is a pickup.",
      }),
    ),
    currency: Type.Optional(
      Type.String({
        pattern: "^[A-Z]{3}$",
        description: "ISO 4217; the channel's currency when absent.",
        examples: ["GBP"],
      }),
    ),
    orderedAt: Type.Optional(
      moment("When the customer ordered; now when absent. Only historical orders may be older than a day."),
    ),
    historical: Type.Optional(
      Type.Boolean({
        description: "A migrated order: past times are kept, no timer, message or webhook fires. Needs orders:migrate.",
      }),
    ),
    priority: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 100, description: "Higher keeps its stock longer when units are short." }),
    ),
    customer: Type.Optional(Customer),
    fulfillmentChoices: Type.Array(FulfillmentChoice, {
      minItems: 0,
      maxItems: 50,
      description: "Methods and places; at least one when there are lines.",
    }),
    lines: Type.Array(CaptureLine, {
      maxItems: 2_000,
      description: "What is ordered. Only historical orders may have none.",
    }),
    charges: Type.Optional(
      Type.Array(Charge, { maxItems: 5_000, description: "Taxes, shipping, discounts and the like." }),
    ),
    tenders: Type.Optional(Type.Array(Tender, { maxItems: 100, description: "How it is paid." })),
    metadata: Type.Optional(json("Custom attributes of the order.")),
  },
  { ...closed, $id: "CaptureOrder", description: "An order to capture." },
);
export type CaptureOrderInput = Static<typeof CaptureOrder>;

const FulfillmentOrderRef = Type.Object({ id: Type.String(), number: Type.Integer(), location: Type.String() });

export const CapturedOrder = Type.Object(
  {
    id: Type.String({ description: "The order's ID (UUIDv7)." }),
    number: Type.Integer({ description: "The order's number, for people.", examples: [100001] }),
    externalReference: Type.String(),
    revision: Type.Integer({ description: "1, or more when the channel sent a new version." }),
    status: Type.String({ description: "Status label.", examples: ["processing"] }),
    allocations: Type.Array(
      Type.Object({
        lineNumber: Type.Integer(),
        sku: Type.String(),
        location: Type.String(),
        quantity: Type.Integer(),
      }),
      { description: "What was reserved where." },
    ),
    backordered: Type.Array(Type.Object({ lineNumber: Type.Integer(), sku: Type.String(), quantity: Type.Integer() }), {
      description: "What waits for stock.",
    }),
    fulfillmentOrders: Type.Array(FulfillmentOrderRef, { description: "The instructions to locations." }),
    grandTotal: Type.Integer({ description: "Minor units." }),
    currency: Type.String(),
    version: Type.Integer(),
    replayed: Type.Boolean({ description: "True when this order had been captured before and nothing was changed." }),
  },
  { $id: "CapturedOrder", description: "The committed result of a capture." },
);
export type CapturedOrderAnswer = Static<typeof CapturedOrder>;

export const Shipment = Type.Object(
  {
    id: Type.String(),
    reference: Type.String(),
    carrier: nullable(Type.String()),
    trackingNumber: nullable(Type.String()),
    trackingUrl: nullable(Type.String()),
    status: Type.String({ description: "shipped, delivered or lost." }),
    estimatedDeliveryOn: nullable(Type.String()),
    shippedAt: Type.String(),
    deliveredAt: nullable(Type.String()),
    lines: Type.Array(Type.Object({ lineNumber: Type.Integer(), quantity: Type.Integer() })),
  },
  { $id: "Shipment", description: "What left a location in one go (F8)." },
);

export const FulfillmentOrder = Type.Object(
  {
    id: Type.String(),
    orderId: Type.String(),
    orderNumber: Type.Integer(),
    number: Type.Integer({ description: "Counted inside the order." }),
    location: Type.String({ description: "Location code." }),
    method: Type.String(),
    status: Type.String({
      description:
        "Label: created, scheduled, picking, packed, dispatched, fulfilled, expired, rejected, escalated or cancelled.",
    }),
    state: Type.String({ description: "State of its workflow." }),
    dueAt: nullable(Type.String({ description: "The location's cut-off by which it should leave." })),
    expiresAt: nullable(
      Type.String({ description: "Until when a ready pickup is kept; then its units are free again. Null: no limit." }),
    ),
    createdAt: Type.String(),
    statusAt: Type.String(),
    rejectedReason: nullable(Type.String()),
    version: Type.Integer(),
    held: Type.Boolean({ description: "True while a hold keeps back what is still to come of the order." }),
    lines: Type.Array(
      Type.Object({
        lineNumber: Type.Integer(),
        sku: Type.String(),
        name: Type.String(),
        imageUrl: nullable(Type.String()),
        quantity: Type.Integer(),
        shipped: Type.Integer(),
        delivered: Type.Integer(),
        withdrawn: Type.Integer({ description: "Cancelled, or moved to another location." }),
      }),
    ),
    shipments: Type.Array(Shipment),
  },
  { $id: "FulfillmentOrder", description: "The instruction to one location." },
);
export type FulfillmentOrderAnswer = Static<typeof FulfillmentOrder>;

export const Hold = Type.Object(
  {
    id: Type.String(),
    reason: Type.String(),
    note: nullable(Type.String()),
    placedBy: Type.String({ description: "Who: user:, key: or system:." }),
    placedByName: nullable(Type.String({ description: "The name of that user or key; null: the system." })),
    placedAt: Type.String(),
    releasedAt: nullable(Type.String()),
    releasedBy: nullable(Type.String()),
    releasedByName: nullable(Type.String()),
  },
  { $id: "Hold", description: "A flag beside the status: while one is active nothing is released." },
);

export const OrderLine = Type.Object(
  {
    lineNumber: Type.Integer(),
    externalReference: nullable(Type.String()),
    sku: Type.String(),
    name: Type.String(),
    imageUrl: nullable(Type.String()),
    fulfillmentChoice: Type.String(),
    quantity: Type.Integer(),
    unitPrice: Type.Integer({ description: "Minor units." }),
    backordered: Type.Integer({ description: "Waiting for stock." }),
    allocated: Type.Integer({ description: "Promised from a location, not shipped yet." }),
    shipped: Type.Integer(),
    delivered: Type.Integer(),
    cancelled: Type.Integer(),
    status: Type.String({
      description:
        "Derived from the quantities: backordered, allocated, partially shipped, shipped, partially delivered, delivered, cancelled.",
    }),
  },
  { $id: "OrderLine", description: "One line of an order." },
);

export const OrderSummary = Type.Object(
  {
    id: Type.String(),
    number: Type.Integer(),
    channel: Type.String(),
    externalReference: Type.String(),
    revision: Type.Integer(),
    type: Type.String(),
    status: Type.String(),
    currency: Type.String(),
    grandTotal: Type.Integer({ description: "Minor units." }),
    unitCount: Type.Integer(),
    customerName: nullable(Type.String()),
    customerReference: nullable(Type.String()),
    held: Type.Boolean(),
    historical: Type.Boolean(),
    orderedAt: Type.String(),
    statusAt: Type.String(),
    version: Type.Integer(),
  },
  { $id: "OrderSummary", description: "A row of the order list." },
);
export type OrderSummaryAnswer = Static<typeof OrderSummary>;

export const Order = Type.Object(
  {
    ...OrderSummary.properties,
    state: Type.String({ description: "State of its workflow." }),
    priority: Type.Integer(),
    customer: Type.Object({
      reference: nullable(Type.String()),
      name: nullable(Type.String()),
      email: nullable(Type.String()),
      phone: nullable(Type.String()),
    }),
    itemTotal: Type.Integer({ description: "Minor units." }),
    chargeTotal: Type.Integer({ description: "Charges less discounts, minor units." }),
    capturedAt: Type.String(),
    holds: Type.Array(Hold),
    fulfillmentChoices: Type.Array(FulfillmentChoice),
    lines: Type.Array(OrderLine),
    charges: Type.Array(Charge),
    tenders: Type.Array(Tender),
    fulfillmentOrders: Type.Array(FulfillmentOrder),
    sourcing: Type.Array(
      Type.Object({
        attempt: Type.Integer(),
        decidedAt: Type.String(),
        explanation: Type.Unknown(),
        locations: Type.Record(Type.String(), Type.String(), {
          description: "Codes of the locations that the explanation names by number.",
        }),
      }),
      {
        description:
          "Why it was sourced as it was, one entry per decision. Empty for whoever sees only some locations: it tells of others.",
      },
    ),
    metadata: json("Custom attributes."),
  },
  { $id: "Order", description: "An order with all that belongs to it." },
);
export type OrderAnswer = Static<typeof Order>;
