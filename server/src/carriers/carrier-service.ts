import { type Static, type TSchema, Type } from "typebox";
import { type Weekday, WEEKDAYS } from "../network/public.ts";

export const MAX_ZONES = 100;
const MAX_PLACES = 500;
const MAX_TABLES = 20;
const MAX_STEPS = 1_000;
const MAX_HOLIDAYS = 400;
const MAX_GRAMS = 1_000_000_000;
const MAX_MILLIMETERS = 10_000_000;
/** A tenth of 2^53: sums of a thousand prices stay exact. */
const MAX_AMOUNT = 900_000_000_000_000;
const closed = { additionalProperties: false } as const;

const TIME = "^([01][0-9]|2[0-3]):[0-5][0-9]$";

const name = (maxLength: number, description: string, example: string) =>
  Type.String({ minLength: 1, maxLength, description, examples: [example] });
const time = (description: string, example: string) => Type.String({ pattern: TIME, description, examples: [example] });
const listOf = <Item extends TSchema>(item: Item, description: string, maxItems = MAX_PLACES) =>
  Type.Optional(Type.Array(item, { minItems: 1, maxItems, uniqueItems: true, description }));
const whole = (description: string, maximum: number, example: number, minimum = 0) =>
  Type.Integer({ minimum, maximum, description, examples: [example] });
const country = Type.String({ pattern: "^[A-Z]{2}$", examples: ["GB"] });

const span = (unit: string, maximum: number, example: { from: number; to: number }) =>
  Type.Object(
    {
      from: whole(`At the soonest, in ${unit}.`, maximum, example.from),
      to: whole(`At the latest, in ${unit}.`, maximum, example.to),
    },
    closed,
  );

const Zone = Type.Object(
  {
    name: name(100, "For people and for the prices.", "Domestic"),
    domestic: Type.Optional(
      Type.Boolean({ description: "Only where the parcel stays in the country that it comes from.", examples: [true] }),
    ),
    countries: listOf(country, "Only these countries, ISO 3166-1 alpha-2."),
    postalCodes: listOf(
      Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9 -]{0,19}$", examples: ["BT"] }),
      "Only postal codes that begin like one of these; blanks and case do not count.",
    ),
    withinKilometers: Type.Optional(
      whole("Only so far from where the parcel leaves, as the crow flies.", 20_100, 15, 1),
    ),
    transitDays: Type.Optional(span("delivery days after the day of collection", 120, { from: 1, to: 2 })),
    transitMinutes: Type.Optional(span("minutes after the collection", 1_440, { from: 60, to: 120 })),
    timeZone: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: "IANA time zone in which it is delivered; absent: that of where the parcel leaves.",
        examples: ["Europe/London"],
      }),
    ),
  },
  { ...closed, description: "Where it goes and how long that takes. What is not named is not limited." },
);
export type CarrierZone = Static<typeof Zone>;

const CollectionDay = Type.Optional(
  Type.Object(
    {
      from: time("Collected from this time on.", "08:00"),
      until: time("What is handed over by this time goes the same day.", "18:00"),
    },
    closed,
  ),
);

const RateTable = Type.Object(
  {
    currency: Type.String({ pattern: "^[A-Z]{3}$", description: "ISO 4217.", examples: ["GBP"] }),
    steps: Type.Array(
      Type.Object(
        {
          zone: name(100, "Name of a zone.", "Domestic"),
          upToGrams: whole("For parcels up to this weight.", MAX_GRAMS, 2_000, 1),
          amount: whole("Price of a parcel, in minor units of the currency.", MAX_AMOUNT, 395),
        },
        closed,
      ),
      { minItems: 1, maxItems: MAX_STEPS, description: "The lightest step that is heavy enough counts." },
    ),
  },
  closed,
);

const Restrictions = Type.Object(
  {
    maxWeightGrams: Type.Optional(whole("Weight of a parcel.", MAX_GRAMS, 30_000, 1)),
    maxLengthMillimeters: Type.Optional(whole("Longest side of a unit.", MAX_MILLIMETERS, 1_200, 1)),
    maxGirthMillimeters: Type.Optional(
      whole("Longest side of a unit and twice each of the others.", MAX_MILLIMETERS, 3_000, 1),
    ),
    hazardClasses: listOf(
      name(50, "A class or UN number as SKUs have it, or *.", "UN3481"),
      "Dangerous goods that it carries; *: all. Absent: none.",
    ),
    freightClasses: listOf(name(50, "As SKUs have it.", "85"), "The only freight classes that it carries."),
    refusedCountries: listOf(country, "Where it does not deliver, whatever the zones say."),
    refusesPoBoxes: Type.Optional(Type.Boolean({ description: "Whether it leaves out PO boxes.", examples: [true] })),
  },
  { ...closed, description: "What it does not carry." },
);

/** The content of a document of the kind `carrier-service`. */
export const CarrierService = Type.Object(
  {
    title: name(200, "As customers and staff read it.", "Next day"),
    carrier: name(100, "Who carries it.", "Parcel Post"),
    zones: Type.Array(Zone, {
      minItems: 1,
      maxItems: MAX_ZONES,
      description: "The first that a destination is in counts; in none: not delivered.",
    }),
    collection: Type.Object(
      Object.fromEntries(WEEKDAYS.map((day) => [day, CollectionDay])) as Record<Weekday, typeof CollectionDay>,
      {
        ...closed,
        minProperties: 1,
        description: "When parcels are collected, in the time of where they leave. Days that are absent: not.",
      },
    ),
    delivery: Type.Object(
      {
        days: Type.Array(Type.Enum(WEEKDAYS), {
          minItems: 1,
          maxItems: 7,
          uniqueItems: true,
          description: "Weekdays.",
        }),
        from: time("Delivered from this time on.", "08:00"),
        until: time("Delivered until this time.", "18:00"),
      },
      { ...closed, description: "When it delivers, in the time of the destination." },
    ),
    holidays: Type.Optional(
      Type.Array(
        Type.Object(
          {
            on: Type.String({
              format: "date",
              maxLength: 10,
              description: "The local date.",
              examples: ["2026-12-25"],
            }),
            note: Type.Optional(name(200, "For people.", "Christmas")),
          },
          closed,
        ),
        { maxItems: MAX_HOLIDAYS, description: "Dates on which it neither collects nor delivers; each once." },
      ),
    ),
    rates: Type.Optional(
      Type.Array(RateTable, { maxItems: MAX_TABLES, description: "What a parcel costs, a table for each currency." }),
    ),
    restrictions: Type.Optional(Restrictions),
  },
  {
    ...closed,
    $id: "CarrierService",
    description: "A service of a carrier: where to, how fast, when, for how much, and what not.",
  },
);
export type CarrierService = Static<typeof CarrierService>;
