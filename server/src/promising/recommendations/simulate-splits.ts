import type { Place, SourcingCandidate, SourcingPolicy } from "../../sourcing/public.ts";
import { type Basket, countBaskets } from "./count-baskets.ts";
import { type CompanionCount, rankCompanions } from "./rank-companions.ts";

export interface PastOrder extends Basket {
  /** Null: nobody knows; then distance does not count. */
  destination: Place | null;
}

export interface StockedLocation extends Omit<SourcingCandidate, "usable" | "capacityLeft"> {
  /** Units by SKU code. */
  units: ReadonlyMap<string, number>;
}

/** How orders would have ended if every customer who was shown something had taken the first of it. */
export interface SplitSimulation {
  /** Orders that were learned from. */
  learnedFrom: number;
  /** Later orders that could be delivered and for whose first item there was something to recommend from anywhere. */
  orders: number;
  /** Share of these orders that need more than one parcel, as they were. */
  split: number;
  /** With the strongest companion, wherever it lies. */
  splitWithStrongest: number;
  /** With the strongest companion that lies where the first item leaves; orders without one stay as they were. */
  splitWithColocated: number;
  /** Share of the orders for which there was one. */
  served: number;
}

/** So much of the history, from its beginning, is learned from; the rest is what the simulation is about. */
const LEARNED_SHARE = 0.75;

/**
 * Goes through the newest quarter of a history in order of time with what the three before taught: does recommending what
 * lies together with the first item keep orders in one parcel? Stock is as given and is not used up, so what is compared are
 * two ways of recommending, not two histories.
 */
export function simulateSplits(
  history: readonly PastOrder[],
  locations: readonly StockedLocation[],
  policy: SourcingPolicy,
): SplitSimulation {
  const inOrder = history.toSorted((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime());
  const learned = inOrder.slice(0, Math.floor(inOrder.length * LEARNED_SHARE));
  const companionsOf = learn(learned);
  const result = { orders: 0, split: 0, splitWithStrongest: 0, splitWithColocated: 0, served: 0 };
  for (const { skus, destination } of inOrder.slice(learned.length)) {
    const bought = [...new Set(skus)];
    const companions = companionsOf(bought[0]!).filter((sku) => !bought.includes(sku));
    const parcelsOf = (wanted: readonly string[]): readonly number[] | null =>
      placesFor(wanted, destination, locations, policy);
    const places = parcelsOf(bought);
    const strongest = companions.find((sku) => locations.some((location) => hasOne(location, sku)));
    if (places === null || strongest === undefined) continue;
    const [home] = parcelsOf(bought.slice(0, 1))!;
    const there = locations.find(({ locationId }) => locationId === home)!;
    const colocated = companions.find((sku) => hasOne(there, sku));
    const withOne = (sku: string | undefined): boolean =>
      (sku === undefined ? places : parcelsOf([...bought, sku])!).length > 1;
    result.orders++;
    if (places.length > 1) result.split++;
    if (withOne(strongest)) result.splitWithStrongest++;
    if (withOne(colocated)) result.splitWithColocated++;
    if (colocated !== undefined) result.served++;
  }
  const share = (count: number): number => (result.orders === 0 ? 0 : count / result.orders);
  return {
    learnedFrom: learned.length,
    orders: result.orders,
    split: share(result.split),
    splitWithStrongest: share(result.splitWithStrongest),
    splitWithColocated: share(result.splitWithColocated),
    served: share(result.served),
  };
}

/** What goes with a SKU, the strongest first, all periods taken together. */
function learn(orders: readonly PastOrder[]): (sku: string) => string[] {
  const ofOnePeriod = orders.map(({ skus }) => ({ skus, occurredAt: new Date(0) }));
  const { skus, pairs } = countBaskets(ofOnePeriod);
  const ordersOf = new Map(skus.map(({ sku, orders: count }) => [sku, count]));
  const counts = new Map<string, (CompanionCount & { sku: string })[]>();
  for (const { sku, other, orders: together } of pairs) {
    const own = counts.get(sku) ?? [];
    counts.set(sku, own);
    own.push({ sku: other, together, own: ordersOf.get(sku)!, other: ordersOf.get(other)!, total: orders.length });
  }
  return (sku) => rankCompanions(counts.get(sku) ?? []).map((companion) => companion.sku);
}

const hasOne = ({ units }: StockedLocation, sku: string): boolean => (units.get(sku) ?? 0) > 0;

/** The locations that one of each would leave from; null: somebody has none. */
function placesFor(
  skus: readonly string[],
  destination: Place | null,
  locations: readonly StockedLocation[],
  policy: SourcingPolicy,
): readonly number[] | null {
  const lines = skus.map((_, index) => ({ lineNumber: index + 1, skuId: index + 1, quantity: 1 }));
  const candidates = locations.map(({ units, ...location }) => ({
    ...location,
    capacityLeft: null,
    usable: skus.map((sku) => units.get(sku) ?? 0),
  }));
  const { assignments, unassigned } = policy({ lines, destination, candidates });
  return unassigned.length > 0 ? null : [...new Set(assignments.map(({ locationId }) => locationId))];
}
