import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, bulkInsert, statement } from "../platform/db/statements.ts";
import { recordEvents, type EventRecord } from "../platform/events/record-events.ts";
import type { FulfillmentOrder, FulfillmentOrderLine, OrderAggregate, OrderLine } from "./aggregate.ts";

const insertFulfillmentOrders = bulkInsert<{
  id: string;
  order_id: string;
  number: number;
  choice_number: number;
  location_id: number;
  method: string;
  status: string;
  due_at: Date | null;
  ready_at: Date | null;
  expired_at: Date | null;
  created_at: Date;
  status_at: Date;
}>("orders.insertFulfillmentOrders", "orders.fulfillment_orders", {
  id: "uuid",
  order_id: "uuid",
  number: "smallint",
  choice_number: "smallint",
  location_id: "int",
  method: "text",
  status: "text",
  due_at: "timestamptz",
  ready_at: "timestamptz",
  expired_at: "timestamptz",
  created_at: "timestamptz",
  status_at: "timestamptz",
});

interface FulfillmentLineRow {
  fulfillment_order_id: string;
  line_number: number;
  sku_id: number;
  quantity: number;
  shipped: number;
  delivered: number;
  withdrawn: number;
}

const FULFILLMENT_LINE = {
  fulfillment_order_id: "uuid",
  line_number: "int",
  sku_id: "int",
  quantity: "int",
  shipped: "int",
  delivered: "int",
  withdrawn: "int",
} as const;

const insertFulfillmentOrderLines = bulkInsert<FulfillmentLineRow>(
  "orders.insertFulfillmentLines",
  "orders.fulfillment_order_lines",
  FULFILLMENT_LINE,
);

/** Those under quotas have a statement of their own, so that the others carry no column for it. */
const insertCountedLines = bulkInsert<FulfillmentLineRow & { counted: object }>(
  "orders.insertCountedFulfillmentLines",
  "orders.fulfillment_order_lines",
  { ...FULFILLMENT_LINE, counted: "jsonb" },
);

const insertDecisions = bulkInsert<{ order_id: string; attempt: number; decided_at: Date; explanation: object }>(
  "orders.insertDecisions",
  "orders.sourcing_decisions",
  { order_id: "uuid", attempt: "smallint", decided_at: "timestamptz", explanation: "json" },
);

const updateOrders = statement(
  "orders.updateOrders",
  `update orders.orders o
      set status = u.status, status_at = u.status_at, holds = u.holds, event_sequence = u.event_sequence, version = o.version + 1
     from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::smallint[], $5::int[]) u (id, status, status_at, holds, event_sequence)
    where o.id = u.id`,
);

const updateLines = statement(
  "orders.updateLines",
  `update orders.order_lines l
      set backordered = u.backordered, allocated = u.allocated, shipped = u.shipped, delivered = u.delivered, cancelled = u.cancelled
     from unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::int[], $6::int[], $7::int[])
          u (order_id, number, backordered, allocated, shipped, delivered, cancelled)
    where l.order_id = u.order_id and l.number = u.number`,
);

const updateFulfillmentOrders = statement(
  "orders.updateFulfillmentOrders",
  `update orders.fulfillment_orders f
      set status = u.status, status_at = case when f.status = u.status then f.status_at else u.status_at end,
          rejected_reason = u.rejected_reason, ready_at = u.ready_at, expired_at = u.expired_at, due_at = u.due_at,
          overdue_told = case when f.due_at is distinct from u.due_at then null else f.overdue_told end, version = f.version + 1
     from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[])
          u (id, status, status_at, rejected_reason, ready_at, expired_at, due_at)
    where f.id = u.id`,
);

const updateFulfillmentOrderLines = statement(
  "orders.updateFulfillmentLines",
  `update orders.fulfillment_order_lines l
      set shipped = u.shipped, delivered = u.delivered, withdrawn = u.withdrawn
     from unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::int[]) u (fulfillment_order_id, line_number, shipped, delivered, withdrawn)
    where l.fulfillment_order_id = u.fulfillment_order_id and l.line_number = u.line_number`,
);

const updateCounted = statement(
  "orders.updateCountedFulfillmentLines",
  `update orders.fulfillment_order_lines l set counted = u.counted
     from unnest($1::uuid[], $2::int[], $3::jsonb[]) u (fulfillment_order_id, line_number, counted)
    where l.fulfillment_order_id = u.fulfillment_order_id and l.line_number = u.line_number`,
);

