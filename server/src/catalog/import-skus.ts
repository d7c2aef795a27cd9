import type { Clock } from "../platform/clock.ts";
import { statement } from "../platform/db/statements.ts";
import type { ImportKind } from "../platform/imports/kinds.ts";
import { type EntityColumn, entityImportKind, type StagedRow } from "../platform/reference-data/import-entities.ts";
import type { CellType } from "../platform/reference-data/read-cell.ts";
import { SKU_RULES, SkuFields } from "./sku.ts";
import { skuStore } from "./store-skus.ts";

const readRows = statement<StagedRow>(
  "catalog.readStagedSkus",
  `select row_number as "rowNumber", code, product_id as "productId", name, gtin, category_path as "categoryPath", weight_grams as "weightGrams",
     length_millimeters as "lengthMillimeters", width_millimeters as "widthMillimeters", height_millimeters as "heightMillimeters",
     image_url as "imageUrl", attributes, freight_class as "freightClass", hs_code as "hsCode", origin_country as "originCountry",
     hazard_class as "hazardClass", minimum_age as "minimumAge", units_of_measure as "unitsOfMeasure", serial_tracked as "serialTracked",
     lot_tracked as "lotTracked", expiry_tracked as "expiryTracked", active, external_id as "externalId", metadata
   from catalog.sku_import_rows where import_id = $1::uuid and row_number between $2::int and $3::int order by row_number`,
);
const discard = statement(
  "catalog.discardStagedSkus",
  "delete from catalog.sku_import_rows where import_id = $1::uuid and row_number between $2::int and $3::int",
);

/** In the order of the COPY below. */
const CELLS: Record<keyof SkuFields, CellType> = {
  productId: "text",
  name: "text",
  gtin: "text",
  categoryPath: "text",
  weightGrams: "integer",
  lengthMillimeters: "integer",
  widthMillimeters: "integer",
  heightMillimeters: "integer",
  imageUrl: "text",
  attributes: "json",
  freightClass: "text",
  hsCode: "text",
  originCountry: "text",
  hazardClass: "text",
  minimumAge: "integer",
  unitsOfMeasure: "json",
  serialTracked: "boolean",
  lotTracked: "boolean",
  expiryTracked: "boolean",
  active: "boolean",
  externalId: "text",
  metadata: "json",
};

const COLUMNS: EntityColumn[] = [
  { name: "code", required: true, description: "The SKU's code.", example: "SHIRT-RED-M", cell: "text" },
  ...skuStore.fieldNames.map((name): EntityColumn => {
    const { description = "", examples = [] } = SkuFields[name] as { description?: string; examples?: unknown[] };
    const [example] = examples;
    return {
      name,
      required: false,
      description,
      example: typeof example === "string" ? example : JSON.stringify(example ?? ""),
      cell: CELLS[name],
    };
  }),
];

/** SKU files: `POST /v1/imports/skus`. What `GET /v1/skus.csv` exports can be imported again. */
export function skuImportKind({ clock }: { clock: Clock }): ImportKind {
  return entityImportKind({
    kind: "skus",
    summary: "Creates SKUs, or changes the columns that the file has; an empty cell clears its field.",
    permission: "catalog:write",
    clock,
    store: skuStore,
    fields: SkuFields,
    defaults: SKU_RULES.defaults,
    columns: COLUMNS,
    copy: `copy catalog.sku_import_rows (import_id, row_number, code, product_id, name, gtin, category_path, weight_grams, length_millimeters,
      width_millimeters, height_millimeters, image_url, attributes, freight_class, hs_code, origin_country, hazard_class, minimum_age,
      units_of_measure, serial_tracked, lot_tracked, expiry_tracked, active, external_id, metadata) from stdin`,
    discard,
    readRows,
    // The catalog is one for all locations and channels, as in the API.
    scope: () => null,
  });
}
