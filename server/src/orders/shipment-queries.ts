import type { Condition } from "../platform/db/composed.ts";

/** What an upper module knows of shipments; it registers this in main, because orders are read together with them. */
export interface ShipmentQueries {
  /** A JSON array of the shipments (schema Shipment) of the fulfillment order `f`. */
  ofFulfillmentOrder: Condition;
  /** A query for the orders that have a shipment with this tracking number. */
  ordersByTracking: (trackingNumber: string) => Condition;
}
