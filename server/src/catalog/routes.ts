import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/database.ts";
import { pageOf } from "../platform/http/paging.ts";
import { route, type Route } from "../platform/http/route.ts";
import { entityRoutes, entitySchema } from "../platform/reference-data/entity-routes.ts";
import type { SkuDirectory } from "./directory.ts";
import { Categories, listCategories } from "./list-categories.ts";
import { exportSkus, listSkus, SkuFilterQuery, SkuListQuery } from "./list-skus.ts";
import { SKU_REQUIRED, SkuFields } from "./sku.ts";
import { skuStore } from "./store-skus.ts";

export interface CatalogDependencies {
  database: Database;
  clock: Clock;
  skus: SkuDirectory;
}

const permissions = { read: "catalog:read", write: "catalog:write" };

export function catalogRoutes({ database, clock, skus }: CatalogDependencies): Route[] {
  const listed = { method: "GET", tag: "skus", permission: permissions.read } as const;
  return [
    route({
      ...listed,
      path: "/v1/skus",
      operationId: "listSkus",
      summary: "Search SKUs, in code order",
      query: SkuListQuery,
      responses: { 200: pageOf(entitySchema("Sku", SkuFields, "Something that can be ordered."), { $id: "SkuPage" }) },
      handle: ({ query }) => listSkus(database, query),
    }),
    route({
      ...listed,
      path: "/v1/skus.csv",
      operationId: "exportSkus",
      summary: "Export SKUs as CSV",
      description: "The columns of an import of SKUs, so that the file can be imported again.",
      query: SkuFilterQuery,
      produces: "text/csv",
      responses: { 200: null },
      handle: ({ query }) => exportSkus(database, query),
    }),
    route({
      ...listed,
      path: "/v1/categories",
      operationId: "listCategories",
      summary: "List the categories that SKUs have",
      responses: { 200: Categories },
      handle: () => listCategories(database),
    }),
    ...entityRoutes({
      database,
      clock,
      store: skuStore,
      plural: "skus",
      singular: "sku",
      permissions,
      fields: SkuFields,
      required: SKU_REQUIRED,
      exampleCode: "SHIRT-RED-M",
      deactivation: { active: false },
      // The catalog is one for all locations and channels.
      scope: () => null,
      changed: () => skus.refresh(),
    }),
  ];
}
