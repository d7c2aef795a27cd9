import type { Transaction } from "../platform/db/database.ts";
import { bulkInsert, bulkUpdate } from "../platform/db/statements.ts";
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

const updateOrders = bulkUpdate<{
  id: string;
  status: string;
  status_at: Date;
  holds: number;
  event_sequence: number;
}>(
  "orders.updateOrders",
  "orders.orders",
  { id: "uuid", status: "text", status_at: "timestamptz", holds: "smallint", event_sequence: "int" },
  ["id"],
  { version: "t.version + 1" },
);

const LINE_KEY = ["order_id", "number"] as const;
const updateLines = bulkUpdate<{
  order_id: string;
  number: number;
  backordered: number;
  allocated: number;
  shipped: number;
  delivered: number;
  cancelled: number;
}>(
  "orders.updateLines",
  "orders.order_lines",
  {
    order_id: "uuid",
    number: "int",
    backordered: "int",
    allocated: "int",
    shipped: "int",
    delivered: "int",
    cancelled: "int",
  },
  LINE_KEY,
);

const updateLost = bulkUpdate<{ order_id: string; number: number; lost: object | null }>(
  "orders.updateLostUnits",
  "orders.order_lines",
  { order_id: "uuid", number: "int", lost: "jsonb" },
  LINE_KEY,
);

const updateFulfillmentOrders = bulkUpdate<{
  id: string;
  status: string;
  status_at: Date;
  rejected_reason: string | null;
  ready_at: Date | null;
  expired_at: Date | null;
  due_at: Date | null;
}>(
  "orders.updateFulfillmentOrders",
  "orders.fulfillment_orders",
  {
    id: "uuid",
    status: "text",
    status_at: "timestamptz",
    rejected_reason: "text",
    ready_at: "timestamptz",
    expired_at: "timestamptz",
    due_at: "timestamptz",
  },
  ["id"],
  {
    status_at: "case when t.status = u.status then t.status_at else u.status_at end",
    // Another deadline is told anew when it passes.
    overdue_told: "case when t.due_at is distinct from u.due_at then null else t.overdue_told end",
    version: "t.version + 1",
  },
);

const FULFILLMENT_LINE_KEY = ["fulfillment_order_id", "line_number"] as const;
const updateFulfillmentOrderLines = bulkUpdate<Omit<FulfillmentLineRow, "sku_id" | "quantity">>(
  "orders.updateFulfillmentLines",
  "orders.fulfillment_order_lines",
  { fulfillment_order_id: "uuid", line_number: "int", shipped: "int", delivered: "int", withdrawn: "int" },
  FULFILLMENT_LINE_KEY,
);

const updateCounted = bulkUpdate<{ fulfillment_order_id: string; line_number: number; counted: object | null }>(
  "orders.updateCountedFulfillmentLines",
  "orders.fulfillment_order_lines",
  { fulfillment_order_id: "uuid", line_number: "int", counted: "jsonb" },
  FULFILLMENT_LINE_KEY,
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
  transaction.update(
    updateOrders,
    orders.map((order) => ({
      id: order.id,
      status: order.status,
      status_at: order.statusAt,
      holds: order.holds,
      event_sequence: order.eventSequence,
    })),
  );
}

interface LineOfOrder {
  orderId: string;
  line: OrderLine;
}

function linesOf(orders: readonly OrderAggregate[], isMeant: (line: OrderLine) => boolean): LineOfOrder[] {
  const found: LineOfOrder[] = [];
  for (const order of orders)
    for (const line of order.lines.values()) if (isMeant(line)) found.push({ orderId: order.id, line });
  return found;
}

function writeChangedLines(transaction: Transaction, orders: readonly OrderAggregate[]): void {
  transaction.update(
    updateLines,
    linesOf(orders, (line) => line.changed).map(({ orderId, line }) => ({
      order_id: orderId,
      number: line.number,
      backordered: line.backordered,
      allocated: line.allocated,
      shipped: line.shipped,
      delivered: line.delivered,
      cancelled: line.cancelled,
    })),
  );
}

function writeLost(transaction: Transaction, orders: readonly OrderAggregate[]): void {
  transaction.update(
    updateLost,
    linesOf(orders, (line) => line.lostChanged).map(({ orderId, line }) => ({
      order_id: orderId,
      number: line.number,
      lost: line.lost,
    })),
  );
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

function writeChangedFulfillmentOrders(
  transaction: Transaction,
  fulfillmentOrders: readonly FulfillmentOrder[],
  now: Date,
): void {
  transaction.update(
    updateFulfillmentOrders,
    fulfillmentOrders.map((one) => ({
      id: one.id,
      status: one.status,
      status_at: now,
      rejected_reason: one.rejectedReason,
      ready_at: one.readyAt,
      expired_at: one.expiredAt,
      due_at: one.dueAt,
    })),
  );
  const lines: { fulfillmentOrderId: string; line: FulfillmentOrderLine }[] = [];
  for (const one of fulfillmentOrders)
    for (const line of one.lines.values()) if (line.changed) lines.push({ fulfillmentOrderId: one.id, line });
  const counted = lines.filter(({ line }) => line.countedChanged);
  transaction.update(
    updateCounted,
    counted.map(({ fulfillmentOrderId, line }) => ({
      fulfillment_order_id: fulfillmentOrderId,
      line_number: line.lineNumber,
      counted: line.counted.length === 0 ? null : line.counted,
    })),
  );
  transaction.update(
    updateFulfillmentOrderLines,
    lines.map(({ fulfillmentOrderId, line }) => ({
      fulfillment_order_id: fulfillmentOrderId,
      line_number: line.lineNumber,
      shipped: line.shipped,
      delivered: line.delivered,
      withdrawn: line.withdrawn,
    })),
  );
}
