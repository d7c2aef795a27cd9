import { maySee } from "../orders/public.ts";
import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import type { Principal } from "../platform/http/route.ts";
import { common } from "../platform/refusals.ts";
import type { LineUnits } from "./ship-fulfillment-orders.ts";

/** A shipment that exists. Its content never changes; whether it has been delivered is decided by the order's lock. */
export interface KnownShipment {
  id: string;
  reference: string;
  carrier: string | null;
  trackingNumber: string | null;
  /** As it was read, without the lock. */
  lost: boolean;
  orderId: string;
  fulfillmentOrderId: string;
  location: string;
  channel: string;
  shippedAt: Date;
  lines: LineUnits[];
}

const findShipments = statement<KnownShipment>(
  "fulfillment.findShipments",
  `select s.id, s.reference, s.carrier, s.tracking_number as "trackingNumber", s.status = 'lost' as lost, s.order_id as "orderId", s.fulfillment_order_id as "fulfillmentOrderId", l.code as location, s.shipped_at as "shippedAt", c.code as channel,
          (select json_agg(json_build_object('lineNumber', n.line_number, 'quantity', n.quantity) order by n.line_number)
             from fulfillment.shipment_lines n where n.shipment_id = s.id) as lines
     from fulfillment.shipments s join orders.fulfillment_orders f on f.id = s.fulfillment_order_id join network.locations l on l.id = f.location_id
     join orders.orders o on o.id = s.order_id join network.channels c on c.id = o.channel_id
    where s.id = any($1::uuid[])`,
);

/** The shipments that this caller may see, by ID; the others are absent. */
export async function knownShipments(
  database: Database,
  principal: Principal,
  ids: readonly string[],
): Promise<Map<string, KnownShipment>> {
  const found = await database.lookUp(findShipments, ids);
  const visible = ids.flatMap((id) => found.get(id) ?? []).filter((row) => maySee(principal, row));
  return new Map(visible.map((row) => [row.id, row]));
}

export async function visibleShipment(database: Database, principal: Principal, id: string): Promise<KnownShipment> {
  const shipment = (await knownShipments(database, principal, [id])).get(id);
  if (shipment === undefined) throw noShipment(id);
  return shipment;
}

export function noShipment(id: string): Error {
  return common.refuse("notFound", { message: `There is no shipment ${id} that you may see.` });
}
