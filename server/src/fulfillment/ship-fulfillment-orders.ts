import {
  advanced,
  type AdvanceAnswer,
  type ChangeOrder,
  collect,
  findFulfillmentOrder,
  fulfillmentEntity,
  openUnits,
  type OrderRun,
  type FulfillmentOrderAggregate,
  refuseWhileHeld,
  reportContradiction,
} from "../orders/public.ts";
import type { Transaction } from "../platform/db/database.ts";
import { bulkInsert } from "../platform/db/statements.ts";
import type { Origin } from "../platform/events/record-events.ts";
import type { RequestKey } from "../platform/http/idempotency.ts";
import { newId } from "../platform/ids.ts";
import type { Fault } from "../platform/refusals.ts";
import { refuse } from "./refusals.ts";

/** Units of one line that leave, or arrive. */
export interface LineUnits {
  lineNumber: number;
  quantity: number;
}

/** A dispatch confirmation with the fields of F8. */
export interface ShipRequest {
  orderId: string;
  fulfillmentOrderId: string;
  reference: string | null;
  carrier: string | null;
  trackingNumber: string | null;
  trackingUrl: string | null;
  estimatedDeliveryOn: string | null;
  /** Null: everything that is still open. */
  lines: readonly LineUnits[] | null;
  shippedAt: Date | null;
  origin: Origin;
  key: RequestKey | null;
}

export interface ShipAnswer extends AdvanceAnswer {
  shipmentId: string;
  reference: string;
  lines: LineUnits[];
}

/** Records what left a location, wholly or in part: stock goes down, allocations end, labels follow (F8, I11, O11). */
export function shipFulfillmentOrder(changeOrder: ChangeOrder, request: ShipRequest): Promise<ShipAnswer> {
  const shipmentId = newId();
  let lines: LineUnits[] = [];
  return changeOrder<ShipAnswer>({
    orderId: request.orderId,
    action: "shipFulfillmentOrder",
    origin: request.origin,
    key: request.key,
    occurredAt: request.shippedAt,
    plan: (run) => {
      const fulfillmentOrder = findFulfillmentOrder(run, request.fulfillmentOrderId);
      refuseWhileHeld(run);
      lines = unitsToShip(fulfillmentOrder, request.lines);
      return {
        entity: fulfillmentEntity(run, fulfillmentOrder),
        event: { type: "ship", data: { shipmentId, lines, occurredAt: run.occurredAt } },
      };
    },
    finish: (run) => {
      const fulfillmentOrder = findFulfillmentOrder(run, request.fulfillmentOrderId);
      const reference = request.reference ?? `${run.order.number}-${fulfillmentOrder.number}-${shipmentId.slice(-6)}`;
      collectShipment(run, fulfillmentOrder, {
        id: shipmentId,
        reference,
        request,
        lines,
        status: "shipped",
        deliveredAt: null,
      });
      return { ...advanced(run, fulfillmentOrder), shipmentId, reference, lines };
    },
  });
}

export interface CollectRequest {
  orderId: string;
  fulfillmentOrderId: string;
  collectedAt: Date | null;
  origin: Origin;
  key: RequestKey | null;
}

/** The customer has collected everything that waited at the counter: it left and arrived in one moment (F3). */
export function collectFulfillmentOrder(changeOrder: ChangeOrder, request: CollectRequest): Promise<ShipAnswer> {
  const shipmentId = newId();
  let lines: LineUnits[] = [];
  return changeOrder<ShipAnswer>({
    orderId: request.orderId,
    action: "collectFulfillmentOrder",
    origin: request.origin,
    key: request.key,
    occurredAt: request.collectedAt,
    plan: (run) => {
      const fulfillmentOrder = findFulfillmentOrder(run, request.fulfillmentOrderId);
      refuseWhileHeld(run);
      lines = unitsToShip(fulfillmentOrder, null);
      return {
        entity: fulfillmentEntity(run, fulfillmentOrder),
        event: { type: "collect", data: { shipmentId, lines, occurredAt: run.occurredAt } },
      };
    },
    finish: (run) => {
      const fulfillmentOrder = findFulfillmentOrder(run, request.fulfillmentOrderId);
      const reference = `${run.order.number}-${fulfillmentOrder.number}`;
      collectShipment(run, fulfillmentOrder, {
        id: shipmentId,
        reference,
        request: { carrier: "pickup", trackingNumber: null, trackingUrl: null, estimatedDeliveryOn: null },
        lines,
        status: "delivered",
        deliveredAt: run.occurredAt,
      });
      return { ...advanced(run, fulfillmentOrder), shipmentId, reference, lines };
    },
  });
}

