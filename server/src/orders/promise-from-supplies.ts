import { promisableOfSupply, type Supply, type SupplyBook } from "../inventory/public.ts";
import { localTimeOf, type NetworkDirectory } from "../network/public.ts";
import type { Origin } from "../platform/events/record-events.ts";

/** Units of a line that wait and that nobody has promised yet. */
export interface SupplyNeed {
  orderId: string;
  lineNumber: number;
  skuId: number;
  units: number;
  priority: number;
  /** Since when the order waits. */
  waitsSince: Date;
  /** Where they may come from. */
  locationIds: readonly number[];
  /** Only what comes before this day; any when absent. */
  before?: string;
  /** The rules exclude the location from being sold in the order's channel. */
  isExcluded: (locationId: number) => boolean;
}

/** Units of a line that are promised from a supply. */
export interface SuppliedUnits {
  lineNumber: number;
  skuId: number;
  supplyId: string;
  location: string;
  quantity: number;
  /** A day of the location's calendar. */
  expectedOn: string;
}

/**
 * Promises units of what is to come, the earliest day first, then the location that goes first. Buffers and safety stocks
 * are about what is there: what is to come is kept back by its confidence, and by rules that exclude. What is late is not
 * promised to anybody.
 */
export function promiseFromSupplies(
  book: SupplyBook,
  needs: readonly SupplyNeed[],
  { network, now, origin }: { network: NetworkDirectory; now: Date; origin: Origin },
): Map<SupplyNeed, SuppliedUnits[]> {
  const supplies = book.all.filter((supply) => !isLate(supply, network, now)).sort(earliestFirst(network));
  const promised = new Map<SupplyNeed, SuppliedUnits[]>();
  for (const need of needs) {
    let left = need.units;
    const taken: SuppliedUnits[] = [];
    for (const { id, skuId, locationId, location, expectedOn } of supplies) {
      if (left === 0) break;
      if (need.before !== undefined && expectedOn >= need.before) break;
      if (skuId !== need.skuId || !need.locationIds.includes(locationId) || need.isExcluded(locationId)) continue;
      const quantity = Math.min(left, promisableOfSupply(book.get(id)!));
      if (quantity === 0) continue;
      const { orderId, lineNumber, priority, waitsSince } = need;
      const row = { supplyId: id, orderId, lineNumber, skuId, locationId, waiting: 0, arrived: 0, lost: 0 };
      book.promise({ ...row, priority, waitsSince, promisedOn: expectedOn, upset: false }, quantity, origin);
      taken.push({ lineNumber, skuId, supplyId: id, location, quantity, expectedOn });
      left -= quantity;
    }
    if (taken.length > 0) promised.set(need, taken);
  }
  return promised;
}

/** Its day has passed where it is expected. */
export function isLate({ locationId, expectedOn }: Supply, network: NetworkDirectory, now: Date): boolean {
  return expectedOn < localTimeOf(now, network.locationById(locationId)?.timeZone ?? "UTC").date;
}

function earliestFirst(network: NetworkDirectory): (one: Supply, other: Supply) => number {
  const priorityOf = ({ locationId }: Supply): number => network.locationById(locationId)?.priority ?? 0;
  return (one, other) =>
    (one.expectedOn < other.expectedOn ? -1 : one.expectedOn > other.expectedOn ? 1 : 0) ||
    priorityOf(one) - priorityOf(other) ||
    (one.id < other.id ? -1 : 1);
}
