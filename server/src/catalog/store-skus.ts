import { statement } from "../platform/db/statements.ts";
import type { EntityRow, EntityStore } from "../platform/reference-data/change-entities.ts";
import { catalogEvents } from "./events.ts";
import { SKU_RULES, SkuFields } from "./sku.ts";

export const SKU_COLUMNS = `uuid, code, product_id as "productId", name, gtin, category_path as "categoryPath",
  weight_grams as "weightGrams", length_millimeters as "lengthMillimeters", width_millimeters as "widthMillimeters",
  height_millimeters as "heightMillimeters", image_url as "imageUrl", attributes, freight_class as "freightClass", hs_code as "hsCode",
  origin_country as "originCountry", hazard_class as "hazardClass", minimum_age as "minimumAge", units_of_measure as "unitsOfMeasure",
  serial_tracked as "serialTracked", lot_tracked as "lotTracked", expiry_tracked as "expiryTracked", active,
  external_id as "externalId", metadata, version, created_at as "createdAt", updated_at as "updatedAt"`;
export type SkuRow = EntityRow<SkuFields>;

/** Counts a change of this schema and locks all its writers until the commit. */
const nextCatalogRevision = statement<{ revision: number }>(
  "catalog.nextRevision",
  "update catalog.revision set revision = revision + 1 returning revision",
);

const readSkus = statement<SkuRow>(
  "catalog.readSkus",
  `select ${SKU_COLUMNS} from catalog.skus where code = any($1::text[])`,
);

/** Columns of the key stay untouched, so that order lines, which hold a key-share lock on their SKU, never wait. */
const writeSkus = statement(
  "catalog.writeSkus",
  `insert into catalog.skus as sku (uuid, code, product_id, name, gtin, category_path, weight_grams, length_millimeters, width_millimeters,
     height_millimeters, image_url, attributes, freight_class, hs_code, origin_country, hazard_class, minimum_age, units_of_measure,
     serial_tracked, lot_tracked, expiry_tracked, active, external_id, metadata, version, revision)
   select uuid, code, "productId", name, gtin, "categoryPath", "weightGrams", "lengthMillimeters", "widthMillimeters",
     "heightMillimeters", "imageUrl", attributes, "freightClass", "hsCode", "originCountry", "hazardClass", "minimumAge", "unitsOfMeasure",
     "serialTracked", "lotTracked", "expiryTracked", active, "externalId", metadata, version, $2::bigint
   from jsonb_to_recordset($1::jsonb) as given (uuid uuid, code text, "productId" text, name text, gtin text, "categoryPath" text,
     "weightGrams" int, "lengthMillimeters" int, "widthMillimeters" int, "heightMillimeters" int, "imageUrl" text, attributes jsonb,
     "freightClass" text, "hsCode" text, "originCountry" text, "hazardClass" text, "minimumAge" int, "unitsOfMeasure" jsonb,
     "serialTracked" boolean, "lotTracked" boolean, "expiryTracked" boolean, active boolean, "externalId" text, metadata jsonb, version int)
   on conflict (code) do update set product_id = excluded.product_id, name = excluded.name, gtin = excluded.gtin,
     category_path = excluded.category_path, weight_grams = excluded.weight_grams, length_millimeters = excluded.length_millimeters,
     width_millimeters = excluded.width_millimeters, height_millimeters = excluded.height_millimeters, image_url = excluded.image_url,
     attributes = excluded.attributes, freight_class = excluded.freight_class, hs_code = excluded.hs_code,
     origin_country = excluded.origin_country, hazard_class = excluded.hazard_class, minimum_age = excluded.minimum_age,
     units_of_measure = excluded.units_of_measure, serial_tracked = excluded.serial_tracked, lot_tracked = excluded.lot_tracked,
     expiry_tracked = excluded.expiry_tracked, active = excluded.active, external_id = excluded.external_id,
     metadata = excluded.metadata, version = excluded.version, revision = excluded.revision, updated_at = now()`,
);

export const skuStore: EntityStore<SkuFields> = {
  entityType: "sku",
  fieldNames: Object.keys(SkuFields) as (keyof SkuFields)[],
  nextRevision: nextCatalogRevision,
  read: readSkus,
  rules: () => Promise.resolve(SKU_RULES),
  write: (transaction, entities, revision) => {
    const rows = entities.map(({ uuid, code, version, fields }) => ({ uuid, code, version, ...fields }));
    transaction.write(writeSkus, [JSON.stringify(rows), revision]);
  },
  recordChanged: (transaction, events) =>
    catalogEvents.record(
      transaction,
      events.map(({ code, data, ...event }) => ({ ...event, type: "sku.changed", data: { sku: code, ...data } })),
    ),
};
