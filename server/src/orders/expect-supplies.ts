import type { AvailabilityIndex, ControlSet } from "../availability/public.ts";
import { lockSuppliesFor, SupplyBook } from "../inventory/public.ts";
import type { NetworkDirectory } from "../network/public.ts";
import type { Transaction } from "../platform/db/database.ts";
import type { Origin } from "../platform/events/record-events.ts";
import type { OrderType } from "./order-types.ts";
import type { CapturePlan } from "./plan-capture.ts";
import type { Proposal } from "./proposal.ts";
import { promiseFromSupplies, type SuppliedUnits } from "./promise-from-supplies.ts";

/** What is performed needs no stock, and a migration says itself what is where. */
export function mayBeSupplied(type: string, isHistorical: boolean): boolean {
  return type !== ("service" satisfies OrderType) && !isHistorical;
}

/**
 * SKUs of which a batch will leave something waiting while some are to come: their supplies are locked with it, before the
 * positions. Mostly there are none, and nothing is asked of the database.
 */
export function lockAwaited(
  transaction: Transaction,
  availability: AvailabilityIndex,
  items: readonly { plan: CapturePlan }[],
  proposals: readonly Proposal[],
): SupplyBook | Promise<SupplyBook> {
  const skuIds = new Set<number>();
  for (const [index, { unassigned }] of proposals.entries()) {
    const { mayBeRefused, content } = items[index]!.plan;
    if (unassigned.length === 0 || mayBeRefused || !mayBeSupplied(content.type, content.historical)) continue;
    for (const { skuId } of unassigned)
      if ((availability.positionsOf(skuId)?.supplies.length ?? 0) > 0) skuIds.add(skuId);
  }
  return skuIds.size === 0 ? NO_SUPPLIES : lockSuppliesFor(transaction, { orderIds: [], skuIds: [...skuIds] });
}

export const NO_SUPPLIES = new SupplyBook([], []);

/** Promises a captured order what waits of it from the locked supplies, as far as they go. */
export function promiseCaptured(
  book: SupplyBook,
  { orderId, plan, origin }: { orderId: string; plan: CapturePlan; origin: Origin },
  unassigned: Proposal["unassigned"],
  basis: { network: NetworkDirectory; rules: ControlSet; now: Date },
): SuppliedUnits[] {
  if (book === NO_SUPPLIES || !mayBeSupplied(plan.content.type, plan.content.historical)) return [];
  const lines = new Map(plan.lines.map((line) => [line.number, line]));
  const needs = unassigned.map(({ lineNumber, skuId, quantity }) => {
    const { sku, onlyLocationId } = lines.get(lineNumber)!;
    const terms = basis.rules.of(sku, plan.channel);
    return {
      orderId,
      lineNumber,
      skuId,
      units: quantity,
      priority: plan.content.priority,
      waitsSince: plan.orderedAt,
      locationIds: onlyLocationId === null ? plan.locationIds : [onlyLocationId],
      isExcluded: (locationId: number) => terms.at(locationId)?.excludedBy != null,
    };
  });
  return [...promiseFromSupplies(book, needs, { ...basis, origin }).values()].flat();
}
