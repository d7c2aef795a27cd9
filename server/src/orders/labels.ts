/** What states of orders may show (O7). */
export const ORDER_LABELS = [
  "created",
  "confirmed",
  "processing",
  "ready for pickup",
  "shipped",
  "delivered",
  "complete",
  "cancelled",
  "expired",
] as const;

/** What states of fulfillment orders may show. */
export const FULFILLMENT_LABELS = [
  "created",
  "scheduled",
  "waiting for wave",
  "picking",
  "packed",
  "ready for pickup",
  "dispatched",
  "fulfilled",
  "expired",
  "rejected",
  "escalated",
  "cancelled",
] as const;
export type FulfillmentLabel = (typeof FULFILLMENT_LABELS)[number];
