import {
  advanced,
  type AdvanceAnswer,
  type ChangeOrder,
  channelCode,
  collect,
  findFulfillmentOrder,
  fulfillmentEntity,
  type OrderRun,
} from "../orders/public.ts";
import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import type { Origin } from "../platform/events/record-events.ts";
import type { RequestKey } from "../platform/http/idempotency.ts";
import { raiseExceptions } from "../tasks/public.ts";
import type { KnownShipment } from "./known-shipments.ts";
import { refuse } from "./refusals.ts";

export interface LoseRequest {
  shipment: KnownShipment;
  reason: string | null;
  lostAt: Date | null;
  origin: Origin;
  key: RequestKey | null;
}

export interface LoseAnswer extends AdvanceAnswer {
  shipmentId: string;
  lostAt: string;
}

/** The kind of the exception that owns a lost shipment. */
export const LOST_KIND = "shipmentLost";
/** A customer waits for it. */
const DEADLINE_MS = 24 * 60 * 60 * 1000;

/** Records that a shipment will not arrive; also while the order is held, because it is a fact. Somebody owns what follows. */
export function loseShipment(changeOrder: ChangeOrder, request: LoseRequest): Promise<LoseAnswer> {
  const { shipment } = request;
  return changeOrder<LoseAnswer>({
    orderId: shipment.orderId,
    action: "loseShipment",
    origin: request.origin,
    key: request.key,
    occurredAt: request.lostAt,
    plan: (run) => ({
      entity: fulfillmentEntity(run, findFulfillmentOrder(run, shipment.fulfillmentOrderId)),
      event: { type: "lose", data: { shipmentId: shipment.id, lines: shipment.lines } },
    }),
    finish: (run) => {
      collect(run.work, markLost, { id: shipment.id, lostAt: run.occurredAt });
      noteLoss(run, shipment, request.reason);
      return {
        ...advanced(run, findFulfillmentOrder(run, shipment.fulfillmentOrderId)),
        shipmentId: shipment.id,
        lostAt: run.occurredAt.toISOString(),
      };
    },
  });
}

function noteLoss(run: OrderRun, shipment: KnownShipment, reason: string | null): void {
  const name = [shipment.carrier, shipment.trackingNumber ?? shipment.reference].filter((part) => part !== null);
  collect(run.work, raiseExceptions, {
    kind: LOST_KIND,
    entityType: "shipment",
    entityId: shipment.id,
    reason: `${name.join(" ")} from ${shipment.location} is lost${reason === null ? "" : `: ${reason}`}.`,
    nextAction: "Tell the customer and offer a replacement or the money back; claim it from the carrier.",
    details: {
      orderId: run.order.id,
      orderNumber: run.order.number,
      fulfillmentOrderId: shipment.fulfillmentOrderId,
      location: shipment.location,
      channel: channelCode(run),
    },
    ownerTeam: "customer-service",
    dueAt: new Date(run.work.now.getTime() + DEADLINE_MS),
  });
}

const updateLost = statement<{ id: string }>(
  "fulfillment.markLost",
  `update fulfillment.shipments s set status = 'lost', lost_at = u.lost_at
     from unnest($1::uuid[], $2::timestamptz[]) as u (id, lost_at)
    where s.id = u.id and s.status = 'shipped' returning s.id`,
);

/** The order knows units, not shipments: whether this one is still under way is decided here, under the order's lock. */
function markLost(transaction: Transaction, rows: readonly { id: string; lostAt: Date }[]): void {
  const updated = transaction.read(updateLost, [
    arrayLiteral(
      "uuid",
      rows.map((row) => row.id),
    ),
    arrayLiteral(
      "timestamptz",
      rows.map((row) => row.lostAt),
    ),
  ]);
  transaction.beforeCommit(
    updated.then((done) => {
      if (done.length !== rows.length) throw refuse("notUnderWay");
    }),
  );
}
