import { type Quota, type QuotaCounter, quotaKeyOf, type QuotaRoom, type UsedOf } from "../availability/public.ts";
import type { SourcingDecision } from "../sourcing/public.ts";
import { keepAtMost, UNCOUNTED } from "./counted-units.ts";
import type { OwnUnits } from "./earlier-version.ts";
import { type FreeUnits, positionKey, type ProposedSource, type SourcingGroup, UnitsTaken } from "./proposal.ts";

/** Under which quota units of a position are sold to an order; null: under none. */
export type QuotaAt = (skuId: number, locationId: number) => Quota | null;

/** The quotas that rules set an order, for all its SKUs. */
export interface OrderQuotas {
  readonly all: readonly Quota[];
  readonly at: QuotaAt;
}

/** What an order may take under quotas. */
export interface QuotaLimits {
  readonly at: QuotaAt;
  /** What is left of them; what is taken is taken from it. */
  readonly room: QuotaRoom;
  /** Units that the order has been promised already, by position: they are counted where they were. */
  readonly own: UnitsTaken | null;
}

const NOTHING = new UnitsTaken();

/**
 * Null when a decision keeps within the quotas. Else what each position under a quota may give instead, so that the same
 * question, asked with that, stays within: what was chosen first keeps its units until nothing is left of the quota.
 */
export function capsOf(
  { at, room, own }: QuotaLimits,
  taken: UnitsTaken,
  group: SourcingGroup,
  { assignments }: Pick<SourcingDecision, "assignments">,
): FreeUnits | null {
  const skuOf = new Map(group.lines.map((line) => [line.lineNumber, line.skuId]));
  const wanted = new UnitsTaken();
  for (const { lineNumber, locationId, quantity } of assignments)
    wanted.take(skuOf.get(lineNumber)!, locationId, quantity);
  const left = new Map<string, number>();
  const allowed = new Map<number, number>();
  let isWithin = true;
  for (const { lineNumber, locationId } of assignments) {
    const skuId = skuOf.get(lineNumber)!;
    const quota = at(skuId, locationId);
    const key = positionKey(skuId, locationId);
    if (quota === null || allowed.has(key)) continue;
    const units = wanted.of(skuId, locationId);
    const ownLeft = ownUnitsLeft(own, taken, skuId, locationId);
    const fresh = Math.max(0, units - ownLeft);
    const name = quotaKeyOf(quota);
    const rest = left.get(name) ?? room.left(quota);
    const given = Math.min(fresh, rest);
    left.set(name, rest - given);
    if (given < fresh) isWithin = false;
    allowed.set(key, units - fresh + given);
  }
  if (isWithin) return null;
  return (skuId, locationId) =>
    at(skuId, locationId) === null
      ? Number.POSITIVE_INFINITY
      : (allowed.get(positionKey(skuId, locationId)) ?? ownUnitsLeft(own, taken, skuId, locationId));
}

function ownUnitsLeft(own: UnitsTaken | null, taken: UnitsTaken, skuId: number, locationId: number): number {
  return Math.max(0, (own ?? NOTHING).of(skuId, locationId) - taken.of(skuId, locationId));
}

/** Takes from the quota of a position what is not the order's own already; answers what is counted. */
export function takeOfQuota(
  { at, room, own }: QuotaLimits,
  taken: UnitsTaken,
  { skuId, locationId, quantity }: { skuId: number; locationId: number; quantity: number },
): ProposedSource["counts"] {
  const quota = at(skuId, locationId);
  if (quota === null) return undefined;
  const units = Math.max(0, quantity - ownUnitsLeft(own, taken, skuId, locationId));
  if (units === 0) return undefined;
  room.take(quota, units);
  return { quota, units };
}

/** Whether what these sources count is left, all together. */
export function fitsQuotas(sources: readonly ProposedSource[], room: QuotaRoom): boolean {
  const wanted = new Map<string, { quota: Quota; units: number }>();
  for (const { counts } of sources) {
    if (counts === undefined) continue;
    const key = quotaKeyOf(counts.quota);
    const sum = (wanted.get(key)?.units ?? 0) + counts.units;
    if (sum > room.left(counts.quota)) return false;
    wanted.set(key, { quota: counts.quota, units: sum });
  }
  return true;
}

/** Counters that are locked, by what they count and by their IDs. */
export class LockedQuotas {
  readonly counters: readonly QuotaCounter[];
  readonly #byKey: ReadonlyMap<string, QuotaCounter>;

  constructor(counters: readonly QuotaCounter[]) {
    this.counters = counters;
    this.#byKey = new Map(counters.map((counter) => [quotaKeyOf(counter), counter]));
  }

  /** A property, so that it can be handed on as a function. */
  readonly usedOf: UsedOf = (quota) => this.#of(quota).used;

  /** Sources with what they count under the IDs of the counters. */
  named(sources: readonly ProposedSource[]): ProposedSource[] {
    return sources.map((source) => {
      if (source.counts === undefined) return source;
      const { quota, units } = source.counts;
      return { ...source, counted: [{ id: this.#of(quota).id, units }] };
    });
  }

  #of(quota: Parameters<UsedOf>[0]): QuotaCounter {
    const counter = this.#byKey.get(quotaKeyOf(quota));
    if (counter === undefined) throw new Error(`The quota ${quotaKeyOf(quota)} is not locked.`);
    return counter;
  }
}

/**
 * A new version of an order takes units over from the earlier one where both want them from the same position. Those
 * stay counted in the quota that they were counted in, also when its period is over.
 */
export function takeOver(sources: readonly ProposedSource[], own: readonly OwnUnits[]): ProposedSource[] {
  const left = new Map<number, OwnUnits>();
  for (const one of own) {
    const key = positionKey(one.skuId, one.locationId);
    const known = left.get(key);
    if (known === undefined) left.set(key, one);
    else
      left.set(key, { ...known, quantity: known.quantity + one.quantity, counted: [...known.counted, ...one.counted] });
  }
  return sources.map((source) => {
    const key = positionKey(source.skuId, source.locationId);
    const known = left.get(key);
    if (known === undefined || known.counted.length === 0) return source;
    const units = Math.min(source.quantity, known.quantity);
    const { kept, gone } = keepAtMost(known.counted, units);
    left.set(key, { ...known, quantity: known.quantity - units, counted: gone });
    return { ...source, counted: [...(source.counted ?? UNCOUNTED), ...kept] };
  });
}