/** Pure: what leaves, or a refusal that names the line. */
function unitsToShip(fulfillmentOrder: FulfillmentOrderAggregate, wanted: readonly LineUnits[] | null): LineUnits[] {
  const open = [...fulfillmentOrder.lines.values()].filter((line) => openUnits(line) > 0);
  if (open.length === 0) throw refuse("nothingToShip", { details: { status: fulfillmentOrder.status } });
  if (wanted === null) return open.map((line) => ({ lineNumber: line.lineNumber, quantity: openUnits(line) }));
  const faults: Fault[] = [];
  const totals = new Map<number, number>();
  wanted.forEach(({ lineNumber, quantity }, index) => {
    const line = fulfillmentOrder.lines.get(lineNumber);
    const total = (totals.get(lineNumber) ?? 0) + quantity;
    totals.set(lineNumber, total);
    if (line === undefined)
      faults.push({ pointer: `/lines/${index}/lineNumber`, message: "is not a line of this fulfillment order" });
    else if (total > openUnits(line))
      faults.push({ pointer: `/lines/${index}/quantity`, message: `only ${openUnits(line)} units are open` });
  });
  if (faults.length > 0)
    throw refuse("tooManyUnits", { message: `${faults[0]!.pointer}: ${faults[0]!.message}.`, faults });
  return [...totals].map(([lineNumber, quantity]) => ({ lineNumber, quantity }));
}

interface ShipmentToWrite {
  id: string;
  reference: string;
  request: Pick<ShipRequest, "carrier" | "trackingNumber" | "trackingUrl" | "estimatedDeliveryOn">;
  lines: readonly LineUnits[];
  status: "shipped" | "delivered";
  deliveredAt: Date | null;
}

function collectShipment(run: OrderRun, fulfillmentOrder: FulfillmentOrderAggregate, shipment: ShipmentToWrite): void {
  if (run.occurredAt < run.order.orderedAt) {
    reportContradiction(run, "timesOutOfOrder", "It was shipped before it was ordered.", {
      orderedAt: run.order.orderedAt,
      shippedAt: run.occurredAt,
    });
  }
  collect(run.work, insertShipments, {
    id: shipment.id,
    order_id: run.order.id,
    fulfillment_order_id: fulfillmentOrder.id,
    reference: shipment.reference,
    carrier: shipment.request.carrier,
    tracking_number: shipment.request.trackingNumber,
    tracking_url: shipment.request.trackingUrl,
    status: shipment.status,
    estimated_delivery_on: shipment.request.estimatedDeliveryOn,
    shipped_at: run.occurredAt,
    delivered_at: shipment.deliveredAt,
  });
  for (const line of shipment.lines)
    collect(run.work, insertShipmentLines, {
      shipment_id: shipment.id,
      line_number: line.lineNumber,
      quantity: line.quantity,
    });
}

const shipmentRows = bulkInsert<{
  id: string;
  order_id: string;
  fulfillment_order_id: string;
  reference: string;
  carrier: string | null;
  tracking_number: string | null;
  tracking_url: string | null;
  status: string;
  estimated_delivery_on: string | null;
  shipped_at: Date;
  delivered_at: Date | null;
}>("fulfillment.insertShipments", "fulfillment.shipments", {
  id: "uuid",
  order_id: "uuid",
  fulfillment_order_id: "uuid",
  reference: "text",
  carrier: "text",
  tracking_number: "text",
  tracking_url: "text",
  status: "text",
  estimated_delivery_on: "date",
  shipped_at: "timestamptz",
  delivered_at: "timestamptz",
});

function insertShipments(
  transaction: Transaction,
  rows: readonly Parameters<typeof shipmentRows.parameters>[0][number][],
): void {
  transaction.insert(shipmentRows, rows);
}

const shipmentLineRows = bulkInsert<{ shipment_id: string; line_number: number; quantity: number }>(
  "fulfillment.insertShipmentLines",
  "fulfillment.shipment_lines",
  { shipment_id: "uuid", line_number: "int", quantity: "int" },
);

function insertShipmentLines(
  transaction: Transaction,
  rows: readonly Parameters<typeof shipmentLineRows.parameters>[0][number][],
): void {
  transaction.insert(shipmentLineRows, rows);
}