const updateLost = statement(
  "orders.updateLostUnits",
  `update orders.order_lines l set lost = u.lost
     from unnest($1::uuid[], $2::int[], $3::jsonb[]) u (order_id, number, lost)
    where l.order_id = u.order_id and l.number = u.number`,
);

export interface SourcingRecord {
  orderId: string;
  attempt: number;
  decidedAt: Date;
  explanation: object;
}

/** Facts and decisions that a run of a use case collected, written with one statement per table. */
export interface OrderFacts {
  events: EventRecord[];
  decisions: SourcingRecord[];
}

/** Writes everything that was marked as changed; the orders are locked (or new and inserted already). */
export function writeOrders(
  transaction: Transaction,
  orders: readonly OrderAggregate[],
  facts: OrderFacts,
  now: Date,
): void {
  writeChangedOrders(
    transaction,
    orders.filter((order) => order.changed),
  );
  writeChangedLines(transaction, orders);
  writeLost(transaction, orders);
  const newOnes: { order: OrderAggregate; fulfillmentOrder: FulfillmentOrder }[] = [];
  const changed: FulfillmentOrder[] = [];
  for (const order of orders) {
    for (const fulfillmentOrder of order.fulfillmentOrders.values()) {
      if (fulfillmentOrder.isNew) newOnes.push({ order, fulfillmentOrder });
      else if (fulfillmentOrder.changed) changed.push(fulfillmentOrder);
    }
  }
  insertNewFulfillmentOrders(transaction, newOnes, now);
  writeChangedFulfillmentOrders(transaction, changed, now);
  transaction.insert(
    insertDecisions,
    facts.decisions.map((decision) => ({
      order_id: decision.orderId,
      attempt: decision.attempt,
      decided_at: decision.decidedAt,
      explanation: decision.explanation,
    })),
  );
  recordEvents(transaction, facts.events);
}

function writeChangedOrders(transaction: Transaction, orders: readonly OrderAggregate[]): void {
  if (orders.length === 0) return;
  transaction.write(updateOrders, [
    arrayLiteral(
      "uuid",
      orders.map((order) => order.id),
    ),
    arrayLiteral(
      "text",
      orders.map((order) => order.status),
    ),
    arrayLiteral(
      "timestamptz",
      orders.map((order) => order.statusAt),
    ),
    arrayLiteral(
      "smallint",
      orders.map((order) => order.holds),
    ),
    arrayLiteral(
      "int",
      orders.map((order) => order.eventSequence),
    ),
  ]);
}

function writeChangedLines(transaction: Transaction, orders: readonly OrderAggregate[]): void {
  const rows: { orderId: string; line: OrderLine }[] = [];
  for (const order of orders)
    for (const line of order.lines.values()) if (line.changed) rows.push({ orderId: order.id, line });
  if (rows.length === 0) return;
  transaction.write(updateLines, [
    arrayLiteral(
      "uuid",
      rows.map((row) => row.orderId),
    ),
    arrayLiteral(
      "int",
      rows.map((row) => row.line.number),
    ),
    arrayLiteral(
      "int",
      rows.map((row) => row.line.backordered),
    ),
    arrayLiteral(
      "int",
      rows.map((row) => row.line.allocated),
    ),
    arrayLiteral(
      "int",
      rows.map((row) => row.line.shipped),
    ),
    arrayLiteral(
      "int",
      rows.map((row) => row.line.delivered),
    ),
    arrayLiteral(
      "int",
      rows.map((row) => row.line.cancelled),
    ),
  ]);
}

