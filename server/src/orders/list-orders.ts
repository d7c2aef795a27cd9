import type { Readable } from "node:stream";
import { type Static, Type } from "typebox";
import { type Condition, readComposed, sql, where } from "../platform/db/composed.ts";
import type { Database } from "../platform/db/database.ts";
import { csvStream, inBatches } from "../platform/http/csv.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, type Page, PageQuery } from "../platform/http/paging.ts";
import type { Principal } from "../platform/http/route.ts";
import { ORDER_TYPES } from "./order-types.ts";
import type { ShipmentQueries } from "./shipment-queries.ts";
import type { OrderSummaryAnswer } from "./answer-schemas.ts";

const code = (description: string, example: string) =>
  Type.Optional(Type.String({ maxLength: 64, minLength: 1, description, examples: [example] }));

/** The filters of O8; all of them together narrow the list. */
const filters = {
  status: Type.Optional(
    Type.String({
      maxLength: 200,
      description: "Status labels, separated by commas.",
      examples: ["processing,confirmed"],
    }),
  ),
  type: Type.Optional(
    Type.String({
      maxLength: 200,
      minLength: 1,
      description: `Types of orders, separated by commas: ${ORDER_TYPES.join(", ")}.`,
      examples: ["preOrder,backOrder"],
    }),
  ),
  channel: code("Channel code.", "web-uk"),
  orderedFrom: Type.Optional(Type.String({ format: "date-time", description: "Ordered at or after this moment." })),
  orderedTo: Type.Optional(Type.String({ format: "date-time", description: "Ordered before this moment." })),
  paymentMethod: code("Type of a tender.", "credit_card"),
  shippingMethod: code("Method (delivery, pickup) or service of a fulfillment choice.", "express"),
  customer: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 254,
      description: "Customer reference or e-mail, exactly, or the beginning of the name.",
      examples: ["C-20391"],
    }),
  ),
  sku: code("SKU code of a line.", "SHIRT-RED-M"),
  location: code("Location code of a fulfillment order.", "store-leeds"),
  query: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 254,
      description:
        "Order number, external reference, customer reference, e-mail, tracking number, or the beginning of the customer's name.",
      examples: ["W-100045"],
    }),
  ),
  held: Type.Optional(
    Type.Boolean({
      description: "Only orders that an active hold keeps back, or only others. A cancelled order is not.",
    }),
  ),
  holdReason: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: "Only orders that an active hold of this reason keeps back.",
      examples: ["fraud check"],
    }),
  ),
  unchangedSince: Type.Optional(
    Type.String({ format: "date-time", description: "Whose status has been the same since before this moment." }),
  ),
  backordered: Type.Optional(
    Type.Boolean({ description: "Only orders with a line that waits for stock, or only others." }),
  ),
  historical: Type.Optional(Type.Boolean({ description: "Only migrated orders, or only others." })),
};
export const OrderFilterQuery = Type.Object(filters, { additionalProperties: false });
export const OrderListQuery = Type.Object({ ...PageQuery, ...filters }, { additionalProperties: false });
export type OrderFilter = Static<typeof OrderFilterQuery>;

/** A hold keeps back what is still to come; of an order that has ended nothing is. */
export const HELD = sql`(o.holds > 0 and o.status not in ('cancelled', 'expired', 'complete'))`;

interface SummaryRow extends OrderSummaryAnswer {
  orderedAtMicros: string;
}

/** The newest orders first; exact under concurrent captures because the cursor is the row's own place. */
export async function listOrders(
  database: Database,
  shipments: ShipmentQueries,
  query: Static<typeof OrderListQuery>,
  principal: Principal,
): Promise<Page<OrderSummaryAnswer>> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const after = decodeCursor(query.after, ["time", "uuid"]);
  const rows = await selectOrders(database, shipments, query, principal, after, limit + 1);
  return cutPage(rows, limit, viewOf, (row) => [row.orderedAtMicros, row.id]);
}

const EXPORT_BATCH = 1_000;
const EXPORT_COLUMNS = [
  "number",
  "channel",
  "externalReference",
  "type",
  "status",
  "orderedAt",
  "customerReference",
  "customerName",
  "unitCount",
  "currency",
  "grandTotal",
  "held",
  "historical",
  "id",
] as const;

