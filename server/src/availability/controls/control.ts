import { type Static, type TSchema, Type } from "typebox";
import { LOCATION_TYPES } from "../../network/public.ts";
import { CODE_PATTERN } from "../../platform/reference-data/codes.ts";

export const MAX_RULES = 500;
const MAX_NAMED = 500;
const MAX_ATTRIBUTES = 5;
const MAX_UNITS = 1_000_000_000;
const closed = { additionalProperties: false } as const;

export const EFFECTS = ["exclude", "include", "safetyStock", "buffer", "minimum", "quota"] as const;
export const QUOTA_PERIODS = ["day", "week"] as const;
export type EffectType = (typeof EFFECTS)[number];

const Effect = Type.Object(
  {
    type: Type.Enum(EFFECTS, {
      description:
        "exclude: nothing of it is promised · include: it is, where a wider rule excludes it · safetyStock: units that stay at each location · buffer: units or a percentage that are kept back at each location after the safety stock · minimum: a location with fewer units than that promises none · quota: each channel sells at most so many units of each SKU.",
      examples: ["buffer"],
    }),
    units: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: MAX_UNITS,
        description: "Units at each location; of a quota, those of each SKU that a channel may sell in a period.",
        examples: [2],
      }),
    ),
    percent: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 100,
        description: "Of what is free at a location after the safety stock; what is kept is rounded up.",
        examples: [10],
      }),
    ),
    period: Type.Optional(
      Type.Enum(QUOTA_PERIODS, {
        description: "Of a quota: how often it begins anew, a week on Monday; absent: it lasts as long as the rule.",
        examples: ["day"],
      }),
    ),
    timeZone: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: "Of a quota with a period: whose midnight ends it, as an IANA name; absent: UTC.",
        examples: ["Europe/London"],
      }),
    ),
  },
  { ...closed, description: "What the rule does." },
);
export type ControlEffect = Static<typeof Effect>;

const listOf = <Item extends TSchema>(item: Item, description: string) =>
  Type.Optional(Type.Array(item, { minItems: 1, maxItems: MAX_NAMED, uniqueItems: true, description }));
const code = (example: string) => Type.String({ pattern: CODE_PATTERN, examples: [example] });
const label = (maxLength: number, example: string) => Type.String({ minLength: 1, maxLength, examples: [example] });

const Scope = Type.Object(
  {
    channels: listOf(code("web"), "Codes of channels."),
    markets: listOf(label(100, "GB"), "Markets that channels serve."),
    categories: listOf(label(500, "apparel/men"), "Paths of categories; whatever is below them belongs to them."),
    skus: listOf(code("SHIRT-RED-M"), "Codes of SKUs."),
    attributes: Type.Optional(
      Type.Record(
        Type.String({ pattern: "^.{1,64}$" }),
        Type.Array(label(200, "red"), { minItems: 1, maxItems: MAX_NAMED, uniqueItems: true }),
        {
          minProperties: 1,
          maxProperties: MAX_ATTRIBUTES,
          description: "Attributes of SKUs, each with the values that count, as text.",
          examples: [{ season: ["2026-winter"] }],
        },
      ),
    ),
    locations: listOf(code("store-leeds"), "Codes of locations."),
    locationTypes: listOf(Type.Enum(LOCATION_TYPES), "Types of locations."),
    locationGroups: listOf(label(64, "hub"), "Groups of locations."),
    vendors: listOf(code("vendor-oslo"), "Codes of vendors' locations, whose stock is shipped by them."),
  },
  { ...closed, description: "What the rule is about; what it does not name is not limited." },
);
export type ControlScope = Static<typeof Scope>;

const moment = (description: string, example: string) =>
  Type.Optional(Type.String({ format: "date-time", description, examples: [example] }));

export const Control = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 120, description: "For people.", examples: ["Marketplace buffer"] }),
    effect: Effect,
    scope: Type.Optional(Scope),
    validFrom: moment("In effect from this moment on; absent: at once.", "2026-11-27T00:00:00+00:00"),
    validUntil: moment("In effect before this moment; absent: until it is taken out.", "2026-12-01T00:00:00+00:00"),
  },
  closed,
);
export type Control = Static<typeof Control>;

/** The content of the one document that says what is kept back from whom. */
export const AvailabilityControls = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 200, description: "Its name.", examples: ["Availability rules"] }),
    rules: Type.Array(Control, { maxItems: MAX_RULES, description: "In any order: the most specific decides." }),
  },
  {
    ...closed,
    $id: "AvailabilityControls",
    description: "What may be promised of the stock, by channel, SKU and location.",
  },
);
export type AvailabilityControls = Static<typeof AvailabilityControls>;

/** Rules compete within a slot: of all that are about a SKU at a location in a channel, the most specific holds. */
export type Slot = "selling" | "safetyStock" | "buffer" | "minimum" | "quota";

export function slotOf({ type }: ControlEffect): Slot {
  return type === "exclude" || type === "include" ? "selling" : type;
}
