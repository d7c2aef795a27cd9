import type { CountedUnits } from "../availability/public.ts";
import { lockSuppliesFor } from "../inventory/public.ts";
import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { UNCOUNTED } from "./counted-units.ts";
import type { FulfillmentLabel } from "./labels.ts";
import type { Choice, FulfillmentOrder, LostUnits, OrderAggregate } from "./aggregate.ts";

interface OrderRow {
  id: string;
  number: number;
  channel_id: number;
  status: string;
  status_at: Date;
  type: string;
  external_reference: string;
  item_total: number;
  charge_total: number;
  customer_reference: string | null;
  customer_tier: string | null;
  metadata: Record<string, unknown>;
  currency: string;
  priority: number;
  historical: boolean;
  ordered_at: Date;
  holds: number;
  attributes: Record<string, unknown> | null;
  sourcing_deferred: boolean;
  version: number;
  event_sequence: number;
  definition_id: number;
  state: string;
  entry: number;
}

/** What a process of the release before, which may run beside this one, has noted in place of `ready_at`. */
const READY: FulfillmentLabel = "ready for pickup";
/** And in place of `expired_at`. */
const EXPIRED: FulfillmentLabel = "expired";

// Whoever changes anything of an order holds this lock first (design, "One lock order").
const lockOrders = statement<{ id: string }>(
  "orders.lock",
  `select id from orders.orders where id = any($1::uuid[]) order by id for update`,
);

const readOrders = statement<OrderRow>(
  "orders.readAggregates",
  `select o.id, o.number, o.channel_id, o.status, o.status_at, o.type, o.external_reference, o.item_total, o.charge_total,
          o.customer_reference, o.customer_tier, o.metadata, o.currency, o.priority, o.historical, o.ordered_at, o.holds, o.attributes, o.sourcing_deferred,
          o.version, o.event_sequence, i.definition_id, i.state, i.entry
     from orders.orders o join workflow.instances i on i.entity_id = o.id
    where o.id = any($1::uuid[])`,
);

const readLines = statement<{
  order_id: string;
  number: number;
  sku_id: number;
  choice_number: number;
  unit_price: number;
  attributes: Record<string, unknown> | null;
  quantity: number;
  backordered: number;
  allocated: number;
  shipped: number;
  delivered: number;
  cancelled: number;
  lost: LostUnits | null;
  supplied: boolean;
}>(
  "orders.readAggregateLines",
  `select order_id, number, sku_id, choice_number, unit_price, attributes, quantity, backordered, allocated, shipped, delivered, cancelled, lost, supplied
     from orders.order_lines where order_id = any($1::uuid[]) order by order_id, number`,
);

const readChoices = statement<{
  order_id: string;
  number: number;
  method: Choice["method"];
  location_id: number | null;
  latitude: number | null;
  longitude: number | null;
  not_before: Date | null;
  not_after: Date | null;
}>(
  "orders.readAggregateChoices",
  `select order_id, number, method, location_id, latitude, longitude, not_before, not_after
     from orders.fulfillment_choices where order_id = any($1::uuid[])`,
);

const readFulfillmentOrders = statement<{
  id: string;
  order_id: string;
  number: number;
  choice_number: number;
  location_id: number;
  method: FulfillmentOrder["method"];
  status: string;
  status_at: Date;
  due_at: Date | null;
  ready_at: Date | null;
  expired_at: Date | null;
  rejected_reason: string | null;
  version: number;
  definition_id: number;
  state: string;
  entry: number;
}>(
  "orders.readAggregateFulfillmentOrders",
  `select f.id, f.order_id, f.number, f.choice_number, f.location_id, f.method, f.status, f.status_at, f.due_at, f.ready_at, f.expired_at, f.rejected_reason, f.version,
          i.definition_id, i.state, i.entry
     from orders.fulfillment_orders f join workflow.instances i on i.entity_id = f.id
    where f.order_id = any($1::uuid[]) order by f.order_id, f.number`,
);

const readFulfillmentOrderLines = statement<{
  fulfillment_order_id: string;
  order_id: string;
  line_number: number;
  sku_id: number;
  quantity: number;
  shipped: number;
  delivered: number;
  withdrawn: number;
  counted: CountedUnits[] | null;
}>(
  "orders.readAggregateFulfillmentLines",
  `select l.fulfillment_order_id, f.order_id, l.line_number, l.sku_id, l.quantity, l.shipped, l.delivered, l.withdrawn, l.counted
     from orders.fulfillment_orders f join orders.fulfillment_order_lines l on l.fulfillment_order_id = f.id
    where f.order_id = any($1::uuid[]) order by l.fulfillment_order_id, l.line_number`,
);

const readActiveHolds = statement<{ id: string; order_id: string; reason: string }>(
  "orders.readActiveHolds",
  `select id, order_id, reason from orders.holds where order_id = any($1::uuid[]) and released_at is null`,
);

/**
 * Locks the orders (sorted by ID) and loads each with its lines and fulfillment orders, in one round trip.
 * Orders that do not exist are absent from the result. What their lines were promised of supplies is locked with them, and
 * all that is to come of the SKUs that are awaited; what else has to be locked between orders and supplies is `beforeSupplies`.
 */
