import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { Refusal } from "../platform/refusals.ts";
import { raiseExceptions } from "../tasks/public.ts";
import { findFulfillmentOrder } from "./advance-fulfillment-orders.ts";
import { openUnits } from "./aggregate.ts";
import type { ChangeOrder } from "./change-orders.ts";
import { channelCode, collect, fulfillmentEntity, type OrderRun } from "./order-run.ts";
import type { SourceBackorders } from "./source-backorders.ts";
import type { Withdrawal } from "./steps/move-units.ts";

export interface ShortDependencies {
  database: Database;
  changeOrder: ChangeOrder;
  sourceBackorders: SourceBackorders;
}

const ORIGIN: Origin = { actor: "system:shorts", requestId: null };
const DEADLINE_MS = 4 * 60 * 60 * 1000;
const MAX_SHORTS = 200;
/** Lines moved in one look, so that a count of zero for a best seller does not crowd out the callers; the next look follows at once. */
const MAX_MOVES = 2_000;

interface Victim {
  short_id: string;
  short_quantity: number;
  sku: string;
  location: string;
  order_id: string;
  fulfillment_order_id: string;
  line_number: number;
  quantity: number;
}

/** The allocation `a` can go elsewhere: what is packed already stays with its parcel. */
const MOVABLE = `join orders.fulfillment_orders f on f.id = a.holder_id and f.status in ('created', 'escalated', 'scheduled', 'waiting for wave', 'picking')
     join orders.orders o on o.id = a.order_id and not o.historical`;

// Units that baskets hold are less than a promise: what they lack is not taken from orders.
// Lowest priority first, then the newest: who ordered first keeps the units. Shorts of which nothing can go elsewhere
// are passed over: they stay open until their parcels leave, and would keep the later ones from being seen.
const findVictims = statement<Victim>(
  "orders.findShortVictims",
  `select h.id as short_id, h.quantity - h.reserved as short_quantity, s.code as sku, n.code as location, a.order_id, a.holder_id as fulfillment_order_id,
          a.line_number, a.quantity
     from (select open.*, p.reserved from inventory.shorts open
            join inventory.positions p on p.sku_id = open.sku_id and p.location_id = open.location_id and p.reserved < open.quantity
            where closed_at is null and exists (select from inventory.allocations a ${MOVABLE} where a.sku_id = open.sku_id and a.location_id = open.location_id and a.quantity > 0)
            order by opened_at limit $1::int) h
     join catalog.skus s on s.id = h.sku_id join network.locations n on n.id = h.location_id
     join inventory.allocations a on a.sku_id = h.sku_id and a.location_id = h.location_id and a.quantity > 0
     ${MOVABLE}
    order by h.opened_at, h.id, o.priority, o.ordered_at desc, o.id desc limit $2::int`,
);

/**
 * Promised but not there: takes the missing units from the orders of lowest priority and sources them elsewhere. Orders
 * that find no other stock wait, each with an exception that somebody owns. Answers how many lines were moved.
 */
export async function resolveShorts(dependencies: ShortDependencies): Promise<number> {
  const victims = chooseVictims(await dependencies.database.read(findVictims, [MAX_SHORTS, MAX_MOVES]));
  const moved = await Promise.all(victims.map((victim) => withdraw(dependencies, victim)));
  const orderIds = [...new Set(victims.filter((_, index) => moved[index]).map((victim) => victim.order_id))];
  if (orderIds.length > 0) await dependencies.sourceBackorders(orderIds);
  return moved.filter(Boolean).length;
}

/** Per short, allocations in order until the missing units are covered. */
function chooseVictims(rows: readonly Victim[]): Victim[] {
  const missing = new Map<string, number>();
  return rows.flatMap((row) => {
    const left = missing.get(row.short_id) ?? row.short_quantity;
    if (left <= 0) return [];
    const quantity = Math.min(left, row.quantity);
    missing.set(row.short_id, left - quantity);
    return [{ ...row, quantity }];
  });
}

/** False when the order has moved on meanwhile (shipped, cancelled): the next look finds what is true then. */
async function withdraw(dependencies: ShortDependencies, victim: Victim): Promise<boolean> {
  let quantity = 0;
  try {
    await dependencies.changeOrder({
      orderId: victim.order_id,
      action: "resolveShort",
      origin: ORIGIN,
      key: null,
      occurredAt: null,
      plan: (run) => {
        const fulfillmentOrder = findFulfillmentOrder(run, victim.fulfillment_order_id);
        const line = fulfillmentOrder.lines.get(victim.line_number);
        quantity = Math.min(victim.quantity, line === undefined ? 0 : openUnits(line));
        if (quantity === 0) return null;
        const data: Withdrawal = {
          lines: [{ lineNumber: victim.line_number, quantity }],
          to: "backordered",
          reason: `short: ${victim.sku} at ${victim.location}`,
        };
        return { entity: fulfillmentEntity(run, fulfillmentOrder), event: { type: "withdraw", data: { ...data } } };
      },
      finish: (run) => {
        if (quantity > 0) noteShort(run, victim);
        return {};
      },
    });
    return quantity > 0;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** In the same commit somebody owns what may have to wait; the exception ends by itself when it is sourced. */
function noteShort(run: OrderRun, { sku, location }: Victim): void {
  collect(run.work, raiseExceptions, {
    kind: "shortOrder",
    entityType: "order",
    entityId: run.order.id,
    reason: `${sku} promised from ${location} is not there, and no other location has it.`,
    nextAction: "Offer the customer to wait, to take something else or to cancel; stock that comes is used by itself.",
    details: { orderNumber: run.order.number, sku, location, channel: channelCode(run) },
    ownerTeam: "customer-service",
    dueAt: new Date(run.work.now.getTime() + DEADLINE_MS),
  });
}
