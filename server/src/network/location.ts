import { Type, type Static } from "typebox";
import { externalId, flag, metadata, orNull, text, whole } from "../platform/reference-data/fields.ts";
import type { EntityRules } from "../platform/reference-data/decide-changes.ts";
import type { Fault } from "../platform/refusals.ts";
import { Calendar, faultsOfCalendar } from "./calendar.ts";
import { isTimeZone } from "./time-zone.ts";

export const LOCATION_TYPES = ["warehouse", "store", "3pl", "vendor", "virtual"] as const;
export type LocationType = (typeof LOCATION_TYPES)[number];
const MAX_GROUPS = 50;

const addressText = (maxLength: number, description: string, example: string) =>
  Type.Optional(Type.String({ maxLength, description, examples: [example] }));

const LocationAddress = Type.Object(
  {
    line1: addressText(200, "Street and number.", "12 Harbour Street"),
    line2: addressText(200, "Second address line.", "Unit 4"),
    city: addressText(100, "City.", "Leeds"),
    region: addressText(100, "State, province or county.", "West Yorkshire"),
    postalCode: addressText(20, "Postal code as the country writes it.", "LS1 4DY"),
    country: Type.Optional(
      Type.String({ pattern: "^[A-Z]{2}$", description: "ISO 3166-1 alpha-2.", examples: ["GB"] }),
    ),
    phone: addressText(40, "Telephone.", "+44 113 496 0000"),
  },
  { additionalProperties: false, description: "Where it is." },
);

export const LocationFields = {
  name: text(200, "Name for people.", "Leeds Briggate"),
  type: Type.Enum(LOCATION_TYPES, {
    description: "What it is; further kinds (hub, regional, franchise) are groups.",
    examples: ["store"],
  }),
  groups: Type.Array(
    Type.String({
      pattern: "^[^|]{1,64}$",
      description: "A group; no |, which separates them in files.",
      examples: ["hub"],
    }),
    {
      maxItems: MAX_GROUPS,
      uniqueItems: true,
      description: "Groups it belongs to, usable in every rule.",
      examples: [["hub", "franchise"]],
    },
  ),
  address: LocationAddress,
  latitude: orNull(
    Type.Number({
      minimum: -90,
      maximum: 90,
      description: "Degrees north; with it distances are measured.",
      examples: [53.797],
    }),
  ),
  longitude: orNull(Type.Number({ minimum: -180, maximum: 180, description: "Degrees east.", examples: [-1.546] })),
  timeZone: Type.String({
    minLength: 1,
    maxLength: 64,
    description: "IANA time zone of its calendar.",
    examples: ["Europe/London"],
  }),
  calendar: Calendar,
  capacityPerDay: orNull(
    whole(
      0,
      10_000_000,
      "Fulfillment orders it can handle in a day (of its cut-offs); when they are reached, sourcing asks others first. Null: no limit.",
      400,
    ),
  ),
  priority: whole(0, 1_000_000, "Among equals the lower goes first.", 100),
  active: flag("Whether it takes new work.", true),
  externalId,
  metadata,
};
const LocationShape = Type.Object(LocationFields);
export type LocationFields = Static<typeof LocationShape>;

export const LOCATION_REQUIRED = ["name", "type", "timeZone"] as const;

const DEFAULTS: Partial<LocationFields> = {
  groups: [],
  address: {},
  latitude: null,
  longitude: null,
  calendar: {},
  capacityPerDay: null,
  priority: 100,
  active: true,
  externalId: null,
  metadata: {},
};

export function faultsOfLocation(fields: LocationFields): Fault[] {
  const faults = faultsOfCalendar(fields.calendar).map(({ pointer, message }) => ({
    pointer: `/calendar${pointer}`,
    message,
  }));
  if (!isTimeZone(fields.timeZone))
    faults.push({ pointer: "/timeZone", message: "is not an IANA time zone, for example Europe/London" });
  if ((fields.latitude === null) !== (fields.longitude === null))
    faults.push({ pointer: "/longitude", message: "latitude and longitude go together" });
  return faults;
}

export const LOCATION_RULES: EntityRules<LocationFields> = {
  defaults: DEFAULTS,
  required: LOCATION_REQUIRED,
  faultsOf: faultsOfLocation,
};
