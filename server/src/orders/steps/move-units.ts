import type { EngineRequest, EngineSubject, StepItem, StepRun } from "../../workflow/public.ts";
import { type FulfillmentOrder, type FulfillmentOrderLine, openUnits } from "../aggregate.ts";
import { countIn, withdrawCounted } from "../counted-units.ts";
import { createFulfillmentOrders } from "../create-fulfillment-orders.ts";
import { noteRejection } from "../note-rejection.ts";
import {
  type FulfillmentRun,
  fulfillmentEntity,
  locationCode,
  type OrderRun,
  progressOf,
  recordFact,
  skuCode,
} from "../order-run.ts";
import { cancelUnits, everythingOpen, waitingUnits } from "./cancel-units.ts";
import type { OwnStep } from "./step.ts";

/** Units of one line, as events carry them. */
export interface LineUnits {
  lineNumber: number;
  quantity: number;
}

/** What `withdraw` carries: units that the location no longer hands over, and where they go. */
export interface Withdrawal {
  /** Null: everything that is open. */
  lines: readonly LineUnits[] | null;
  /** Cancelled units are gone; back-ordered ones are sourced again. */
  to: "cancelled" | "backordered";
  reason: string;
}

export interface Handover {
  shipmentId: string;
  lines: readonly LineUnits[];
  occurredAt: Date;
}

export interface Loss {
  shipmentId: string;
  lines: readonly LineUnits[];
}

/** What a button or a timer of a workflow means that says nothing else. */
const GIVEN_BACK: Withdrawal = { lines: null, to: "backordered", reason: "as its workflow says" };

/** Steps that book what happens to units, named by the shipped workflows. What the event carries is what they do. */
export const unitStepsOfOrders: Readonly<Record<string, OwnStep>> = {
  createFulfillmentOrders: {
    description: "Tells the locations what to hand over, for all units that have been promised.",
    run: forOrders((run) => createPending(run)),
  },
  cancelUnits: {
    description: "Cancels the units that the event names, else all that have not left yet, and frees their stock.",
    emits: ["progressed"],
    run: forOrders((run, data) => cancelUnits(run, { ...everythingOpen(run), ...data })),
  },
  cancelWaiting: {
    description: "Cancels the units that wait for stock; what locations have in hand goes on.",
    emits: ["progressed"],
    run: forOrders((run) => cancelUnits(run, waitingUnits(run))),
  },
};

export const unitStepsOfFulfillmentOrders: Readonly<Record<string, OwnStep>> = {
  withdrawUnits: {
    description:
      "Takes units back that the location need not hand over any more, all open ones or those that the event names.",
    emits: ["progressed"],
    run: forFulfillmentOrders((context, data) => withdrawUnits(context, { ...GIVEN_BACK, ...data })),
  },
  declineUnits: {
    description:
      "Takes all open units back from the location and notes that it is not asked for them again; they are promised elsewhere, or wait with an exception that somebody owns.",
    emits: ["progressed"],
    run: forFulfillmentOrders((context) => declineUnits(context)),
  },
  shipUnits: {
    description: "Books the units that left the location.",
    emits: ["progressed"],
    worksOn: ["ship"],
    run: forFulfillmentOrders((context, data) => shipUnits(context, data as unknown as Handover)),
  },
  deliverUnits: {
    description: "Books the units that the customer has received.",
    emits: ["progressed"],
    worksOn: ["deliver"],
    run: forFulfillmentOrders((context, data) => deliverUnits(context, data as unknown as Handover)),
  },
  reportLoss: {
    description: "Reports units that were lost on their way.",
    worksOn: ["lose"],
    run: forFulfillmentOrders((context, data) => reportLoss(context, data as unknown as Loss)),
  },
  collectUnits: {
    description: "Books the units that the customer has collected.",
    emits: ["progressed"],
    worksOn: ["collect"],
    run: forFulfillmentOrders((context, data) => [
      ...shipUnits(context, data as unknown as Handover, { collected: true }),
      ...deliverUnits(context, data as unknown as Handover),
    ]),
  },
  markReady: {
    description: "Notes that it waits at the counter.",
    run: forFulfillmentOrders((context) => markReady(context)),
  },
  extendPickup: {
    description: "Notes that it is kept longer.",
    run: forFulfillmentOrders((context) => extendPickup(context)),
  },
  expireUnits: {
    description: "Cancels what nobody has collected, and frees its stock.",
    emits: ["progressed"],
    run: forFulfillmentOrders((context) => expireUnits(context)),
  },
};

