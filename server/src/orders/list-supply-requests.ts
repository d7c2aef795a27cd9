import { type Static, Type } from "typebox";
import { readPrepared, sql, where } from "../platform/db/composed.ts";
import type { Database } from "../platform/db/database.ts";
import { orNull } from "../platform/http/described.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, type Page, pageOf, PageQuery } from "../platform/http/paging.ts";
import { type Principal, type Route, route } from "../platform/http/route.ts";
import { iso } from "./get-order.ts";
import { supplyPromiseRoutes } from "./list-supply-promises.ts";

const SupplyRequestView = Type.Object(
  {
    id: Type.String({ format: "uuid", description: "The request." }),
    sku: Type.String({ description: "SKU code.", examples: ["SHIRT-RED-M"] }),
    name: Type.String({ description: "The SKU's name.", examples: ["Shirt, red, M"] }),
    imageUrl: orNull(Type.String({ description: "Its picture.", examples: ["/pictures/shirt.svg"] })),
    quantity: Type.Integer({ description: "Units that orders wait for and nothing is to come for.", examples: [12] }),
    orders: Type.Integer({ description: "Orders that wait for them.", examples: [7] }),
    waitsSince: Type.String({ format: "date-time", description: "When the first of them was ordered." }),
    openedAt: Type.String({ format: "date-time", description: "Since when it is asked for." }),
  },
  { $id: "SupplyRequest", description: "What orders wait for and nothing is to come of (I14)." },
);
type SupplyRequestView = Static<typeof SupplyRequestView>;

/** Who waits for what is to come, and what buyers have to order. */
export function supplyRoutes({ database }: { database: Database }): Route[] {
  return [
    ...supplyPromiseRoutes({ database }),
    route({
      method: "GET",
      path: "/v1/supply-requests",
      operationId: "listSupplyRequests",
      summary: "What orders wait for and nothing is to come of, the longest wait first",
      description:
        "A request begins half a minute after an order waits in vain, and ends by itself when enough is announced, or nobody waits any more. It counts all channels and locations, so whoever sees only some of them gets none.",
      permission: "inventory:read",
      tag: "Supply",
      query: Type.Object(
        {
          ...PageQuery,
          sku: Type.Optional(Type.String({ maxLength: 64, description: "SKU code.", examples: ["SHIRT-RED-M"] })),
        },
        { additionalProperties: false },
      ),
      responses: { 200: pageOf(SupplyRequestView, { $id: "SupplyRequestPage" }) },
      handle: ({ query, principal }) => listSupplyRequests(database, query, principal),
    }),
  ];
}

async function listSupplyRequests(
  database: Database,
  { limit = DEFAULT_PAGE_SIZE, after, sku }: { limit?: number; after?: string; sku?: string },
  { locationCodes, channelCodes }: Principal,
): Promise<Page<SupplyRequestView>> {
  const cursor = decodeCursor(after, ["time", "uuid"]);
  const conditions = [
    sql`r.closed_at is null`,
    ...(locationCodes === null && channelCodes === null ? [] : [sql`false`]),
    ...(sku === undefined ? [] : [sql`s.code = ${sku}`]),
    ...(cursor === null ? [] : [sql`(r.waits_since, r.id) > (${cursor[0]}::timestamptz, ${cursor[1]}::uuid)`]),
  ];
  const rows = await readPrepared(
    database,
    sql<SupplyRequestView & { since: string }>`
    select r.id, s.code as sku, s.name, s.image_url as "imageUrl", r.quantity::float8 as quantity, r.orders,
      ${iso("r.waits_since")} as "waitsSince", ${iso("r.opened_at")} as "openedAt",
      to_char(r.waits_since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as since
    from orders.supply_requests r join catalog.skus s on s.id = r.sku_id
    ${where(conditions)} order by r.waits_since, r.id limit ${limit + 1}::int`,
  );
  return cutPage(
    rows,
    limit,
    ({ since: _, ...row }) => row,
    (row) => [row.since, row.id],
  );
}