/** The whole filtered list as CSV (O9); amounts are minor units, as in the API. */
export function exportOrders(
  database: Database,
  shipments: ShipmentQueries,
  query: OrderFilter,
  principal: Principal,
): Readable {
  const batches = inBatches<SummaryRow>(EXPORT_BATCH, (last, limit) =>
    selectOrders(database, shipments, query, principal, last === null ? null : [last.orderedAtMicros, last.id], limit),
  );
  return csvStream(EXPORT_COLUMNS, batches, (row) => EXPORT_COLUMNS.map((column) => row[column]));
}

function viewOf({ orderedAtMicros: _, ...summary }: SummaryRow): OrderSummaryAnswer {
  return summary;
}

/** The same orders as in the list, newest first, with nothing but what decides about them. */
export async function findOrders(
  database: Database,
  shipments: ShipmentQueries,
  filter: OrderFilter,
  principal: Principal,
  limit: number,
): Promise<{ id: string; status: string }[]> {
  const conditions = await conditionsFor(database, shipments, filter, principal);
  return readComposed(
    database,
    sql<{ id: string; status: string }>`select o.id, o.status from orders.orders o ${where(conditions)}
      order by o.ordered_at desc, o.id desc limit ${limit}::int`,
  );
}

async function conditionsFor(
  database: Database,
  shipments: ShipmentQueries,
  filter: OrderFilter,
  principal: Principal,
): Promise<Condition[]> {
  return [
    ...conditionsOf(filter, shipments),
    ...channelScopeOf(principal),
    ...(await Promise.all(narrowingsOf(filter, principal).map(({ ids, walk }) => narrowed(database, ids, walk)))),
  ];
}

async function selectOrders(
  database: Database,
  shipments: ShipmentQueries,
  filter: OrderFilter,
  principal: Principal,
  after: [string, string] | null,
  limit: number,
): Promise<SummaryRow[]> {
  const conditions = await conditionsFor(database, shipments, filter, principal);
  if (after !== null) conditions.push(sql`(o.ordered_at, o.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`);
  return readComposed(
    database,
    sql<SummaryRow>`
    select o.id, o.number, c.code as channel, o.external_reference as "externalReference", o.revision, o.type, o.status, o.currency,
           o.grand_total as "grandTotal", o.unit_count as "unitCount", o.customer_name as "customerName",
           o.customer_reference as "customerReference", ${HELD} as held, o.historical,
           ${utc("o.ordered_at")} as "orderedAt", ${utc("o.status_at")} as "statusAt", o.version,
           to_char(o.ordered_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "orderedAtMicros"
      from orders.orders o join network.channels c on c.id = o.channel_id
      ${where(conditions)}
     order by o.ordered_at desc, o.id desc limit ${limit}::int`,
  );
}

