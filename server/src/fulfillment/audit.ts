import type { AuditCheck } from "../platform/db/audit-check.ts";

/** What must hold for shipments; each selects what breaks it. */
export const fulfillmentAudit: readonly AuditCheck[] = [
  {
    name: "fulfillment: shipped and delivered units equal the shipments",
    sql: `select n.fulfillment_order_id, n.line_number, n.shipped, n.delivered, h.shipped as in_shipments, h.delivered as in_delivered_shipments
      from orders.fulfillment_order_lines n
      left join (select s.fulfillment_order_id, m.line_number, sum(m.quantity) as shipped, coalesce(sum(m.quantity) filter (where s.delivered_at is not null), 0) as delivered
        from fulfillment.shipments s join fulfillment.shipment_lines m on m.shipment_id = s.id group by 1, 2) h
        on h.fulfillment_order_id = n.fulfillment_order_id and h.line_number = n.line_number
      where n.shipped <> coalesce(h.shipped, 0) or n.delivered <> coalesce(h.delivered, 0)`,
  },
  {
    // Capture and shipping write without foreign keys; nothing may point to what is not there.
    name: "fulfillment: every shipment belongs to an order and a fulfillment order, every line to a shipment",
    sql: `select 'shipment' as entity, s.id::text from fulfillment.shipments s
        left join orders.fulfillment_orders f on f.id = s.fulfillment_order_id and f.order_id = s.order_id where f.id is null
      union all select 'shipmentLine', m.shipment_id::text from fulfillment.shipment_lines m
        left join fulfillment.shipments s on s.id = m.shipment_id where s.id is null`,
  },
];