export async function lockAndLoadOrders(
  transaction: Transaction,
  orderIds: readonly string[],
  awaited: readonly number[] = [],
  beforeSupplies?: () => Promise<unknown>,
): Promise<Map<string, OrderAggregate>> {
  const ids = arrayLiteral("uuid", [...new Set(orderIds)].sort());
  const [, loaded] = await Promise.all([transaction.read(lockOrders, [ids]), loadOrders(transaction, ids)]);
  await beforeSupplies?.();
  const supplied = [...loaded.values()].filter(isSupplied);
  if (supplied.length > 0 || awaited.length > 0) {
    // Supplies are locked next, all at once, whatever becomes of the orders: what they were promised may shrink with them.
    const book = await lockSuppliesFor(transaction, { orderIds: supplied.map(({ id }) => id), skuIds: awaited });
    for (const order of awaited.length > 0 ? loaded.values() : supplied) order.supplies = book;
  }
  return loaded;
}

function isSupplied(order: OrderAggregate): boolean {
  for (const line of order.lines.values()) if (line.supplied) return true;
  return false;
}

/** The same for whoever only looks: an array literal of IDs. */
export async function loadOrders(transaction: Transaction, orderIds: string): Promise<Map<string, OrderAggregate>> {
  const ids = [orderIds];
  const [orders, lines, choices, fulfillmentOrders, fulfillmentLines, activeHolds] = await Promise.all([
    transaction.read(readOrders, ids),
    transaction.read(readLines, ids),
    transaction.read(readChoices, ids),
    transaction.read(readFulfillmentOrders, ids),
    transaction.read(readFulfillmentOrderLines, ids),
    transaction.read(readActiveHolds, ids),
  ]);
  const loaded = new Map<string, OrderAggregate>();
  for (const row of orders) {
    loaded.set(row.id, {
      id: row.id,
      number: row.number,
      channelId: row.channel_id,
      status: row.status,
      statusAt: row.status_at,
      currency: row.currency,
      header: {
        type: row.type,
        externalReference: row.external_reference,
        itemTotal: row.item_total,
        chargeTotal: row.charge_total,
        customerReference: row.customer_reference,
        customerTier: row.customer_tier,
        metadata: row.metadata,
      },
      priority: row.priority,
      historical: row.historical,
      orderedAt: row.ordered_at,
      holds: row.holds,
      activeHolds: new Map(),
      attributes: row.attributes ?? {},
      sourcingDeferred: row.sourcing_deferred,
      version: row.version,
      eventSequence: row.event_sequence,
      workflow: { definitionId: row.definition_id, state: row.state, entry: row.entry },
      lines: new Map(),
      choices: new Map(),
      fulfillmentOrders: new Map(),
      supplies: null,
      waited: false,
      changed: false,
    });
  }
  for (const row of lines) {
    const order = loaded.get(row.order_id);
    order?.lines.set(row.number, {
      number: row.number,
      skuId: row.sku_id,
      choiceNumber: row.choice_number,
      unitPrice: row.unit_price,
      attributes: row.attributes,
      quantity: row.quantity,
      backordered: row.backordered,
      allocated: row.allocated,
      shipped: row.shipped,
      delivered: row.delivered,
      cancelled: row.cancelled,
      supplied: row.supplied,
      lost: row.lost,
      lostChanged: false,
      changed: false,
    });
    if (order !== undefined && row.backordered > 0) order.waited = true;
  }
  for (const row of choices) {
    loaded.get(row.order_id)?.choices.set(row.number, {
      number: row.number,
      method: row.method,
      locationId: row.location_id,
      latitude: row.latitude,
      longitude: row.longitude,
      notBefore: row.not_before?.toISOString() ?? null,
      notAfter: row.not_after?.toISOString() ?? null,
    });
  }
  for (const row of fulfillmentOrders) {
    loaded.get(row.order_id)?.fulfillmentOrders.set(row.id, {
      id: row.id,
      number: row.number,
      choiceNumber: row.choice_number,
      locationId: row.location_id,
      method: row.method,
      status: row.status,
      dueAt: row.due_at,
      rejectedReason: row.rejected_reason,
      version: row.version,
      readyAt: row.ready_at ?? (row.status === READY ? row.status_at : null),
      expiredAt: row.expired_at ?? (row.status === EXPIRED ? row.status_at : null),
      workflow: { definitionId: row.definition_id, state: row.state, entry: row.entry },
      lines: new Map(),
      isNew: false,
      changed: false,
    });
  }
  for (const row of fulfillmentLines) {
    loaded
      .get(row.order_id)
      ?.fulfillmentOrders.get(row.fulfillment_order_id)
      ?.lines.set(row.line_number, {
        lineNumber: row.line_number,
        skuId: row.sku_id,
        quantity: row.quantity,
        shipped: row.shipped,
        delivered: row.delivered,
        withdrawn: row.withdrawn,
        counted: row.counted ?? UNCOUNTED,
        countedChanged: false,
        changed: false,
      });
  }
  for (const row of activeHolds) loaded.get(row.order_id)?.activeHolds.set(row.id, row.reason);
  return loaded;
}
