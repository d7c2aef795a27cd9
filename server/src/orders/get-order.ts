import { actorNames } from "../access/public.ts";
import type { Database } from "../platform/db/database.ts";
import { type Condition, readPrepared, sql } from "../platform/db/composed.ts";
import type { Principal } from "../platform/http/route.ts";
import { isId } from "../platform/ids.ts";
import { common } from "../platform/refusals.ts";
import { lineStatus } from "./aggregate.ts";
import { HELD, scopeOf } from "./list-orders.ts";
import type { OrderAnswer } from "./answer-schemas.ts";
import type { ShipmentQueries } from "./shipment-queries.ts";

export const iso = (column: string): Condition =>
  sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Fulfillment orders with their lines and shipments, as the API shows them; `f` and `o` are in scope. */
export const fulfillmentOrderJson = (shipments: ShipmentQueries): Condition => sql`json_build_object(
  'id', f.id, 'orderId', f.order_id, 'orderNumber', o.number, 'number', f.number, 'location', fl.code, 'method', f.method, 'status', f.status,
  'state', fi.state, 'dueAt', ${iso("f.due_at")}, 'createdAt', ${iso("f.created_at")}, 'statusAt', ${iso("f.status_at")},
  'rejectedReason', f.rejected_reason, 'version', f.version, 'held', ${HELD},
  'expiresAt', case when f.method = 'pickup' and (f.ready_at is not null or f.status = 'ready for pickup') then (select ${iso("w.due_at")}
     from workflow.timers w where w.entity_id = f.id and w.entry = fi.entry order by w.due_at limit 1) end,
  'lines', (select json_agg(json_build_object('lineNumber', n.line_number, 'sku', s.code, 'name', s.name, 'imageUrl', s.image_url,
      'quantity', n.quantity, 'shipped', n.shipped, 'delivered', n.delivered, 'withdrawn', n.withdrawn) order by n.line_number)
     from orders.fulfillment_order_lines n join catalog.skus s on s.id = n.sku_id where n.fulfillment_order_id = f.id),
  'shipments', ${shipments.ofFulfillmentOrder})`;

