import type { QuotaCounter } from "../availability/public.ts";
import {
  endHolds,
  type LockedPosition,
  moveHoldsToOrders,
  movementsOfHold,
  type Position,
} from "../inventory/public.ts";
import type { NetworkDirectory } from "../network/public.ts";
import type { Transaction } from "../platform/db/database.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { Origin } from "../platform/events/record-events.ts";
import type { RequestKey } from "../platform/http/idempotency.ts";
import type { TaskDesk } from "../tasks/public.ts";
import { type Engine, type EngineRequest, type Known, START } from "../workflow/public.ts";
import type { OrderAggregate } from "./aggregate.ts";
import { advance, writeRuns } from "./apply-runs.ts";
import { insertCapturedOrders, keepPromises, type NewOrder } from "./capture-rows.ts";
import type { DueAt } from "./create-fulfillment-orders.ts";
import { newWork, orderEntity, type OrderRun, type OrderWork, recordFact, reportContradiction } from "./order-run.ts";
import type { Proposal, ProposedSource } from "./proposal.ts";
import type { SuppliedUnits } from "./promise-from-supplies.ts";
import { tellSupplied } from "./settle-supplies.ts";
import type { Cancellation } from "./steps/cancel-units.ts";

export interface WriteDependencies {
  network: NetworkDirectory;
  engine: Engine;
  dueAt: DueAt;
  desk: TaskDesk;
}

/** A capture that was decided: to be written. */
export interface Captured extends NewOrder {
  origin: Origin;
  key: RequestKey | null;
  sources: ProposedSource[];
  explanations: Proposal["explanations"];
  /** What waits of it and is promised of what is to come. */
  supplied: readonly SuppliedUnits[];
  /** The earlier version, to be cancelled with this capture. */
  replaces: OrderAggregate | null;
}

/** Takes new orders into their workflows and writes them, with one statement per table for all of them. Answers what becomes of the positions. */
export async function writeCaptured(
  dependencies: WriteDependencies,
  transaction: Transaction,
  captured: readonly Captured[],
  {
    locked,
    counters,
    now,
    known,
  }: { locked: readonly LockedPosition[]; counters: readonly QuotaCounter[]; now: Date; known: Known },
): Promise<Position[]> {
  if (captured.length === 0) return [];
  const skuCodes = new Map(
    captured.flatMap(({ plan }) => plan.lines.map((line) => [line.sku.id, line.sku.code] as const)),
  );
  const work = newWork({
    now,
    network: dependencies.network,
    dueAt: dependencies.dueAt,
    desk: dependencies.desk,
    skuCodes,
    locked,
    lockedQuotas: counters,
  });
  const replacements = captured.flatMap((one) =>
    one.replaces === null ? [] : [replaceEarlier(one, one.replaces, work)],
  );
  takeOverHolds(transaction, captured, work);
  const runs = captured.map((one) => recordCapture(one, work));
  const requests = runs.map((run) => ({ entity: orderEntity(run), event: START }));
  const all = [...replacements.map(({ request }) => request), ...requests];
  await advance(dependencies.engine, transaction, all, now, known);
  tellLabels(captured, work);
  insertCapturedOrders(transaction, captured, now);
  const versions = captured.flatMap(({ order, replaces }) =>
    replaces === null ? [] : [{ earlier: replaces.id, later: order.id }],
  );
  moveHoldsToOrders(transaction, versions);
  keepPromises(transaction, versions);
  // The rows of the orders have just been inserted in their final state, and those of lines that wait or are promised.
  for (const { order } of captured) {
    order.changed = false;
    for (const line of order.lines.values()) line.changed = line.backordered + line.allocated < line.quantity;
  }
  const moved = writeRuns(transaction, [...replacements.map(({ run }) => run), ...runs], work);
  recordAudit(
    transaction,
    captured.map(({ order, origin }) => ({ origin, action: "captureOrder", entityType: "order", entityId: order.id })),
  );
  return await moved;
}

/** What checkouts held is their orders' now; what an order did not need of it is free. */
function takeOverHolds(transaction: Transaction, captured: readonly Captured[], work: OrderWork): void {
  const ends = captured.flatMap(({ hold, order, origin }) => {
    if (hold === null) return [];
    work.movements.push(...movementsOfHold(hold, -1, { kind: "release", occurredAt: work.now, origin }));
    return [{ id: hold.id, state: "transferred" as const, orderId: order.id }];
  });
  endHolds(transaction, ends);
}

/** The label that an order begins with is known only now; its first fact was recorded before, to be the first. */
function tellLabels(captured: readonly Captured[], work: OrderWork): void {
  const labels = new Map(captured.map(({ order }) => [order.id, order.status]));
  for (const { type, entityId, data } of work.facts.events) {
    if (type === "order.captured") data["status"] = labels.get(entityId);
  }
}

/** The earlier version is cancelled in the same commit; its units are free for the new one. */
function replaceEarlier(
  one: Captured,
  earlier: OrderAggregate,
  work: OrderWork,
): { run: OrderRun; request: EngineRequest } {
  const run: OrderRun = {
    order: earlier,
    pendingSources: [],
    occurredAt: work.now,
    origin: one.origin,
    work,
  };
  recordFact(run, "order.superseded", { byOrderId: one.order.id, revision: one.revision });
  const lines = [...earlier.lines.values()]
    .map((line) => ({ lineNumber: line.number, quantity: line.backordered + line.allocated }))
    .filter(({ quantity }) => quantity > 0);
  const data: Cancellation = { lines, reason: "replaced by a new version" };
  return { run, request: { entity: orderEntity(run), event: { type: "cancel", data: { ...data } } } };
}

function recordCapture(one: Captured, work: OrderWork): OrderRun {
  const { order, plan } = one;
  const run: OrderRun = {
    order,
    pendingSources: one.sources,
    occurredAt: order.historical ? order.orderedAt : work.now,
    origin: one.origin,
    work,
  };
  recordFact(run, "order.captured", {
    number: order.number,
    externalReference: plan.externalReference,
    type: plan.content.type,
    currency: order.currency,
    grandTotal: plan.itemTotal + plan.chargeTotal,
    unitCount: plan.unitCount,
    historical: order.historical,
    lines: plan.lines.map((line) => ({
      lineNumber: line.number,
      sku: line.sku.code,
      quantity: line.quantity,
      unitPrice: line.unitPrice,
    })),
  });
  tellSupplied(run, one.supplied);
  if (one.explanations.length > 0)
    work.facts.decisions.push({ orderId: order.id, attempt: 1, decidedAt: work.now, explanation: one.explanations });
  for (const { kind, reason, details } of plan.contradictions) reportContradiction(run, kind, reason, details);
  return run;
}