function insertNewFulfillmentOrders(
  transaction: Transaction,
  rows: readonly { order: OrderAggregate; fulfillmentOrder: FulfillmentOrder }[],
  now: Date,
): void {
  transaction.insert(
    insertFulfillmentOrders,
    rows.map(({ order, fulfillmentOrder }) => ({
      id: fulfillmentOrder.id,
      order_id: order.id,
      number: fulfillmentOrder.number,
      choice_number: fulfillmentOrder.choiceNumber,
      location_id: fulfillmentOrder.locationId,
      method: fulfillmentOrder.method,
      status: fulfillmentOrder.status,
      due_at: fulfillmentOrder.dueAt,
      ready_at: fulfillmentOrder.readyAt,
      expired_at: fulfillmentOrder.expiredAt,
      created_at: now,
      status_at: now,
    })),
  );
  const lines: { fulfillmentOrderId: string; line: FulfillmentOrderLine }[] = [];
  for (const { fulfillmentOrder } of rows)
    for (const line of fulfillmentOrder.lines.values()) lines.push({ fulfillmentOrderId: fulfillmentOrder.id, line });
  const row = ({ fulfillmentOrderId, line }: (typeof lines)[number]): FulfillmentLineRow => ({
    fulfillment_order_id: fulfillmentOrderId,
    line_number: line.lineNumber,
    sku_id: line.skuId,
    quantity: line.quantity,
    shipped: line.shipped,
    delivered: line.delivered,
    withdrawn: line.withdrawn,
  });
  const counted = lines.filter(({ line }) => line.counted.length > 0);
  const uncounted = counted.length === 0 ? lines : lines.filter(({ line }) => line.counted.length === 0);
  transaction.insert(insertFulfillmentOrderLines, uncounted.map(row));
  transaction.insert(
    insertCountedLines,
    counted.map((one) => ({ ...row(one), counted: one.line.counted })),
  );
}

function writeLost(transaction: Transaction, orders: readonly OrderAggregate[]): void {
  const rows: { orderId: string; line: OrderLine }[] = [];
  for (const order of orders)
    for (const line of order.lines.values()) if (line.lostChanged) rows.push({ orderId: order.id, line });
  if (rows.length === 0) return;
  transaction.write(updateLost, [
    arrayLiteral(
      "uuid",
      rows.map((row) => row.orderId),
    ),
    arrayLiteral(
      "int",
      rows.map((row) => row.line.number),
    ),
    arrayLiteral(
      "jsonb",
      rows.map((row) => row.line.lost),
    ),
  ]);
}

function writeCounted(
  transaction: Transaction,
  lines: readonly { fulfillmentOrderId: string; line: FulfillmentOrderLine }[],
): void {
  const rows = lines.filter(({ line }) => line.countedChanged);
  if (rows.length === 0) return;
  transaction.write(updateCounted, [
    arrayLiteral(
      "uuid",
      rows.map((row) => row.fulfillmentOrderId),
    ),
    arrayLiteral(
      "int",
      rows.map((row) => row.line.lineNumber),
    ),
    arrayLiteral(
      "jsonb",
      rows.map((row) => (row.line.counted.length === 0 ? null : row.line.counted)),
    ),
  ]);
}

function writeChangedFulfillmentOrders(
  transaction: Transaction,
  fulfillmentOrders: readonly FulfillmentOrder[],
  now: Date,
): void {
  if (fulfillmentOrders.length === 0) return;
  transaction.write(updateFulfillmentOrders, [
    arrayLiteral(
      "uuid",
      fulfillmentOrders.map((row) => row.id),
    ),
    arrayLiteral(
      "text",
      fulfillmentOrders.map((row) => row.status),
    ),
    arrayLiteral(
      "timestamptz",
      fulfillmentOrders.map(() => now),
    ),
    arrayLiteral(
      "text",
      fulfillmentOrders.map((row) => row.rejectedReason),
    ),
    arrayLiteral(
      "timestamptz",
      fulfillmentOrders.map((row) => row.readyAt),
    ),
    arrayLiteral(
      "timestamptz",
      fulfillmentOrders.map((row) => row.expiredAt),
    ),
    arrayLiteral(
      "timestamptz",
      fulfillmentOrders.map((row) => row.dueAt),
    ),
  ]);
  const lines: { fulfillmentOrderId: string; line: FulfillmentOrderLine }[] = [];
  for (const row of fulfillmentOrders)
    for (const line of row.lines.values()) if (line.changed) lines.push({ fulfillmentOrderId: row.id, line });
  if (lines.length === 0) return;
  writeCounted(transaction, lines);
  transaction.write(updateFulfillmentOrderLines, [
    arrayLiteral(
      "uuid",
      lines.map((row) => row.fulfillmentOrderId),
    ),
    arrayLiteral(
      "int",
      lines.map((row) => row.line.lineNumber),
    ),
    arrayLiteral(
      "int",
      lines.map((row) => row.line.shipped),
    ),
    arrayLiteral(
      "int",
      lines.map((row) => row.line.delivered),
    ),
    arrayLiteral(
      "int",
      lines.map((row) => row.line.withdrawn),
    ),
  ]);
}
