import type { CountedUnits } from "../availability/public.ts";
import type { SupplyBook } from "../inventory/public.ts";
import type { Place } from "../workflow/public.ts";
import type { EventRecord, Origin } from "../platform/events/record-events.ts";

/**
 * An order and its fulfillment orders in memory: what is loaded under the order's lock, changed by pure decisions,
 * and written back by `writeOrders`. Every change marks what it touched; nothing else is written.
 */
export interface OrderAggregate {
  id: string;
  number: number;
  channelId: number;
  status: string;
  statusAt: Date;
  currency: string;
  header: OrderHeader;
  priority: number;
  historical: boolean;
  orderedAt: Date;
  /** Number of active holds, and their reasons by ID. */
  holds: number;
  activeHolds: Map<string, string>;
  /** What its workflow has noted of it; what the channel said is `header.metadata`. */
  attributes: Readonly<Record<string, unknown>>;
  /** Its workflow lets no location be asked yet. */
  sourcingDeferred: boolean;
  version: number;
  eventSequence: number;
  workflow: Place;
  lines: Map<number, OrderLine>;
  choices: Map<number, Choice>;
  fulfillmentOrders: Map<string, FulfillmentOrder>;
  /** Locked supplies with what its lines were promised of them; null when no line ever was. */
  supplies: SupplyBook | null;
  /** A line waited for stock when the order was loaded. */
  waited: boolean;
  changed: boolean;
}

/** What the channel said and no change touches; guards and rules look at it. */
export interface OrderHeader {
  type: string;
  externalReference: string;
  /** In minor units of the order's currency. */
  itemTotal: number;
  chargeTotal: number;
  customerReference: string | null;
  customerTier: string | null;
  metadata: Readonly<Record<string, unknown>>;
}

export interface OrderLine {
  number: number;
  skuId: number;
  choiceNumber: number;
  unitPrice: number;
  attributes: Readonly<Record<string, unknown>> | null;
  quantity: number;
  backordered: number;
  allocated: number;
  shipped: number;
  delivered: number;
  cancelled: number;
  /** Units of it were promised from a supply, at some time. */
  supplied: boolean;
  /** Of the units that wait, those that had been promised once. */
  lost: LostUnits | null;
  lostChanged: boolean;
  changed: boolean;
}

/** Units that a location did not hand over after all; they keep their place in the quotas that they are counted in. */
export interface LostUnits {
  readonly units: number;
  readonly counted: readonly CountedUnits[];
}

export interface Choice {
  number: number;
  method: "delivery" | "pickup";
  locationId: number | null;
  latitude: number | null;
  longitude: number | null;
  /** ISO 8601: when the customer wants it. */
  notBefore: string | null;
  notAfter: string | null;
}

export interface FulfillmentOrder {
  id: string;
  number: number;
  choiceNumber: number;
  locationId: number;
  method: "delivery" | "pickup";
  status: string;
  dueAt: Date | null;
  rejectedReason: string | null;
  version: number;
  /** Since when it waits at the counter for the customer; the step markReady says so, whatever the state shows. */
  readyAt: Date | null;
  /** Nobody has collected it in time; the step expireUnits says so. */
  expiredAt: Date | null;
  workflow: Place;
  lines: Map<number, FulfillmentOrderLine>;
  isNew: boolean;
  changed: boolean;
}

export interface FulfillmentOrderLine {
  lineNumber: number;
  skuId: number;
  quantity: number;
  shipped: number;
  delivered: number;
  withdrawn: number;
  /** In which quotas units that it has or has shipped are counted; mostly in none. */
  counted: readonly CountedUnits[];
  countedChanged: boolean;
  changed: boolean;
}

/** Units that the location still has to hand over. */
export function openUnits(line: FulfillmentOrderLine): number {
  return line.quantity - line.shipped - line.withdrawn;
}

export function isOpen(fulfillmentOrder: FulfillmentOrder): boolean {
  for (const line of fulfillmentOrder.lines.values()) if (openUnits(line) > 0) return true;
  return false;
}

export function isWaiting(order: OrderAggregate): boolean {
  for (const line of order.lines.values()) if (line.backordered > 0) return true;
  return false;
}

/** Locations that have rejected units of it, wholly or after sending a part: they are not asked again. */
export function locationsThatRejected(order: OrderAggregate): Set<number> {
  const rejected = [...order.fulfillmentOrders.values()].filter((one) => one.rejectedReason !== null);
  return new Set(rejected.map((one) => one.locationId));
}

/** The next fact of this order, numbered under its lock. */
export function orderEvent(
  order: OrderAggregate,
  type: string,
  occurredAt: Date,
  origin: Origin,
  data: Record<string, unknown>,
): EventRecord {
  order.eventSequence++;
  order.changed = true;
  return { type, entityType: "order", entityId: order.id, sequence: order.eventSequence, occurredAt, origin, data };
}

/** The label of a line, derived from its quantities (O7). */
export function lineStatus(line: {
  quantity: number;
  backordered: number;
  shipped: number;
  delivered: number;
  cancelled: number;
}): string {
  const wanted = line.quantity - line.cancelled;
  if (wanted === 0) return "cancelled";
  if (line.delivered === wanted) return "delivered";
  if (line.delivered > 0) return "partially delivered";
  if (line.shipped === wanted) return "shipped";
  if (line.shipped > 0) return "partially shipped";
  if (line.backordered === wanted) return "backordered";
  return line.backordered > 0 ? "partially backordered" : "allocated";
}

/** Units of a line that have not left yet: those that wait and those at locations that still work on them. */
export function cancellable(order: OrderAggregate, lineNumber: number): number {
  let units = order.lines.get(lineNumber)?.backordered ?? 0;
  for (const fulfillmentOrder of order.fulfillmentOrders.values()) {
    const line = fulfillmentOrder.lines.get(lineNumber);
    if (line !== undefined && isOpen(fulfillmentOrder)) units += openUnits(line);
  }
  return units;
}