function utc(column: string): Condition {
  return sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** Store and vendor users see the orders that their locations fulfill; keys of a channel see that channel's. */
export function scopeOf(principal: Principal): Condition[] {
  const conditions = channelScopeOf(principal);
  if (principal.locationCodes !== null) {
    conditions.push(sql`exists (select from orders.fulfillment_orders f join network.locations l on l.id = f.location_id
      where f.order_id = o.id and l.code = any(${[...principal.locationCodes]}::text[]))`);
  }
  return conditions;
}

function channelScopeOf({ channelCodes }: Principal): Condition[] {
  if (channelCodes === null) return [];
  return [sql`o.channel_id in (select id from network.channels where code = any(${[...channelCodes]}::text[]))`];
}

/** The IDs that an index finds, and the same as a condition on each order `o`, for when there are many. */
interface Narrowing {
  ids: Condition;
  walk?: Condition;
}

/** Each filter that may be met by few orders or by most. */
function narrowingsOf(filter: OrderFilter, { locationCodes }: Principal): Narrowing[] {
  const { sku, location, paymentMethod, shippingMethod, backordered } = filter;
  const narrowings: Narrowing[] = [];
  if (sku !== undefined)
    narrowings.push({
      ids: sql`select n.order_id from orders.order_lines n where n.sku_id = (select id from catalog.skus where code = ${sku})`,
    });
  if (location !== undefined) narrowings.push({ ids: ordersAt([location]) });
  if (locationCodes !== null) narrowings.push({ ids: ordersAt([...locationCodes]) });
  if (paymentMethod !== undefined)
    narrowings.push({ ids: sql`select t.order_id from orders.tenders t where t.type = ${paymentMethod}` });
  if (shippingMethod !== undefined)
    narrowings.push({
      ids: ordersByMethod(shippingMethod),
      // In this form PostgreSQL asks the choices of one order after the other; the union it would read as a whole.
      walk: sql`exists (select from orders.fulfillment_choices f where f.order_id = o.id and ${shippingMethod}::text in (f.method, f.service))`,
    });
  if (backordered === true)
    narrowings.push({ ids: sql`select n.order_id from orders.order_lines n where n.backordered > 0` });
  return narrowings;
}

function ordersAt(locationCodes: string[]): Condition {
  return sql`select f.order_id from orders.fulfillment_orders f
    where f.location_id = any(array(select id from network.locations where code = any(${locationCodes}::text[])))`;
}

function ordersByMethod(text: string): Condition {
  const methods = sql`f.method in ('delivery', 'pickup')`;
  const byService = sql`select f.order_id from orders.fulfillment_choices f where ${methods} and f.service = ${text}`;
  if (text !== "delivery" && text !== "pickup") return byService;
  return sql`select f.order_id from orders.fulfillment_choices f where f.method = ${text} union all ${byService}`;
}

/**
 * Up to so many orders are looked up and sorted, which takes 24 ms. Of 200,000 orders the ten of one location took 906 ms
 * when all were walked and 0.1 ms when looked up; a page of a location with every twentieth takes 2 ms by the walk.
 */
const RARE = 5_000;

/**
 * PostgreSQL takes every location and SKU for one of average demand, and then walks all orders, newest first, for a
 * vendor who has ten of them. So the index is asked first: few orders are looked up one by one and sorted; when there are
 * many, the walk soon fills a page. Both forms give the same orders, so it does not matter what is written in between.
 */
async function narrowed(
  database: Database,
  ids: Condition,
  walk: Condition = sql`o.id in (${ids})`,
): Promise<Condition> {
  const [few] = await readComposed(
    database,
    sql<{ found: number }>`select count(*)::int as found from (${ids} limit ${RARE + 1}::int) few`,
  );
  return few!.found <= RARE ? sql`o.id = any(array(${ids}))` : walk;
}

function conditionsOf(filter: OrderFilter, shipments: ShipmentQueries): Condition[] {
  const conditions: Condition[] = [];
  if (filter.status !== undefined)
    conditions.push(sql`o.status = any(${filter.status.split(",").map((label) => label.trim())}::text[])`);
  if (filter.type !== undefined)
    conditions.push(sql`o.type = any(${filter.type.split(",").map((type) => type.trim())}::text[])`);
  if (filter.channel !== undefined)
    conditions.push(sql`o.channel_id = (select id from network.channels where code = ${filter.channel})`);
  if (filter.orderedFrom !== undefined) conditions.push(sql`o.ordered_at >= ${filter.orderedFrom}::timestamptz`);
  if (filter.orderedTo !== undefined) conditions.push(sql`o.ordered_at < ${filter.orderedTo}::timestamptz`);
  if (filter.held !== undefined) conditions.push(filter.held ? HELD : sql`not ${HELD}`);
  if (filter.holdReason !== undefined) {
    conditions.push(
      sql`${HELD} and o.id in (select order_id from orders.holds where released_at is null and reason = ${filter.holdReason})`,
    );
  }
  if (filter.unchangedSince !== undefined) conditions.push(sql`o.status_at < ${filter.unchangedSince}::timestamptz`);
  if (filter.historical !== undefined) conditions.push(sql`o.historical = ${filter.historical}::boolean`);
  if (filter.backordered === false)
    conditions.push(sql`not exists (select from orders.order_lines n where n.order_id = o.id and n.backordered > 0)`);
  if (filter.customer !== undefined) conditions.push(sql`o.id in (${customerIds(filter.customer)})`);
  if (filter.query !== undefined) conditions.push(sql`o.id in (${anyIds(filter.query, shipments)})`);
  return conditions;
}

/** Each branch has an index; an `or` over the columns would read the whole table. */
function customerIds(text: string): Condition {
  const beginning = `${text.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
  return sql`select id from orders.orders where customer_reference = ${text}
    union select id from orders.orders where lower(customer_email) = lower(${text})
    union (select id from orders.orders where lower(customer_name) like ${beginning} limit 10000)`;
}

function anyIds(text: string, shipments: ShipmentQueries): Condition {
  const number = /^#?(\d{1,15})$/.exec(text)?.[1];
  const branches = [
    customerIds(text),
    sql`select id from orders.orders where external_reference = ${text}`,
    shipments.ordersByTracking(text),
  ];
  if (number !== undefined) branches.push(sql`select id from orders.orders where number = ${number}::bigint`);
  return sql.join(branches, sql` union `);
}
