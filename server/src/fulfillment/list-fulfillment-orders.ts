import { type Static, Type } from "typebox";
import { fulfillmentOrderJson, type FulfillmentOrderAnswer } from "../orders/public.ts";
import { type Condition, readComposed, readPrepared, sql, where } from "../platform/db/composed.ts";
import type { Database } from "../platform/db/database.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, type Page, PageQuery } from "../platform/http/paging.ts";
import type { Principal } from "../platform/http/route.ts";
import { shipmentQueries } from "./shipment-queries.ts";
import { common } from "../platform/refusals.ts";

export const FulfillmentListQuery = Type.Object(
  {
    ...PageQuery,
    location: Type.Optional(Type.String({ maxLength: 64, description: "Location code.", examples: ["store-leeds"] })),
    status: Type.Optional(
      Type.String({ maxLength: 200, description: "Labels, separated by commas.", examples: ["created,scheduled"] }),
    ),
    method: Type.Optional(
      Type.Union([Type.Literal("delivery"), Type.Literal("pickup")], { description: "Only this method." }),
    ),
    dueBefore: Type.Optional(Type.String({ format: "date-time", description: "Due before this moment." })),
    unchangedSince: Type.Optional(
      Type.String({ format: "date-time", description: "Whose label has been the same since before this moment." }),
    ),
    query: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: "Order number or SKU code.", examples: ["100001"] }),
    ),
  },
  { additionalProperties: false },
);

interface Row {
  answer: FulfillmentOrderAnswer;
  sortAt: string;
}

/** What has to be done at locations, the most urgent first. Work without a due time comes last. */
export async function listFulfillmentOrders(
  database: Database,
  query: Static<typeof FulfillmentListQuery>,
  principal: Principal,
): Promise<Page<FulfillmentOrderAnswer>> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const after = decodeCursor(query.after, ["time", "uuid"]);
  const conditions = [...conditionsOf(query), ...scopeOf(principal)];
  if (after !== null)
    conditions.push(
      sql`(coalesce(f.due_at, 'infinity'), f.id) > (${after[0] === FAR ? "infinity" : after[0]}::timestamptz, ${after[1]}::uuid)`,
    );
  const rows = await readComposed(
    database,
    sql<Row>`
    select ${fulfillmentOrderJson(shipmentQueries)} as answer,
           case when f.due_at is null then ${FAR} else to_char(f.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') end as "sortAt"
      from orders.fulfillment_orders f join orders.orders o on o.id = f.order_id
      join network.locations fl on fl.id = f.location_id join workflow.instances fi on fi.entity_id = f.id
      ${where(conditions)}
     order by ${orderOf(query, principal)} limit ${limit + 1}::int`,
  );
  return cutPage(
    rows,
    limit,
    (row) => row.answer,
    (row) => [row.sortAt, row.answer.id],
  );
}

/**
 * The same order, said in two ways. Whole lists follow the index of due times. What has an index of its own must not: it
 * would walk the whole history from the oldest due time to find the open work at its end.
 */
function orderOf({ location, status, query }: Static<typeof FulfillmentListQuery>, principal: Principal): Condition {
  const narrow = [location, status, query].some((given) => given !== undefined) || principal.locationCodes !== null;
  return narrow ? sql`f.due_at nulls last, f.id` : sql`coalesce(f.due_at, 'infinity'), f.id`;
}

/** Stands for "no due time" in cursors. */
const FAR = "9999-12-31T23:59:59Z";

export async function getFulfillmentOrder(
  database: Database,
  id: string,
  principal: Principal,
): Promise<FulfillmentOrderAnswer> {
  const [row] = await readPrepared(
    database,
    sql<{ answer: FulfillmentOrderAnswer }>`
    select ${fulfillmentOrderJson(shipmentQueries)} as answer
      from orders.fulfillment_orders f join orders.orders o on o.id = f.order_id
      join network.locations fl on fl.id = f.location_id join workflow.instances fi on fi.entity_id = f.id
      ${where([sql`f.id = ${id}::uuid`, ...scopeOf(principal)])}`,
  );
  if (row === undefined)
    throw common.refuse("notFound", { message: `There is no fulfillment order ${id} that you may see.` });
  return row.answer;
}

function scopeOf(principal: Principal): Condition[] {
  const conditions: Condition[] = [];
  if (principal.locationCodes !== null) conditions.push(sql`fl.code = any(${[...principal.locationCodes]}::text[])`);
  if (principal.channelCodes !== null)
    conditions.push(
      sql`o.channel_id in (select id from network.channels where code = any(${[...principal.channelCodes]}::text[]))`,
    );
  return conditions;
}

function conditionsOf(query: Static<typeof FulfillmentListQuery>): Condition[] {
  const conditions: Condition[] = [];
  if (query.location !== undefined) conditions.push(sql`fl.code = ${query.location}`);
  if (query.status !== undefined)
    conditions.push(sql`f.status = any(${query.status.split(",").map((label) => label.trim())}::text[])`);
  if (query.method !== undefined) conditions.push(sql`f.method = ${query.method}`);
  if (query.dueBefore !== undefined) conditions.push(sql`f.due_at < ${query.dueBefore}::timestamptz`);
  if (query.unchangedSince !== undefined) conditions.push(sql`f.status_at < ${query.unchangedSince}::timestamptz`);
  if (query.query !== undefined) conditions.push(sql`f.id in (${idsMatching(query.query)})`);
  return conditions;
}

/** Each branch has an index; an `or` would read the whole table. Lines are found by the SKU of their order's lines. */
function idsMatching(text: string): Condition {
  const bySku = sql`select x.fulfillment_order_id from orders.order_lines n
      join orders.fulfillment_orders xf on xf.order_id = n.order_id
      join orders.fulfillment_order_lines x
        on x.fulfillment_order_id = xf.id and x.line_number = n.number and x.sku_id = n.sku_id
     where n.sku_id = (select id from catalog.skus where code = ${text})`;
  const number = /^#?(\d{1,15})$/.exec(text)?.[1];
  if (number === undefined) return bySku;
  return sql`select nf.id from orders.orders numbered join orders.fulfillment_orders nf on nf.order_id = numbered.id
     where numbered.number = ${number}::bigint union ${bySku}`;
}
