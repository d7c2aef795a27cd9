import { expect, test } from "vitest";
import { emptySku, skuOf, skuValues } from "./sku-values.ts";

const known = {
  code: "SHIRT",
  name: "Shirt",
  productId: null,
  gtin: "4006381333931",
  categoryPath: "apparel/shirts",
  imageUrl: null,
  weightGrams: 240,
  lengthMillimeters: null,
  widthMillimeters: null,
  heightMillimeters: null,
  attributes: { color: "red", organic: true, sizes: ["S", "M"] },
  freightClass: null,
  hsCode: null,
  originCountry: "PT",
  hazardClass: null,
  minimumAge: 0,
  unitsOfMeasure: [{ unit: "case", quantity: 12 }],
  serialTracked: false,
  lotTracked: true,
  expiryTracked: false,
  externalId: null,
};
const record = { ...known, active: true, metadata: {}, version: 3, createdAt: "", updatedAt: "" };

test("a SKU comes out of a form as it went in, attributes that are no texts included", () => {
  const { code, ...fields } = known;
  expect(code).toBe("SHIRT");
  expect(skuOf(skuValues(record), record.attributes)).toEqual(fields);
});

test("what was left empty is sent as nothing, never as an empty text or a zero", () => {
  expect(skuOf({ ...emptySku, name: " Mug " }, {})).toMatchObject({
    name: "Mug",
    gtin: null,
    weightGrams: null,
    minimumAge: null,
    categoryPath: "",
    attributes: {},
  });
});