function forOrders(step: (run: OrderRun, data: Readonly<Record<string, unknown>>) => EngineRequest[]): StepRun {
  return (items) => ({
    emitted: items.flatMap((item) => {
      const run = item.subject.entity.context as OrderRun;
      return isBooked(run, item, step) ? [] : step(run, item.event.data ?? {});
    }),
  });
}

function forFulfillmentOrders(
  step: (context: FulfillmentRun, data: Readonly<Record<string, unknown>>) => EngineRequest[],
): StepRun {
  return (items) => ({
    emitted: items.flatMap((item) => {
      const context = item.subject.entity.context as FulfillmentRun;
      return isBooked(context.run, item, step) ? [] : step(context, item.event.data ?? {});
    }),
  });
}

/** What one event says of units is booked once, however often a workflow names the step on the way of it. */
function isBooked({ work }: OrderRun, { subject, event }: StepItem<EngineSubject>, step: object): boolean {
  let entities = work.booked.get(event);
  if (entities === undefined) work.booked.set(event, (entities = new Map()));
  const steps = entities.get(subject.id);
  if (steps === undefined) entities.set(subject.id, new Set([step]));
  else if (steps.has(step)) return true;
  else steps.add(step);
  return false;
}

function createPending(run: OrderRun): EngineRequest[] {
  for (const { counted = [] } of run.pendingSources) countIn(run, counted, 1);
  const created = createFulfillmentOrders(run.order, run.pendingSources, run.work.dueAt, run.work.now);
  run.pendingSources = [];
  for (const fulfillmentOrder of created) {
    const lines = [...fulfillmentOrder.lines.values()];
    for (const line of lines) {
      run.work.allocations.push({
        holderId: fulfillmentOrder.id,
        lineNumber: line.lineNumber,
        orderId: run.order.id,
        skuId: line.skuId,
        locationId: fulfillmentOrder.locationId,
        quantity: line.quantity,
        allocatedAt: run.work.now,
      });
      move(run, fulfillmentOrder, line, "allocation", { allocated: line.quantity }, run.occurredAt);
    }
    recordFact(run, "fulfillmentOrder.created", {
      fulfillmentOrderId: fulfillmentOrder.id,
      number: fulfillmentOrder.number,
      location: locationCode(run, fulfillmentOrder.locationId),
      method: fulfillmentOrder.method,
      lines: lines.map((line) => ({
        lineNumber: line.lineNumber,
        sku: skuCode(run, line.skuId),
        quantity: line.quantity,
      })),
    });
  }
  return created.map((fulfillmentOrder) => ({
    entity: fulfillmentEntity(run, fulfillmentOrder),
    event: { type: "start" },
  }));
}

function withdrawUnits({ run, fulfillmentOrder }: FulfillmentRun, withdrawal: Withdrawal): EngineRequest[] {
  const lines = withdrawal.lines ?? openLines(fulfillmentOrder);
  for (const { lineNumber, quantity } of lines) {
    const line = fulfillmentOrder.lines.get(lineNumber)!;
    line.withdrawn += quantity;
    line.changed = true;
    const orderLine = run.order.lines.get(lineNumber)!;
    orderLine.allocated -= quantity;
    orderLine[withdrawal.to] += quantity;
    orderLine.changed = true;
    withdrawCounted(run, line, orderLine, { quantity, to: withdrawal.to });
    run.work.releases.push({ holderId: fulfillmentOrder.id, lineNumber, quantity });
    move(run, fulfillmentOrder, line, "release", { allocated: -quantity }, run.occurredAt, withdrawal.reason);
  }
  fulfillmentOrder.changed = true;
  recordFact(run, "fulfillmentOrder.unitsWithdrawn", {
    fulfillmentOrderId: fulfillmentOrder.id,
    location: locationCode(run, fulfillmentOrder.locationId),
    to: withdrawal.to,
    reason: withdrawal.reason,
    lines,
  });
  return progressOf(run, fulfillmentOrder);
}

function declineUnits(context: FulfillmentRun): EngineRequest[] {
  const reason = "not taken in time";
  const emitted = withdrawUnits(context, { lines: null, to: "backordered", reason });
  noteRejection(context.run, context.fulfillmentOrder, reason);
  return emitted;
}

function openLines(fulfillmentOrder: FulfillmentOrder): LineUnits[] {
  return [...fulfillmentOrder.lines.values()]
    .filter((line) => openUnits(line) > 0)
    .map((line) => ({ lineNumber: line.lineNumber, quantity: openUnits(line) }));
}

