import {
  advanced,
  type AdvanceAnswer,
  type ChangeOrder,
  collect,
  findFulfillmentOrder,
  fulfillmentEntity,
  reportContradiction,
} from "../orders/public.ts";
import { closeExceptions } from "../tasks/public.ts";
import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import type { Origin } from "../platform/events/record-events.ts";
import type { RequestKey } from "../platform/http/idempotency.ts";
import type { KnownShipment } from "./known-shipments.ts";
import { LOST_KIND } from "./lose-shipments.ts";
import { refuse } from "./refusals.ts";

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
        event: {
          type: "deliver",
          data: { shipmentId: shipment.id, lines: shipment.lines, occurredAt: run.occurredAt },
        },
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
      if (shipment.lost) collect(run.work, endLosses, { shipmentId: shipment.id, origin: run.origin });
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

/** It was found: nobody need look for it any more. */
function endLosses(transaction: Transaction, found: readonly { shipmentId: string; origin: Origin }[]): void {
  const resolution = "It arrived after all.";
  for (const [origin, some] of Map.groupBy(found, (one) => one.origin))
    closeExceptions(
      transaction,
      some.map(({ shipmentId }) => ({ kind: LOST_KIND, entityId: shipmentId, resolution })),
      origin,
    );
}
