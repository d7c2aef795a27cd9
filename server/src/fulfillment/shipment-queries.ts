import type { ShipmentQueries } from "../orders/public.ts";
import { type Condition, sql } from "../platform/db/composed.ts";

const iso = (column: string): Condition =>
  sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** How orders are shown and found together with what left for them. */
export const shipmentQueries: ShipmentQueries = {
  ofFulfillmentOrder: sql`coalesce((select json_agg(json_build_object('id', h.id, 'reference', h.reference, 'carrier', h.carrier,
      'trackingNumber', h.tracking_number, 'trackingUrl', h.tracking_url, 'status', h.status, 'estimatedDeliveryOn', h.estimated_delivery_on,
      'shippedAt', ${iso("h.shipped_at")}, 'deliveredAt', ${iso("h.delivered_at")}, 'lostAt', ${iso("h.lost_at")},
      'lines', (select json_agg(json_build_object('lineNumber', m.line_number, 'quantity', m.quantity) order by m.line_number)
         from fulfillment.shipment_lines m where m.shipment_id = h.id)) order by h.shipped_at, h.id)
     from fulfillment.shipments h where h.fulfillment_order_id = f.id), '[]')`,
  ordersByTracking: (trackingNumber) =>
    sql`select order_id from fulfillment.shipments where tracking_number = ${trackingNumber}`,
};