function shipUnits(
  { run, fulfillmentOrder }: FulfillmentRun,
  handover: Handover,
  { collected } = { collected: false },
): EngineRequest[] {
  for (const { lineNumber, quantity } of handover.lines) {
    const line = fulfillmentOrder.lines.get(lineNumber)!;
    line.shipped += quantity;
    line.changed = true;
    const orderLine = run.order.lines.get(lineNumber)!;
    orderLine.allocated -= quantity;
    orderLine.shipped += quantity;
    orderLine.changed = true;
    run.work.releases.push({ holderId: fulfillmentOrder.id, lineNumber, quantity });
    move(run, fulfillmentOrder, line, "shipment", { onHand: -quantity, allocated: -quantity }, handover.occurredAt);
  }
  fulfillmentOrder.changed = true;
  recordFact(
    run,
    "fulfillmentOrder.unitsShipped",
    {
      fulfillmentOrderId: fulfillmentOrder.id,
      location: locationCode(run, fulfillmentOrder.locationId),
      shipmentId: handover.shipmentId,
      collected,
      lines: handover.lines,
    },
    handover.occurredAt,
  );
  return progressOf(run, fulfillmentOrder);
}

function deliverUnits({ run, fulfillmentOrder }: FulfillmentRun, handover: Handover): EngineRequest[] {
  for (const { lineNumber, quantity } of handover.lines) {
    const line = fulfillmentOrder.lines.get(lineNumber)!;
    line.delivered += quantity;
    line.changed = true;
    const orderLine = run.order.lines.get(lineNumber)!;
    orderLine.delivered += quantity;
    orderLine.changed = true;
  }
  fulfillmentOrder.changed = true;
  recordFact(
    run,
    "fulfillmentOrder.unitsDelivered",
    {
      fulfillmentOrderId: fulfillmentOrder.id,
      location: locationCode(run, fulfillmentOrder.locationId),
      lines: handover.lines,
    },
    handover.occurredAt,
  );
  return progressOf(run, fulfillmentOrder);
}

/** The units stay shipped: they have left, and nobody has them. */
function reportLoss({ run, fulfillmentOrder }: FulfillmentRun, { shipmentId, lines }: Loss): EngineRequest[] {
  fulfillmentOrder.changed = true;
  recordFact(run, "fulfillmentOrder.shipmentLost", {
    fulfillmentOrderId: fulfillmentOrder.id,
    location: locationCode(run, fulfillmentOrder.locationId),
    shipmentId,
    lines,
  });
  return [];
}

function markReady({ run, fulfillmentOrder }: FulfillmentRun): EngineRequest[] {
  // Whoever keeps it for another window enters the state again.
  if (fulfillmentOrder.readyAt === null) {
    fulfillmentOrder.readyAt = run.occurredAt;
    fulfillmentOrder.changed = true;
    recordFact(run, "fulfillmentOrder.readyForPickup", {
      fulfillmentOrderId: fulfillmentOrder.id,
      location: locationCode(run, fulfillmentOrder.locationId),
    });
  }
  return progressOf(run);
}

/** The workflow enters the state again, and its timer begins anew. */
function extendPickup({ run, fulfillmentOrder }: FulfillmentRun): EngineRequest[] {
  fulfillmentOrder.changed = true;
  recordFact(run, "fulfillmentOrder.pickupExtended", {
    fulfillmentOrderId: fulfillmentOrder.id,
    location: locationCode(run, fulfillmentOrder.locationId),
  });
  return [];
}

/** The customer did not come: what waited at the counter is cancelled and free for others. */
function expireUnits(context: FulfillmentRun): EngineRequest[] {
  context.fulfillmentOrder.expiredAt = context.run.occurredAt;
  return withdrawUnits(context, { lines: null, to: "cancelled", reason: "not collected in time" });
}

function move(
  run: OrderRun,
  fulfillmentOrder: FulfillmentOrder,
  line: FulfillmentOrderLine,
  kind: "allocation" | "release" | "shipment",
  deltas: { onHand?: number; allocated: number },
  occurredAt: Date,
  reason?: string,
): void {
  run.work.movements.push({
    skuId: line.skuId,
    locationId: fulfillmentOrder.locationId,
    kind,
    ...deltas,
    occurredAt,
    source: "orders",
    sourceDocument: run.order.id,
    reason,
    origin: run.origin,
  });
}
