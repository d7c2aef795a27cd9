import { Type, type Static } from "typebox";
import {
  externalId,
  flag,
  freeProperties,
  metadata,
  optionalText,
  orNull,
  text,
  whole,
} from "../platform/reference-data/fields.ts";
import type { EntityRules } from "../platform/reference-data/decide-changes.ts";
import type { Fault } from "../platform/refusals.ts";
import { faultOfGtin, type GtinFault } from "./gtin.ts";

const MAX_UNITS_OF_MEASURE = 20;
const MAX_GRAMS = 1_000_000_000;
const MAX_MILLIMETERS = 10_000_000;

const Gtin = Type.String({
  maxLength: 14,
  description: "GTIN-8, -12, -13 or -14 with its check digit.",
  examples: ["4006381333931"],
});
const millimeters = (side: string) =>
  orNull(whole(0, MAX_MILLIMETERS, `${side} of the packed unit in millimeters.`, 320));

const UnitOfMeasure = Type.Object(
  {
    unit: text(32, "Name of the unit.", "case"),
    quantity: whole(1, 1_000_000, "Base units that one of it holds.", 12),
    gtin: Type.Optional(Gtin),
  },
  { additionalProperties: false },
);

/** Segments without blanks around them; the empty path is the root. */
export const CATEGORY_PATTERN = "^([^/\\s]([^/]*[^/\\s])?(/[^/\\s]([^/]*[^/\\s])?)*)?$";

export const SkuFields = {
  productId: optionalText(100, "The product of which it is a variant, as the product master names it.", "SHIRT"),
  name: text(500, "Name for people.", "Shirt, red, M"),
  gtin: orNull(Gtin),
  categoryPath: Type.String({
    maxLength: 500,
    pattern: CATEGORY_PATTERN,
    description: "Category from the general to the special, separated by slashes; empty: none.",
    examples: ["apparel/men/shirts"],
  }),
  weightGrams: orNull(whole(0, MAX_GRAMS, "Weight of the packed unit in grams.", 240)),
  lengthMillimeters: millimeters("Length"),
  widthMillimeters: millimeters("Width"),
  heightMillimeters: millimeters("Height"),
  imageUrl: orNull(
    Type.String({
      maxLength: 2_000,
      pattern: "^(https?://|/)",
      description: "A picture: http(s), or a path of this server.",
      examples: ["/demo/shirt-red.svg"],
    }),
  ),
  attributes: freeProperties("What tells it from its siblings, and what rules ask for.", { color: "red", size: "M" }),
  freightClass: optionalText(50, "Freight class, for carriers.", "85"),
  hsCode: orNull(
    Type.String({
      pattern: "^[0-9][0-9.]{3,14}$",
      description: "Customs tariff number (Harmonized System).",
      examples: ["6205.20"],
    }),
  ),
  originCountry: orNull(
    Type.String({ pattern: "^[A-Z]{2}$", description: "Country of origin, ISO 3166-1 alpha-2.", examples: ["PT"] }),
  ),
  hazardClass: optionalText(50, "Dangerous goods class or UN number.", "UN3481"),
  minimumAge: orNull(whole(0, 150, "Age in years that the customer must have.", 18)),
  unitsOfMeasure: Type.Array(UnitOfMeasure, {
    maxItems: MAX_UNITS_OF_MEASURE,
    description: "Larger units in which it is handled; stock counts base units.",
    examples: [[{ unit: "case", quantity: 12 }]],
  }),
  serialTracked: flag("Every unit has a serial number.", false),
  lotTracked: flag("Stock is kept by lot.", false),
  expiryTracked: flag("Stock expires.", false),
  active: flag("Whether it can be ordered.", true),
  externalId,
  metadata,
};
const SkuShape = Type.Object(SkuFields);
export type SkuFields = Static<typeof SkuShape>;

export const SKU_REQUIRED = ["name"] as const;

export const SKU_RULES: EntityRules<SkuFields> = {
  required: SKU_REQUIRED,
  defaults: {
    productId: null,
    gtin: null,
    categoryPath: "",
    weightGrams: null,
    lengthMillimeters: null,
    widthMillimeters: null,
    heightMillimeters: null,
    imageUrl: null,
    attributes: {},
    freightClass: null,
    hsCode: null,
    originCountry: null,
    hazardClass: null,
    minimumAge: null,
    unitsOfMeasure: [],
    serialTracked: false,
    lotTracked: false,
    expiryTracked: false,
    active: true,
    externalId: null,
    metadata: {},
  },
  faultsOf: faultsOfSku,
};

function faultsOfSku(fields: SkuFields): Fault[] {
  const faults: Fault[] = [];
  const check = (gtin: string | null | undefined, pointer: string) => {
    const fault = gtin ? faultOfGtin(gtin) : null;
    if (fault !== null) faults.push({ pointer, message: GTIN_MESSAGES[fault], code: "badGtin" });
  };
  check(fields.gtin, "/gtin");
  const units = new Set<string>();
  for (const [index, { unit, gtin }] of fields.unitsOfMeasure.entries()) {
    check(gtin, `/unitsOfMeasure/${index}/gtin`);
    if (units.has(unit))
      faults.push({ pointer: `/unitsOfMeasure/${index}/unit`, message: `names the unit ${unit} a second time` });
    units.add(unit);
  }
  return faults;
}

const GTIN_MESSAGES: Record<GtinFault, string> = {
  length: "must have 8, 12, 13 or 14 digits",
  checkDigit: "has a wrong check digit",
};
