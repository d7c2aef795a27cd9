import { createHash } from "node:crypto";
import type pg from "pg";
import { newId } from "../../server/src/platform/ids.ts";
import { prepared, run } from "./direct-writers.ts";
import type { SampleOrder } from "./order-bodies.ts";

/**
 * The reference of the order benches: what an engineer would write who has the rows to write and no batching. No HTTP,
 * no validation, no sourcing: where the units come from is given. `sameRows` proves that capture writes no others.
 */
export interface OrderToWrite {
  body: SampleOrder;
  channelId: number;
  locationId: number;
  locationCode: string;
  skuIds: readonly [number, number];
  orderDefinition: number;
  fulfillmentDefinition: number;
  /** As JSON: a stored explanation of a decision about such an order. */
  explanation: string;
}

// Each of these is a statement of its own in the serial reference and a part of the one-CTE variant.
const INSERTS = {
  choice: `insert into orders.fulfillment_choices (order_id, number, external_id, method, service, address, latitude, longitude)
    values (:order, 1, 'home', 'delivery', 'standard', :address, :latitude, :longitude)`,
  lines: `insert into orders.order_lines (order_id, number, choice_number, sku_id, quantity, unit_price, backordered, allocated)
    values (:order, 1, 1, :sku1, :quantity1, :price1, 0, :quantity1), (:order, 2, 1, :sku2, :quantity2, :price2, 0, :quantity2)`,
  charges: `insert into orders.charges (order_id, number, line_number, type, amount)
    values (:order, 1, null, 'shipping', :shipping), (:order, 2, 1, 'tax', :tax)`,
  tender: `insert into orders.tenders (order_id, number, type, amount, reference)
    values (:order, 1, 'card', :tendered, :payment)`,
  decision: `insert into orders.sourcing_decisions (order_id, attempt, decided_at, explanation)
    values (:order, 1, :now, :explanation)`,
  fulfillmentOrder: `insert into orders.fulfillment_orders (id, order_id, number, choice_number, location_id, method, status, created_at, status_at)
    values (:fulfillmentOrder, :order, 1, 1, :location, 'delivery', 'created', :now, :now)`,
  fulfillmentLines: `insert into orders.fulfillment_order_lines (fulfillment_order_id, line_number, sku_id, quantity)
    values (:fulfillmentOrder, 1, :sku1, :quantity1), (:fulfillmentOrder, 2, :sku2, :quantity2)`,
  instances: `insert into workflow.instances (entity_id, entity_type, definition_id, state, entry, entered_at)
    values (:order, 'order', :orderDefinition, 'processing', 1, :now),
           (:fulfillmentOrder, 'fulfillmentOrder', :fulfillmentDefinition, 'open.created', 1, :now)`,
  history: `insert into workflow.history (entity_id, entry, event, to_state, occurred_at, actor)
    values (:order, 1, 'start', 'processing', :now, :actor), (:fulfillmentOrder, 1, 'start', 'open.created', :now, :actor)`,
  allocations: `insert into inventory.allocations (holder_id, line_number, order_id, sku_id, location_id, quantity, allocated_at)
    values (:fulfillmentOrder, 1, :order, :sku1, :location, :quantity1, :now),
           (:fulfillmentOrder, 2, :order, :sku2, :location, :quantity2, :now)`,
  audit: `insert into platform.audit_log (actor, action, entity_type, entity_id, request_id)
    values (:actor, 'captureOrder', 'order', :order::uuid::text, :request)`,
};

const INSERT_ORDER = `insert into orders.orders (id, number, channel_id, external_reference, content_hash, type, status, currency,
    customer_reference, customer_name, customer_email, item_total, charge_total, grand_total, unit_count, ordered_at,
    ordered_at_given, status_at, event_sequence)
  values (:order, nextval('orders.order_numbers'), :channel, :reference, :hash, 'standard', 'processing', 'EUR',
    :customer, :customerName, :email, :items, :shipping, :total, :units, :now, false, :now, 2)
  returning number`;

const LOCK = `select sku_id, on_hand, reserved, allocated, damaged, version from inventory.positions
  where location_id = :location and sku_id in (:sku1, :sku2) order by sku_id for no key update`;

const lock = prepared("lock", LOCK);
const insertOrder = prepared("order", INSERT_ORDER);
const inserts = Object.entries(INSERTS).map(([name, sql]) => prepared(name, sql));
const updatePositions = prepared(
  "positions",
  `update inventory.positions p set allocated = p.allocated + taken.quantity, version = p.version + 1
   from (values (:sku1::int, :quantity1::int), (:sku2, :quantity2)) taken (sku_id, quantity)
   where p.sku_id = taken.sku_id and p.location_id = :location`,
);
const insertMovements = prepared(
  "movements",
  `insert into inventory.movements (sku_id, location_id, kind, delta_allocated, on_hand, reserved, allocated, damaged, version,
     occurred_at, source, source_document, actor)
   values (:sku1, :location, 'allocation', :quantity1, :onHand1, :reserved1, :allocated1, :damaged1, :version1, :now, 'orders', :order::uuid::text, :actor),
          (:sku2, :location, 'allocation', :quantity2, :onHand2, :reserved2, :allocated2, :damaged2, :version2, :now, 'orders', :order::uuid::text, :actor)`,
);
const INSERT_EVENTS = (captured: string): string =>
  `insert into platform.events (type, entity_type, entity_id, sequence, occurred_at, actor, request_id, data)
   values ('order.captured', 'order', :order, 1, :now, :actor, :request, ${captured}),
          ('fulfillmentOrder.created', 'order', :order, 2, :now, :actor, :request, :created)`;
