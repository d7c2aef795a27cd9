import {
  advanced,
  type AdvanceAnswer,
  type ChangeOrder,
  collect,
  findFulfillmentOrder,
  fulfillmentEntity,
  maySee,
  reportContradiction,
} from "../orders/public.ts";
import type { Database, Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import type { Origin } from "../platform/events/record-events.ts";
import type { RequestKey } from "../platform/http/idempotency.ts";
import type { Principal } from "../platform/http/route.ts";
import { refuse } from "./refusals.ts";
import type { LineUnits } from "./ship-fulfillment-orders.ts";

export interface DeliverRequest {
  shipment: KnownShipment;
  deliveredAt: Date | null;
  origin: Origin;
  key: RequestKey | null;
}

export interface DeliverAnswer extends AdvanceAnswer {
  shipmentId: string;
  deliveredAt: string;
}

/** A shipment that exists. Its content never changes; whether it has been delivered is decided by the order's lock. */
export interface KnownShipment {
  id: string;
  orderId: string;
  fulfillmentOrderId: string;
  location: string;
  channel: string;
  shippedAt: Date;
  lines: LineUnits[];
}

const findShipments = statement<KnownShipment>(
  "fulfillment.findShipments",
  `select s.id, s.order_id as "orderId", s.fulfillment_order_id as "fulfillmentOrderId", l.code as location, s.shipped_at as "shippedAt", c.code as channel,
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

/** Records that a shipment arrived; also while the order is held, because it is a fact (F9). */
export function deliverShipment(changeOrder: ChangeOrder, request: DeliverRequest): Promise<DeliverAnswer> {
  const { shipment } = request;
  return changeOrder<DeliverAnswer>({
    orderId: shipment.orderId,
    action: "deliverShipment",
    origin: request.origin,
    key: request.key,
    occurredAt: request.deliveredAt,
    plan: (run) => {
      const fulfillmentOrder = findFulfillmentOrder(run, shipment.fulfillmentOrderId);
      // Delivered units never exceed shipped ones, so a second delivery of the same shipment cannot fit.
      for (const { lineNumber, quantity } of shipment.lines) {
        const line = fulfillmentOrder.lines.get(lineNumber);
        if (line === undefined || line.delivered + quantity > line.shipped) throw refuse("alreadyDelivered");
      }
      return {
        entity: fulfillmentEntity(run, fulfillmentOrder),
        event: { type: "deliver", data: { lines: shipment.lines, occurredAt: run.occurredAt } },
      };
    },
    finish: (run) => {
      if (run.occurredAt < shipment.shippedAt) {
        reportContradiction(run, "timesOutOfOrder", "It was delivered before it was shipped.", {
          shippedAt: shipment.shippedAt,
          deliveredAt: run.occurredAt,
        });
      }
      collect(run.work, markDelivered, { id: shipment.id, deliveredAt: run.occurredAt });
      return {
        ...advanced(run, findFulfillmentOrder(run, shipment.fulfillmentOrderId)),
        shipmentId: shipment.id,
        deliveredAt: run.occurredAt.toISOString(),
      };
    },
  });
}

const updateDelivered = statement<{ id: string }>(
  "fulfillment.markDelivered",
  `update fulfillment.shipments s set status = 'delivered', delivered_at = u.delivered_at
     from unnest($1::uuid[], $2::timestamptz[]) as u (id, delivered_at)
    where s.id = u.id and s.delivered_at is null returning s.id`,
);

/** Two deliveries of one of several shipments of the same line pass the check on quantities; this one does not let them. */
function markDelivered(transaction: Transaction, rows: readonly { id: string; deliveredAt: Date }[]): void {
  const updated = transaction.read(updateDelivered, [
    arrayLiteral(
      "uuid",
      rows.map((row) => row.id),
    ),
    arrayLiteral(
      "timestamptz",
      rows.map((row) => row.deliveredAt),
    ),
  ]);
  transaction.beforeCommit(
    updated.then((done) => {
      if (done.length !== rows.length) throw refuse("alreadyDelivered");
    }),
  );
}
