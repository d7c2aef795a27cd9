import type { Sku } from "../../api/generated/types.gen.ts";
import { numberOrNull, orNull } from "../empty-values.ts";

/** One free attribute as a row of the form. What is no text keeps its JSON. */
export type AttributeValues = { name: string; value: string };

export type SkuValues = {
  code: string;
  name: string;
  productId: string;
  gtin: string;
  categoryPath: string;
  imageUrl: string;
  weightGrams: number | string;
  lengthMillimeters: number | string;
  widthMillimeters: number | string;
  heightMillimeters: number | string;
  attributes: AttributeValues[];
  freightClass: string;
  hsCode: string;
  originCountry: string;
  hazardClass: string;
  minimumAge: number | string;
  unitsOfMeasure: { unit: string; quantity: number | string; gtin: string }[];
  serialTracked: boolean;
  lotTracked: boolean;
  expiryTracked: boolean;
  externalId: string;
};

export const emptySku: SkuValues = {
  code: "",
  name: "",
  productId: "",
  gtin: "",
  categoryPath: "",
  imageUrl: "",
  weightGrams: "",
  lengthMillimeters: "",
  widthMillimeters: "",
  heightMillimeters: "",
  attributes: [],
  freightClass: "",
  hsCode: "",
  originCountry: "",
  hazardClass: "",
  minimumAge: "",
  unitsOfMeasure: [],
  serialTracked: false,
  lotTracked: false,
  expiryTracked: false,
  externalId: "",
};

export function skuValues(sku: Sku): SkuValues {
  return {
    code: sku.code,
    name: sku.name,
    productId: sku.productId ?? "",
    gtin: sku.gtin ?? "",
    categoryPath: sku.categoryPath,
    imageUrl: sku.imageUrl ?? "",
    weightGrams: sku.weightGrams ?? "",
    lengthMillimeters: sku.lengthMillimeters ?? "",
    widthMillimeters: sku.widthMillimeters ?? "",
    heightMillimeters: sku.heightMillimeters ?? "",
    attributes: Object.entries(sku.attributes).map(([name, value]) => ({ name, value: textOf(value) })),
    freightClass: sku.freightClass ?? "",
    hsCode: sku.hsCode ?? "",
    originCountry: sku.originCountry ?? "",
    hazardClass: sku.hazardClass ?? "",
    minimumAge: sku.minimumAge ?? "",
    unitsOfMeasure: sku.unitsOfMeasure.map((each) => ({ ...each, gtin: each.gtin ?? "" })),
    serialTracked: sku.serialTracked,
    lotTracked: sku.lotTracked,
    expiryTracked: sku.expiryTracked,
    externalId: sku.externalId ?? "",
  };
}

/** `before` are the attributes as they were read: one that was not touched goes back exactly as it came. */
export function skuOf(values: SkuValues, before: Sku["attributes"]) {
  return {
    name: values.name.trim(),
    productId: orNull(values.productId),
    gtin: orNull(values.gtin),
    categoryPath: values.categoryPath.trim(),
    imageUrl: orNull(values.imageUrl),
    weightGrams: numberOrNull(values.weightGrams),
    lengthMillimeters: numberOrNull(values.lengthMillimeters),
    widthMillimeters: numberOrNull(values.widthMillimeters),
    heightMillimeters: numberOrNull(values.heightMillimeters),
    attributes: attributesOf(values.attributes, before),
    freightClass: orNull(values.freightClass),
    hsCode: orNull(values.hsCode),
    originCountry: orNull(values.originCountry),
    hazardClass: orNull(values.hazardClass),
    minimumAge: numberOrNull(values.minimumAge),
    unitsOfMeasure: values.unitsOfMeasure.map(({ unit, quantity, gtin }) => ({
      unit: unit.trim(),
      quantity: Number(quantity),
      ...(gtin.trim() === "" ? {} : { gtin: gtin.trim() }),
    })),
    serialTracked: values.serialTracked,
    lotTracked: values.lotTracked,
    expiryTracked: values.expiryTracked,
    externalId: orNull(values.externalId),
  };
}

function attributesOf(rows: readonly AttributeValues[], before: Sku["attributes"]): Sku["attributes"] {
  const named = rows.filter(({ name }) => name.trim() !== "");
  return Object.fromEntries(
    named.map(({ name, value }) => {
      const key = name.trim();
      return [key, key in before && textOf(before[key]) === value ? before[key] : value];
    }),
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