const insertEvents = prepared("events", INSERT_EVENTS(":captured"));

interface LockedRow {
  sku_id: number;
  on_hand: number;
  reserved: number;
  allocated: number;
  damaged: number;
  version: number;
}

/** One transaction: positions locked in order and checked, then one statement per table, each waited for. */
export async function writeSerially(client: pg.Client, order: OrderToWrite): Promise<boolean> {
  const values = valuesOf(order);
  await client.query("begin");
  const locked = await run<LockedRow>(client, lock, values);
  const after: Record<string, number> = {};
  for (const [index, line] of order.body.lines.entries()) {
    const row = locked.find(({ sku_id }) => sku_id === order.skuIds[index])!;
    if (row.on_hand - row.damaged - row.reserved - row.allocated < line.quantity) {
      await client.query("rollback");
      return false;
    }
    const place = index + 1;
    after[`onHand${place}`] = row.on_hand;
    after[`reserved${place}`] = row.reserved;
    after[`allocated${place}`] = row.allocated + line.quantity;
    after[`damaged${place}`] = row.damaged;
    after[`version${place}`] = Number(row.version) + 1;
  }
  const [inserted] = await run<{ number: string }>(client, insertOrder, values);
  for (const insert of inserts) await run(client, insert, values);
  await run(client, updatePositions, values);
  await run(client, insertMovements, { ...values, ...after });
  await run(client, insertEvents, {
    ...values,
    captured: JSON.stringify({ ...values.captured, number: Number(inserted!.number) }),
  });
  await client.query("commit");
  return true;
}

const atOnce = prepared(
  "at-once",
  `with locked as materialized (${LOCK}), wanted (sku_id, quantity) as (
     values (:sku1::int, :quantity1::int), (:sku2::int, :quantity2::int)
   ), moved as (
     update inventory.positions p set allocated = p.allocated + wanted.quantity, version = p.version + 1
     from wanted join locked using (sku_id)
     where p.sku_id = wanted.sku_id and p.location_id = :location
       and 2 = (select count(*) from locked l join wanted w using (sku_id) where l.on_hand - l.damaged - l.reserved - l.allocated >= w.quantity)
     returning p.*, wanted.quantity
   ), recorded as (
     insert into inventory.movements (sku_id, location_id, kind, delta_allocated, on_hand, reserved, allocated, damaged, version,
       occurred_at, source, source_document, actor)
     select sku_id, location_id, 'allocation', quantity, on_hand, reserved, allocated, damaged, version, :now, 'orders', :order::uuid::text, :actor
     from moved
   ), ordered as (${INSERT_ORDER}),
   ${Object.entries(INSERTS)
     .map(([name, sql]) => `"${name}" as (${sql})`)
     .join(",\n   ")},
   events as (${INSERT_EVENTS("jsonb_set(:captured, '{number}', to_jsonb((select number from ordered)))")})
   select 1 / (count(*) / 2) from moved`,
);

/** The same rows by one statement that is its own transaction: the most that SQL saves without joining orders. Division by zero rolls it back when too little is free. */
export async function writeAtOnce(client: pg.Client, order: OrderToWrite): Promise<boolean> {
  const values = valuesOf(order);
  await run(client, atOnce, { ...values, captured: JSON.stringify(values.captured) });
  return true;
}

function valuesOf({ body, ...order }: OrderToWrite) {
  const [one, two] = body.lines;
  const [{ address }] = body.fulfillmentChoices;
  const [shipping, tax] = body.charges;
  const items = one.quantity * one.unitPrice + two.quantity * two.unitPrice;
  const id = newId();
  const fulfillmentOrder = newId();
  const total = items + shipping.amount + tax.amount;
  const units = one.quantity + two.quantity;
  return {
    order: id,
    fulfillmentOrder,
    now: new Date(),
    actor: "key:01999999-9999-7999-8999-999999999999",
    request: newId(),
    channel: order.channelId,
    location: order.locationId,
    reference: body.externalReference,
    hash: createHash("sha256").update(JSON.stringify(body)).digest(),
    customer: body.customer.reference,
    customerName: body.customer.name,
    email: body.customer.email,
    items,
    total,
    units,
    shipping: shipping.amount,
    tax: tax.amount,
    tendered: body.tenders[0].amount,
    payment: body.tenders[0].reference,
    address: JSON.stringify(address),
    latitude: address["latitude"],
    longitude: address["longitude"],
    sku1: order.skuIds[0],
    quantity1: one.quantity,
    price1: one.unitPrice,
    sku2: order.skuIds[1],
    quantity2: two.quantity,
    price2: two.unitPrice,
    orderDefinition: order.orderDefinition,
    fulfillmentDefinition: order.fulfillmentDefinition,
    explanation: order.explanation,
    captured: {
      number: 0,
      channel: body.channel,
      externalReference: body.externalReference,
      type: "standard",
      currency: "EUR",
      grandTotal: total,
      unitCount: units,
      historical: false,
      lines: body.lines.map((line, index) => ({ lineNumber: index + 1, ...line })),
    },
    created: JSON.stringify({
      fulfillmentOrderId: fulfillmentOrder,
      number: 1,
      location: order.locationCode,
      method: "delivery",
      lines: body.lines.map((line, index) => ({ lineNumber: index + 1, sku: line.sku, quantity: line.quantity })),
    }),
  };
}
