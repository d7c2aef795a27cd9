import { openUnits } from "./aggregate.ts";
import { locationCode, type OrderRun } from "./order-run.ts";
import { refuse } from "./refusals.ts";

/** The codes of the locations that the caller is limited to; null: none. */
export type LocationLimit = ReadonlySet<string> | null;

/**
 * An order may be split over stores: who is limited to some of them decides nothing about units that others hand over,
 * nor about units that wait for stock, which may come from anywhere. Judged on the locked order.
 */
export function refuseBeyond(run: OrderRun, limit: LocationLimit, lineNumbers: Iterable<number>): void {
  const foreign = linesBeyond(run, limit, lineNumbers);
  if (foreign.length === 0) return;
  throw refuse("unitsElsewhere", {
    message: `You are limited to locations, and other locations or nobody yet hand over open units of line ${foreign.join(", ")}.`,
    details: { lines: foreign },
  });
}

export function refuseOrderBeyond(run: OrderRun, limit: LocationLimit): void {
  refuseBeyond(run, limit, run.order.lines.keys());
}

export function isOrderBeyond(run: OrderRun, limit: LocationLimit): boolean {
  return linesBeyond(run, limit, run.order.lines.keys()).length > 0;
}

function linesBeyond(run: OrderRun, limit: LocationLimit, lineNumbers: Iterable<number>): number[] {
  return limit === null ? [] : [...lineNumbers].filter((lineNumber) => isElsewhere(run, limit, lineNumber));
}

function isElsewhere(run: OrderRun, limit: ReadonlySet<string>, lineNumber: number): boolean {
  const { lines, fulfillmentOrders } = run.order;
  if (lines.get(lineNumber)!.backordered > 0) return true;
  return [...fulfillmentOrders.values()].some((fulfillmentOrder) => {
    const line = fulfillmentOrder.lines.get(lineNumber);
    return line !== undefined && openUnits(line) > 0 && !limit.has(locationCode(run, fulfillmentOrder.locationId));
  });
}
