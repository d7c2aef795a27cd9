import { type Static, Type } from "typebox";
import { readPrepared, sql, where } from "../platform/db/composed.ts";
import type { Database } from "../platform/db/database.ts";
import { orNull } from "../platform/http/described.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, type Page, pageOf, PageQuery } from "../platform/http/paging.ts";
import { type Principal, type Route, route } from "../platform/http/route.ts";
import { iso } from "./get-order.ts";
import { scopeOf } from "./list-orders.ts";
import { CustomerQuestion } from "./question-schema.ts";

const SupplyPromiseView = Type.Object(
  {
    orderId: Type.String({ format: "uuid", description: "The order." }),
    orderNumber: Type.Integer({ description: "Its number.", examples: [100045] }),
    channel: Type.String({ description: "Code of its channel.", examples: ["web"] }),
    status: Type.String({ description: "Its label.", examples: ["confirmed"] }),
    lineNumber: Type.Integer({ description: "The line.", examples: [1] }),
    waiting: Type.Integer({ description: "Units still to come.", examples: [2] }),
    arrived: Type.Integer({ description: "Units that have come and are kept for the line.", examples: [0] }),
    priority: Type.Integer({ description: "Higher goes first.", examples: [0] }),
    waitsSince: Type.String({ format: "date-time", description: "Since when the order waits." }),
    promisedOn: Type.String({ format: "date", description: "The day that was promised.", examples: ["2026-12-04"] }),
    question: orNull(
      Type.Pick(CustomerQuestion, ["askedAt", "answerBy", "silence", "endedAt", "answer", "endedBy"], {
        description: "What the customer was asked last, because units come later than promised; null: nothing.",
      }),
    ),
  },
  { $id: "SupplyPromise", description: "A line of an order that waits for an expected receipt." },
);
type SupplyPromiseView = Static<typeof SupplyPromiseView>;

/** Who waits for what is to come, in the order in which they have it. */
export function supplyPromiseRoutes({ database }: { database: Database }): Route[] {
  return [
    route({
      method: "GET",
      path: "/v1/supplies/:id/promises",
      operationId: "listSupplyPromises",
      summary: "Who waits for an expected receipt, in the order in which they have it",
      permission: "orders:read",
      tag: "Supply",
      params: Type.Object({ id: Type.String({ format: "uuid", description: "The supply's ID." }) }),
      query: Type.Object(PageQuery, { additionalProperties: false }),
      responses: { 200: pageOf(SupplyPromiseView, { $id: "SupplyPromisePage" }) },
      handle: ({ params, query, principal }) => listSupplyPromises(database, params.id, query, principal),
    }),
  ];
}

async function listSupplyPromises(
  database: Database,
  supplyId: string,
  { limit = DEFAULT_PAGE_SIZE, after }: { limit?: number; after?: string },
  principal: Principal,
): Promise<Page<SupplyPromiseView>> {
  const cursor = decodeCursor(after, ["integer", "time", "uuid", "integer"]);
  const conditions = [
    sql`p.supply_id = ${supplyId}::uuid`,
    sql`p.waiting + p.arrived > 0`,
    ...(cursor === null
      ? []
      : [
          sql`(-p.priority::bigint, p.waits_since, p.order_id, p.line_number::bigint) > (${cursor[0]}::bigint, ${cursor[1]}::timestamptz, ${cursor[2]}::uuid, ${cursor[3]}::bigint)`,
        ]),
    ...scopeOf(principal),
  ];
  const rows = await readPrepared(
    database,
    sql<SupplyPromiseView & { since: string }>`
    select p.order_id as "orderId", o.number as "orderNumber", c.code as channel, o.status, p.line_number as "lineNumber", p.waiting, p.arrived,
      p.priority, ${iso("p.waits_since")} as "waitsSince", p.promised_on::text as "promisedOn",
      to_char(p.waits_since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as since,
      (select json_build_object('askedAt', ${iso("q.asked_at")}, 'answerBy', ${iso("q.answer_by")}, 'silence', q.silence,
          'endedAt', ${iso("q.ended_at")}, 'answer', q.answer, 'endedBy', q.ended_by)
         from orders.questions q where q.order_id = p.order_id order by q.asked_at desc limit 1) as question
    from inventory.supply_promises p join orders.orders o on o.id = p.order_id join network.channels c on c.id = o.channel_id
    ${where(conditions)} order by -p.priority::bigint, p.waits_since, p.order_id, p.line_number limit ${limit + 1}::int`,
  );
  return cutPage(
    rows,
    limit,
    ({ since: _, ...row }) => row,
    (row) => [-row.priority, row.since, row.orderId, row.lineNumber],
  );
}
