import { type Static, type TSchema, Type } from "typebox";
import { LOCATION_TYPES } from "../network/public.ts";
import { CODE_PATTERN } from "../platform/reference-data/codes.ts";

const MAX_NAMED = 500;
const MAX_SERVICES = 20;
const MAX_PRICES = 20;
const MAX_MESSAGES = 20;
const MAX_PROCESSING_MINUTES = 60 * 24 * 60;
const MAX_AMOUNT = 900_000_000_000_000;
const DOCUMENT_CODE = "^[a-z0-9][A-Za-z0-9._-]{0,63}$";
const closed = { additionalProperties: false } as const;

/** What the customer does: wait at home for days or for hours, or come to where the stock is, or to a point that it is brought to. */
export const METHOD_KINDS = ["delivery", "sameDay", "pickup", "curbside", "locker"] as const;
export type MethodKind = (typeof METHOD_KINDS)[number];

/** Collected where the stock is. */
export function isCollected(kind: MethodKind): boolean {
  return kind === "pickup" || kind === "curbside";
}

const listOf = <Item extends TSchema>(item: Item, description: string, maxItems = MAX_NAMED) =>
  Type.Optional(Type.Array(item, { minItems: 1, maxItems, uniqueItems: true, description }));
const code = (example: string) => Type.String({ pattern: CODE_PATTERN, examples: [example] });
const documentCode = (description: string, example: string) =>
  Type.String({ pattern: DOCUMENT_CODE, description, examples: [example] });
const amount = (description: string, example: number) =>
  Type.Integer({ minimum: 0, maximum: MAX_AMOUNT, description: `${description} In minor units.`, examples: [example] });

const places = (description: string) =>
  Type.Object(
    {
      types: listOf(Type.Enum(LOCATION_TYPES), "Types of locations."),
      groups: listOf(Type.String({ minLength: 1, maxLength: 64, examples: ["hub"] }), "Groups of locations."),
      locations: listOf(code("store-leeds"), "Codes of locations."),
    },
    { ...closed, minProperties: 1, description },
  );
export type Places = Static<ReturnType<typeof places>>;

const Clock = Type.Object(
  {
    processingMinutes: Type.Integer({
      minimum: 0,
      maximum: MAX_PROCESSING_MINUTES,
      description: "From the order until it is packed or ready, counted in the opening hours of the location.",
      examples: [30],
    }),
    slotMinutes: Type.Optional(
      Type.Integer({
        minimum: 5,
        maximum: 24 * 60,
        description: "Length of the times that are offered for collecting. Absent: any time of the opening hours.",
        examples: [60],
      }),
    ),
    slotDays: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 14,
        description: "Days for which times are offered; 3 when absent.",
        examples: [3],
      }),
    ),
    keptDays: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 90,
        description: "Days for which it is kept for the customer.",
        examples: [7],
      }),
    ),
  },
  { ...closed, description: "How long it takes at the location." },
);

const Price = Type.Object(
  {
    currency: Type.String({ pattern: "^[A-Z]{3}$", description: "ISO 4217.", examples: ["GBP"] }),
    amount: amount("What the customer pays, whatever the carrier costs.", 395),
    freeFrom: Type.Optional(amount("From this value of the goods on nothing is charged.", 5_000)),
  },
  closed,
);

/** The content of a document of the kind `fulfillment-method`. */
export const FulfillmentMethod = Type.Object(
  {
    title: Type.String({
      minLength: 1,
      maxLength: 200,
      description: "As customers read it.",
      examples: ["Collect in 30 minutes"],
    }),
    kind: Type.Enum(METHOD_KINDS, {
      description:
        "delivery: a carrier brings it within days · sameDay: within hours · pickup, curbside: it is collected where the stock is · locker: a carrier brings it to a location where it is collected.",
      examples: ["pickup"],
    }),
    clock: Clock,
    locations: Type.Optional(
      places("Where it may come from: any that is named. Absent: all locations of the channel."),
    ),
    collectionPoints: Type.Optional(places("Of the kind locker: the locations that it may be brought to.")),
    channels: listOf(code("web"), "The only channels that offer it."),
    process: Type.Optional(
      documentCode(
        "The workflow that its fulfillment orders run; absent: the one that the rules choose.",
        "pickup-fulfillment",
      ),
    ),
    services: Type.Optional(
      Type.Array(documentCode("Code of a carrier service.", "standard"), {
        minItems: 1,
        maxItems: MAX_SERVICES,
        uniqueItems: true,
        description: "Carrier services in order of preference: the first that may carry a parcel does.",
      }),
    ),
    prices: Type.Optional(
      Type.Array(Price, {
        maxItems: MAX_PRICES,
        description: "One for each currency. Absent: what the carrier costs; collecting is free.",
      }),
    ),
    messages: Type.Optional(
      Type.Array(
        Type.Object(
          {
            on: Type.String({
              minLength: 1,
              maxLength: 100,
              description: "The occasion.",
              examples: ["orderReadyForPickup"],
            }),
            template: documentCode("Code of a message template.", "ready-for-pickup"),
          },
          closed,
        ),
        { maxItems: MAX_MESSAGES, description: "What the customer is told, and when." },
      ),
    ),
  },
  {
    ...closed,
    $id: "FulfillmentMethod",
    description: "A way in which customers get their order: how fast, from where, by which process and carrier.",
  },
);
export type FulfillmentMethod = Static<typeof FulfillmentMethod>;
