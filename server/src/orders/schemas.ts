import { Type, type Static } from "typebox";
import { MAX_SAFE_AMOUNT } from "./limits.ts";
import { ORDER_TYPES } from "./order-types.ts";

/** What channels send: orders to capture. Quantities are units, amounts are minor units of the order's currency. */

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
export const json = (description: string) =>
  Type.Record(Type.String({ maxLength: 64 }), Type.Unknown(), {
    description,
    maxProperties: 100,
    examples: [{ giftWrap: true }],
  });

export const Address = Type.Object(
  {
    name: Type.Optional(text("Who receives it.", 200, "Ada Okafor")),
    line1: Type.Optional(text("Street and number.", 200, "12 Harbour Street")),
    line2: Type.Optional(text("Second address line.", 200, "Unit 4")),
    city: text("City.", 100, "Leeds"),
    region: Type.Optional(text("State, province or county.", 100, "West Yorkshire")),
    postalCode: Type.Optional(text("Postal code as the country writes it; leading zeros matter.", 20, "LS1 4DY")),
    country: Type.String({ pattern: "^[A-Z]{2}$", description: "ISO 3166-1 alpha-2.", examples: ["GB"] }),
    phone: Type.Optional(text("Telephone for the carrier.", 40, "+44 113 496 0000")),
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
    instructions: Type.Optional(
      text("For the carrier or the store.", 500, "Leave it with the neighbors at number 14."),
    ),
    giftMessage: Type.Optional(text("Printed on the gift card.", 500, "Happy birthday, Sam!")),
    collectors: Type.Optional(
      Type.Array(text("A person who may collect it.", 200, "Sam Okafor"), {
        maxItems: 10,
        description: "Who may collect it.",
      }),
    ),
  },
  { ...closed, $id: "FulfillmentChoice", description: "The customer's method, place and date for some of the lines." },
);

export const CaptureLine = Type.Object(
  {
    lineNumber: Type.Optional(lineNumber("Number inside the order; counted from 1 when absent.")),
    externalReference: Type.Optional(text("The channel's own line reference.", 100, "W-100045-1")),
    sku: code("What is ordered.", "SHIRT-RED-M"),
    quantity: units("Units ordered."),
    unitPrice: amount("Price of one unit before order-level charges."),
    fulfillmentChoice: Type.Optional(text("ID of a fulfillment choice; the first one when absent.", 64, "home")),
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
    description: Type.Optional(text("Shown to customer and staff.", 200, "VAT 20 %")),
  },
  { ...closed, $id: "Charge", description: "A typed amount beside the prices of the lines." },
);

export const Tender = Type.Object(
  {
    type: text("Payment method as the channel names it.", 40, "credit_card"),
    amount: amount("How much of the order it pays."),
    installments: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 999, description: "Number of installments.", examples: [3] }),
    ),
    reference: Type.Optional(text("The provider's reference. Never a card number.", 200, "pay_8f2c61")),
  },
  { ...closed, $id: "Tender", description: "A means by which the order is paid." },
);

export const Customer = Type.Object(
  {
    reference: Type.Optional(text("The retailer's own customer number.", 100, "C-20391")),
    tier: Type.Optional(text("What the customer is to the retailer; guards and rules may look at it.", 64, "gold")),
    name: Type.Optional(text("The customer's name.", 200, "Ada Okafor")),
    email: Type.Optional(text("The customer's e-mail address.", 254, "ada@example.com")),
    phone: Type.Optional(text("The customer's telephone number.", 40, "+44 113 496 0000")),
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
      Type.Enum([...ORDER_TYPES], {
        description:
          "What it is, which chooses the workflow it runs; when absent pickup if every choice is a pickup, else standard.",
        examples: ["standard"],
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
      Type.Integer({
        minimum: 0,
        maximum: 100,
        description: "Higher keeps its stock longer when units are short.",
        examples: [0],
      }),
    ),
    customer: Type.Optional(Customer),
    checkout: Type.Optional(
      Type.String({
        format: "uuid",
        description:
          "The checkout that it comes from: the order takes over the units that it holds, and keeps what it was promised.",
        examples: ["019aab10-5a70-7c2b-8d1e-3f5a9b7c2d4e"],
      }),
    ),
    language: Type.Optional(
      Type.String({
        pattern: "^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$",
        maxLength: 12,
        description: "The customer's language (BCP 47): messages are written in it. The channel's own when absent.",
        examples: ["de-AT"],
      }),
    ),
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
