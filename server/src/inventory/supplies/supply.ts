import type { Origin } from "../../platform/events/record-events.ts";

export const SUPPLY_KINDS = ["purchase_order", "asn", "transfer", "return"] as const;
export type SupplyKind = (typeof SUPPLY_KINDS)[number];

/** An expected receipt of one SKU at one location (I14). */
export interface Supply {
  id: string;
  kind: SupplyKind;
  reference: string;
  line: number;
  supplier: string | null;
  skuId: number;
  sku: string;
  locationId: number;
  location: string;
  /** A day of the location's calendar: 2026-12-24. */
  expectedOn: string;
  /** Per cent of what is to come that may be promised. */
  confidence: number;
  quantity: number;
  /** May be more than was expected. */
  received: number;
  cancelled: number;
  /** Of what is to come, to lines of orders. */
  promised: number;
  /** Number of its movements; 0 only while it is being made. */
  version: number;
  /** Number of its events. */
  eventSequence: number;
  /** The expected day whose passing has been told; null: none has passed. */
  lateToldOn: string | null;
}

/** Units of a supply that a line of an order has been promised. */
export interface SupplyPromise {
  supplyId: string;
  orderId: string;
  lineNumber: number;
  skuId: number;
  locationId: number;
  /** Still to come. */
  waiting: number;
  /** Here, and allocated to the line at the location. */
  arrived: number;
  /** Will not come, and the order has not been told yet. */
  lost: number;
  priority: number;
  /** Since when the order waits. */
  waitsSince: Date;
  /** The day that the customer was told. */
  promisedOn: string;
  /** The order has to be told: units were lost, or come later than promised. */
  upset: boolean;
}

export const SUPPLY_MOVEMENT_KINDS = [
  "announcement",
  "change",
  "receipt",
  "cancellation",
  "lateness",
  "promise",
  "release",
] as const;
export type SupplyMovementKind = (typeof SUPPLY_MOVEMENT_KINDS)[number];

/** One change of a supply, with what it leaves. */
export interface SupplyMovement {
  kind: SupplyMovementKind;
  /** The supply as this movement leaves it. */
  after: Supply;
  deltaQuantity: number;
  deltaReceived: number;
  deltaCancelled: number;
  deltaPromised: number;
  /** Units that had been promised and will not come. */
  lost: number;
  reason: string | null;
  origin: Origin;
}

/** Units that are still to come. */
export function dueOf({ quantity, received, cancelled }: Pick<Supply, "quantity" | "received" | "cancelled">): number {
  return Math.max(0, quantity - received - cancelled);
}

/** Units that may still be promised: the part of what is to come that is trusted, less what is promised of it. */
export function promisableOf(
  supply: Pick<Supply, "quantity" | "received" | "cancelled" | "confidence" | "promised">,
): number {
  return Math.max(0, trustedOf(dueOf(supply), supply.confidence) - supply.promised);
}

/** Of what is to come, what may be promised. */
export function trustedOf(due: number, confidence: number): number {
  return Math.floor((due * confidence) / 100);
}

/** Who comes first when units arrive, and last when some do not: priority, then since when the order waits (FIFO). */
export function comparePromises(one: SupplyPromise, other: SupplyPromise): number {
  return (
    other.priority - one.priority ||
    one.waitsSince.getTime() - other.waitsSince.getTime() ||
    (one.orderId < other.orderId ? -1 : one.orderId > other.orderId ? 1 : one.lineNumber - other.lineNumber)
  );
}
