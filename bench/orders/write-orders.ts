import { createHash } from "node:crypto";
import type pg from "pg";
import { newId } from "../../server/src/platform/ids.ts";
import { prepared, run } from "./direct-writers.ts";
import type { SampleOrder } from "./order-bodies.ts";

/**
 * The reference of the order benches: what an engineer would write who has the rows to write and no batching. No HTTP,
 * no validation, no sourcing: where the units come from is given. `assertSameRows` proves that capture writes the same.
 */
export interface OrderToWrite {
  body: SampleOrder;
  channelId: number;
  /** All units come from here. */
  locationId: number;
  locationCode: string;
  /** One per line. */
  skuIds: readonly number[];
  orderDefinition: number;
  fulfillmentDefinition: number;
  /** As JSON: a stored explanation of a decision about such an order. */
  explanation: string;
}

export interface OrderWriter {
  /** One transaction: positions locked in order and checked, then one statement per table, each waited for. False: sold out. */
  serially(client: pg.Client, order: OrderToWrite): Promise<boolean>;
  /** The same rows by one statement that is its own transaction: the most that SQL saves without joining orders. Fails when sold out. */
  atOnce(client: pg.Client, order: OrderToWrite): Promise<boolean>;
}

interface LockedRow {
  sku_id: number;
  on_hand: number;
  reserved: number;
  allocated: number;
  damaged: number;
  version: string;
}

/** Orders of so many lines, each of another SKU. */
export function orderWriter(lines: number): OrderWriter {
  const sql = statementsOf(lines);
  const name = (statement: string): string => `${statement} ${lines}`;
  const lock = prepared(name("lock"), sql.lock);
  const insertOrder = prepared(name("order"), sql.order);
  const inserts = Object.entries(sql.inserts).map(([table, text]) => prepared(name(table), text));
  const updatePositions = prepared(name("positions"), sql.positions);
  const insertMovements = prepared(name("movements"), sql.movements);
  const insertEvents = prepared(name("events"), sql.events(":captured"));
  const atOnce = prepared(name("at once"), everythingAtOnce(sql, lines));
  return {
    serially: async (client, order) => {
      const values = valuesOf(order);
      await client.query("begin");
      const after = resultsOf(order, await run<LockedRow>(client, lock, values));
      if (after === null) {
        await client.query("rollback");
        return false;
      }
      const [inserted] = await run<{ number: string }>(client, insertOrder, values);
      for (const insert of inserts) await run(client, insert, values);
      await run(client, updatePositions, values);
      await run(client, insertMovements, { ...values, ...after });
      const captured = JSON.stringify({ ...values.captured, number: Number(inserted!.number) });
      await run(client, insertEvents, { ...values, captured });
      await client.query("commit");
      return true;
    },
    atOnce: async (client, order) => {
      const values = valuesOf(order);
      await run(client, atOnce, { ...values, captured: JSON.stringify(values.captured) });
      return true;
    },
  };
}

/** What the locked positions become, as parameters of the ledger's rows; null when one has too little. */
function resultsOf({ body, skuIds }: OrderToWrite, locked: readonly LockedRow[]): Record<string, number> | null {
  const after: Record<string, number> = {};
  for (const [index, { quantity }] of body.lines.entries()) {
    const row = locked.find(({ sku_id }) => sku_id === skuIds[index])!;
    if (row.on_hand - row.damaged - row.reserved - row.allocated < quantity) return null;
    const line = index + 1;
    after[`onHand${line}`] = row.on_hand;
    after[`reserved${line}`] = row.reserved;
    after[`allocated${line}`] = row.allocated + quantity;
    after[`damaged${line}`] = row.damaged;
    after[`version${line}`] = Number(row.version) + 1;
  }
  return after;
}

type Statements = ReturnType<typeof statementsOf>;