/** The order with all that belongs to it. `reference` is its ID, its number, or `channel:externalReference` (the latest revision). */
export async function getOrder(
  database: Database,
  shipments: ShipmentQueries,
  reference: string,
  principal: Principal,
): Promise<OrderAnswer> {
  const scope = scopeOf(principal);
  const conditions = scope.length === 0 ? sql`` : sql` and ${sql.join(scope, sql` and `)}`;
  const ownLocations =
    principal.locationCodes === null ? sql`` : sql` and fl.code = any(${[...principal.locationCodes]}::text[])`;
  const [row] = await readPrepared(
    database,
    sql<{ order: OrderAnswer }>`
    select json_build_object(
      'id', o.id, 'number', o.number, 'channel', c.code, 'externalReference', o.external_reference, 'revision', o.revision, 'type', o.type,
      'status', o.status, 'state', i.state, 'currency', o.currency, 'priority', o.priority, 'historical', o.historical, 'held', ${HELD},
      'customerName', o.customer_name, 'customerReference', o.customer_reference,
      'customer', json_build_object('reference', o.customer_reference, 'name', o.customer_name, 'email', o.customer_email, 'phone', o.customer_phone, 'tier', o.customer_tier), 'language', o.language,
      'itemTotal', o.item_total, 'chargeTotal', o.charge_total, 'grandTotal', o.grand_total, 'unitCount', o.unit_count,
      'orderedAt', ${iso("o.ordered_at")}, 'capturedAt', ${iso("o.captured_at")}, 'statusAt', ${iso("o.status_at")},
      'metadata', o.metadata, 'attributes', coalesce(o.attributes, '{}'), 'version', o.version,
      'holds', coalesce((select json_agg(json_build_object('id', h.id, 'reason', h.reason, 'note', h.note, 'placedBy', h.placed_by,
          'placedAt', ${iso("h.placed_at")}, 'releasedBy', h.released_by, 'releasedAt', ${iso("h.released_at")}) order by h.placed_at)
         from orders.holds h where h.order_id = o.id), '[]'),
      'fulfillmentChoices', coalesce((select json_agg(json_strip_nulls(json_build_object('id', f.external_id, 'method', f.method, 'location', l.code,
          'service', f.service, 'address', f.address, 'notBefore', ${iso("f.not_before")}, 'notAfter', ${iso("f.not_after")},
          'instructions', f.instructions, 'giftMessage', f.gift_message, 'collectors', f.collectors,
          'promise', case when ${principal.locationCodes === null}::boolean then f.promise else f.promise - 'parcels' end)) order by f.number)
         from orders.fulfillment_choices f left join network.locations l on l.id = f.location_id where f.order_id = o.id), '[]'),
      'lines', coalesce((select json_agg(json_build_object('lineNumber', n.number, 'externalReference', n.external_reference, 'sku', s.code, 'name', s.name,
          'imageUrl', s.image_url, 'fulfillmentChoice', f.external_id, 'quantity', n.quantity, 'unitPrice', n.unit_price, 'backordered', n.backordered,
          'allocated', n.allocated, 'shipped', n.shipped, 'delivered', n.delivered, 'cancelled', n.cancelled, 'expected', coalesce((
            select json_agg(json_build_object('supplyId', p.supply_id, 'quantity', p.waiting, 'arrived', p.arrived, 'expectedOn', u.expected_on,
                'promisedOn', p.promised_on, 'location', l.code) order by u.expected_on, p.supply_id)
              from inventory.supply_promises p join inventory.supplies u on u.id = p.supply_id join network.locations l on l.id = u.location_id
             where n.supplied and p.order_id = n.order_id and p.line_number = n.number and p.waiting + p.arrived > 0), '[]')) order by n.number)
         from orders.order_lines n join catalog.skus s on s.id = n.sku_id
         join orders.fulfillment_choices f on f.order_id = n.order_id and f.number = n.choice_number where n.order_id = o.id), '[]'),
      'charges', coalesce((select json_agg(json_strip_nulls(json_build_object('type', g.type, 'line', g.line_number, 'amount', g.amount, 'description', g.description)) order by g.number)
         from orders.charges g where g.order_id = o.id), '[]'),
      'tenders', coalesce((select json_agg(json_strip_nulls(json_build_object('type', t.type, 'amount', t.amount, 'installments', t.installments, 'reference', t.reference)) order by t.number)
         from orders.tenders t where t.order_id = o.id), '[]'),
      'questions', coalesce((select json_agg(json_build_object('id', q.id, 'askedAt', ${iso("q.asked_at")}, 'lines', q.lines, 'answers', q.answers,
          'answerBy', ${iso("q.answer_by")}, 'silence', q.silence, 'endedAt', ${iso("q.ended_at")}, 'answer', q.answer, 'endedBy', q.ended_by, 'actor', q.actor)
          order by q.asked_at, q.entry) from orders.questions q where q.order_id = o.id), '[]'),
      'fulfillmentOrders', coalesce((select json_agg(${fulfillmentOrderJson(shipments)} order by f.number)
         from orders.fulfillment_orders f join network.locations fl on fl.id = f.location_id join workflow.instances fi on fi.entity_id = f.id
         where f.order_id = o.id${ownLocations}), '[]'),
      'sourcing', coalesce((select json_agg(json_build_object('attempt', d.attempt, 'decidedAt', ${iso("d.decided_at")}, 'explanation', d.explanation,
          'locations', coalesce((select json_object_agg(l.id, l.code) from network.locations l where l.id in (
             select (named ->> 'locationId')::int from json_array_elements(d.explanation) choice cross join lateral (
               select json_array_elements(choice #> '{reason,considered}') union all select json_array_elements(choice #> '{reason,excluded}')
               union all select json_array_elements(choice #> '{rules,kept}')) as candidate (named))), '{}')) order by d.attempt)
         from orders.sourcing_decisions d where d.order_id = o.id and ${principal.locationCodes === null}::boolean), '[]')) as "order"
      from orders.orders o join network.channels c on c.id = o.channel_id join workflow.instances i on i.entity_id = o.id
     where o.id = (${idOf(reference)})${conditions}`,
  );
  if (row === undefined)
    throw common.refuse("notFound", { message: `There is no order ${reference} that you may see.` });
  for (const line of row.order.lines) line.status = lineStatus(line);
  await nameActors(database, row.order);
  return row.order;
}

async function nameActors(database: Database, { holds, questions }: OrderAnswer): Promise<void> {
  const actors = [...holds.flatMap((hold) => [hold.placedBy, hold.releasedBy]), ...questions.map(({ actor }) => actor)];
  const names = await actorNames(database)(actors);
  for (const hold of holds) {
    hold.placedByName = names.get(hold.placedBy) ?? null;
    hold.releasedByName = names.get(hold.releasedBy ?? "") ?? null;
  }
  for (const question of questions) question.actorName = names.get(question.actor ?? "") ?? null;
}

/** A query for the ID that the reference means. */
function idOf(reference: string): Condition {
  if (isId(reference)) return sql`${reference}::uuid`;
  if (isOrderNumber(reference)) return sql`select id from orders.orders where number = ${reference}::bigint`;
  const colon = reference.indexOf(":");
  if (colon < 0) return sql`null::uuid`;
  return sql`select x.id from orders.orders x join network.channels xc on xc.id = x.channel_id
    where xc.code = ${reference.slice(0, colon)} and x.external_reference = ${reference.slice(colon + 1)} order by x.revision desc limit 1`;
}

export function isOrderNumber(reference: string): boolean {
  return /^\d{1,15}$/.test(reference);
}