/** Each of `inserts` is a statement of its own in the serial reference and a part of the one-CTE variant. */
function statementsOf(lines: number) {
  const perLine = (template: string): string =>
    Array.from({ length: lines }, (_, index) => template.replaceAll("#", String(index + 1))).join(", ");
  return {
    lock: `select sku_id, on_hand, reserved, allocated, damaged, version from inventory.positions
      where location_id = :location and sku_id in (${perLine(":sku#")}) order by sku_id for no key update`,
    wanted: perLine("(:sku#::int, :quantity#::int)"),
    order: `insert into orders.orders (id, number, channel_id, external_reference, content_hash, type, status, currency,
        customer_reference, customer_name, customer_email, item_total, charge_total, grand_total, unit_count, ordered_at,
        ordered_at_given, status_at, event_sequence)
      values (:order, nextval('orders.order_numbers'), :channel, :reference, :hash, 'standard', 'processing', 'EUR',
        :customer, :customerName, :email, :items, :shipping, :total, :units, :now, false, :now, 2)
      returning number`,
    inserts: {
      choice: `insert into orders.fulfillment_choices (order_id, number, external_id, method, service, address, latitude, longitude)
        values (:order, 1, 'home', 'delivery', 'standard', :address, :latitude, :longitude)`,
      lines: `insert into orders.order_lines (order_id, number, choice_number, sku_id, quantity, unit_price, backordered, allocated)
        values ${perLine("(:order, #, 1, :sku#, :quantity#, :price#, 0, :quantity#)")}`,
      charges: `insert into orders.charges (order_id, number, line_number, type, amount)
        values (:order, 1, null, 'shipping', :shipping), (:order, 2, 1, 'tax', :tax)`,
      tender: `insert into orders.tenders (order_id, number, type, amount, reference)
        values (:order, 1, 'card', :tendered, :payment)`,
      decision: `insert into orders.sourcing_decisions (order_id, attempt, decided_at, explanation)
        values (:order, 1, :now, :explanation)`,
      fulfillmentOrder: `insert into orders.fulfillment_orders (id, order_id, number, choice_number, location_id, method, status, created_at, status_at)
        values (:fulfillmentOrder, :order, 1, 1, :location, 'delivery', 'created', :now, :now)`,
      fulfillmentLines: `insert into orders.fulfillment_order_lines (fulfillment_order_id, line_number, sku_id, quantity)
        values ${perLine("(:fulfillmentOrder, #, :sku#, :quantity#)")}`,
      instances: `insert into workflow.instances (entity_id, entity_type, definition_id, state, entry, entered_at)
        values (:order, 'order', :orderDefinition, 'processing', 1, :now),
               (:fulfillmentOrder, 'fulfillmentOrder', :fulfillmentDefinition, 'open.created', 1, :now)`,
      history: `insert into workflow.history (entity_id, entry, event, to_state, occurred_at, actor)
        values (:order, 1, 'start', 'processing', :now, :actor), (:fulfillmentOrder, 1, 'start', 'open.created', :now, :actor)`,
      allocations: `insert into inventory.allocations (holder_id, line_number, order_id, sku_id, location_id, quantity, allocated_at)
        values ${perLine("(:fulfillmentOrder, #, :order, :sku#, :location, :quantity#, :now)")}`,
      audit: `insert into platform.audit_log (actor, action, entity_type, entity_id, request_id)
        values (:actor, 'captureOrder', 'order', :order::uuid::text, :request)`,
    },
    positions: `update inventory.positions p set allocated = p.allocated + wanted.quantity, version = p.version + 1
      from (values ${perLine("(:sku#::int, :quantity#::int)")}) wanted (sku_id, quantity)
      where p.sku_id = wanted.sku_id and p.location_id = :location`,
    movements: `insert into inventory.movements (sku_id, location_id, kind, delta_allocated, on_hand, reserved, allocated, damaged, version,
        occurred_at, source, source_document, actor)
      values ${perLine("(:sku#, :location, 'allocation', :quantity#, :onHand#, :reserved#, :allocated#, :damaged#, :version#, :now, 'orders', :order::uuid::text, :actor)")}`,
    events: (captured: string): string =>
      `insert into platform.events (type, entity_type, entity_id, sequence, occurred_at, actor, request_id, data)
       values ('order.captured', 'order', :order, 1, :now, :actor, :request, ${captured}),
              ('fulfillmentOrder.created', 'order', :order, 2, :now, :actor, :request, :created)`,
  };
}

/** When too little is free, the last line divides by zero, which takes all of it back. */
function everythingAtOnce(sql: Statements, lines: number): string {
  const inserts = Object.entries(sql.inserts).map(([table, text]) => `"${table}" as (${text})`);
  return `with locked as materialized (${sql.lock}), wanted (sku_id, quantity) as (values ${sql.wanted}), moved as (
      update inventory.positions p set allocated = p.allocated + wanted.quantity, version = p.version + 1
      from wanted join locked using (sku_id)
      where p.sku_id = wanted.sku_id and p.location_id = :location
        and ${lines} = (select count(*) from locked l join wanted w using (sku_id)
          where l.on_hand - l.damaged - l.reserved - l.allocated >= w.quantity)
      returning p.*, wanted.quantity
    ), recorded as (
      insert into inventory.movements (sku_id, location_id, kind, delta_allocated, on_hand, reserved, allocated, damaged, version,
        occurred_at, source, source_document, actor)
      select sku_id, location_id, 'allocation', quantity, on_hand, reserved, allocated, damaged, version, :now, 'orders',
        :order::uuid::text, :actor
      from moved
    ), ordered as (${sql.order}), ${inserts.join(", ")},
    events as (${sql.events("jsonb_set(:captured, '{number}', to_jsonb((select number from ordered)))")})
    select 1 / (count(*) / ${lines}) from moved`;
}

function valuesOf({ body, ...order }: OrderToWrite) {
  const [{ address }] = body.fulfillmentChoices;
  const [shipping, tax] = body.charges;
  const items = body.lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0);
  const total = items + shipping.amount + tax.amount;
  const units = body.lines.reduce((sum, line) => sum + line.quantity, 0);
  const fulfillmentOrder = newId();
  return {
    ...lineValues(body, order.skuIds),
    order: newId(),
    fulfillmentOrder,
    now: new Date(),
    actor: "key:01999999-9999-7999-8999-999999999999",
    // As long as the names that the server gives to requests.
    request: newId().slice(-17),
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
    orderDefinition: order.orderDefinition,
    fulfillmentDefinition: order.fulfillmentDefinition,
    explanation: order.explanation,
    captured: {
      channel: body.channel,
      locations: [order.locationCode],
      number: 0,
      externalReference: body.externalReference,
      type: "standard",
      currency: "EUR",
      grandTotal: total,
      unitCount: units,
      historical: false,
      lines: body.lines.map((line, index) => ({ lineNumber: index + 1, ...line })),
    },
    created: JSON.stringify({
      channel: body.channel,
      location: order.locationCode,
      fulfillmentOrderId: fulfillmentOrder,
      number: 1,
      method: "delivery",
      lines: body.lines.map((line, index) => ({ lineNumber: index + 1, sku: line.sku, quantity: line.quantity })),
    }),
  };
}

function lineValues(body: SampleOrder, skuIds: readonly number[]): Record<string, number> {
  const values: Record<string, number> = {};
  for (const [index, { quantity, unitPrice }] of body.lines.entries()) {
    values[`sku${index + 1}`] = skuIds[index]!;
    values[`quantity${index + 1}`] = quantity;
    values[`price${index + 1}`] = unitPrice;
  }
  return values;
}
