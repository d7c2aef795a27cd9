import { type Control, type ControlScope, type Slot, slotOf } from "./control.ts";

/**
 * A rule as it is compared with others. One that names categories of different depth counts once for each depth, so that
 * how specific it is never depends on the SKU.
 */
export interface ControlVariant {
  readonly control: Control;
  /** Its place in the document. */
  readonly place: number;
  readonly slot: Slot;
  readonly scope: ControlScope;
  /** The higher, the more specific. */
  readonly rank: number;
  /** How long the rule holds, in milliseconds: of two of the same rank the one whose time lies within the other's. */
  readonly span: number;
}

const DEPTHS = 256;
const ATTRIBUTES = 8;

/**
 * What is compared first, first: a SKU, then the number of attributes, then the depth of the category, then vendor,
 * location, group of locations, type of locations, channel and market. The digits of one number, well below 2^53. What
 * rules may name one day goes last: in the middle it would change which of the rules holds that are published.
 */
export function rankOf(scope: ControlScope, categoryDepth: number): number {
  const digits: [number, number][] = [
    [scope.skus === undefined ? 0 : 1, 2],
    [Object.keys(scope.attributes ?? {}).length, ATTRIBUTES],
    [categoryDepth, DEPTHS],
    [scope.vendors === undefined ? 0 : 1, 2],
    [scope.locations === undefined ? 0 : 1, 2],
    [scope.locationGroups === undefined ? 0 : 1, 2],
    [scope.locationTypes === undefined ? 0 : 1, 2],
    [scope.channels === undefined ? 0 : 1, 2],
    [scope.markets === undefined ? 0 : 1, 2],
  ];
  return digits.reduce((rank, [digit, base]) => rank * base + digit, 0);
}

export function depthOf(categoryPath: string): number {
  return categoryPath.split("/").length;
}

export function variantsOf(control: Control, place: number): ControlVariant[] {
  const { scope = {} } = control;
  const shared = { control, place, slot: slotOf(control.effect), span: endOf(control) - startOf(control) };
  if (scope.categories === undefined) return [{ ...shared, scope, rank: rankOf(scope, 0) }];
  return [...Map.groupBy(scope.categories, depthOf)].map(([depth, categories]) => ({
    ...shared,
    scope: { ...scope, categories },
    rank: rankOf(scope, depth),
  }));
}

/** Whether some location is in one of these groups and in one of those. */
export type GroupsMeet = (some: readonly string[], others: readonly string[]) => boolean;

/** The most specific first; where even that says nothing (a tie that a change of the network made), the document's order. */
export function compareVariants(one: ControlVariant, other: ControlVariant): number {
  return other.rank - one.rank || one.span - other.span || one.place - other.place;
}

/** More of them are not told: whoever mends these sees the others. */
const MAX_TIES = 50;

/** Pairs of rules, by their places, of which nobody could say which one holds for something that both are about. */
export function findTies(controls: readonly Control[], groupsMeet: GroupsMeet): [number, number][] {
  const ties = new Map<string, [number, number]>();
  const variants = controls.flatMap(variantsOf);
  const sets: Sets = new Map();
  for (const equals of Map.groupBy(variants, ({ slot, rank }) => `${slot}/${rank}`).values())
    for (const [one, other] of pairsOf(equals)) {
      if (one.place === other.place || !canMeet(one, other, groupsMeet, sets)) continue;
      ties.set(`${one.place}/${other.place}`, [one.place, other.place]);
      if (ties.size === MAX_TIES) return [...ties.values()];
    }
  return [...ties.values()];
}

/** Lists that rules name, as sets: made once, however many rules they are compared with. */
type Sets = Map<readonly string[], ReadonlySet<string>>;

const LISTS = ["skus", "categories", "vendors", "locations", "locationTypes", "channels", "markets"] as const;

/**
 * Variants of the same rank name the same kinds of things, so two can only meet under something that both name: of what
 * they name, the kind is taken that brings the fewest together. Comparing all pairs of 500 rules of 300 SKUs each took
 * more than a second.
 */
function pairsOf(equals: readonly ControlVariant[]): Iterable<[ControlVariant, ControlVariant]> {
  let fewest: readonly (readonly ControlVariant[])[] = [equals];
  for (const kind of LISTS) {
    if (equals[0]!.scope[kind] === undefined) continue;
    const named = new Map<string, ControlVariant[]>();
    for (const variant of equals)
      for (const name of variant.scope[kind] ?? []) {
        const list = named.get(name);
        if (list === undefined) named.set(name, [variant]);
        else list.push(variant);
      }
    const lists = [...named.values()];
    if (countPairs(lists) < countPairs(fewest)) fewest = lists;
  }
  return eachPair(fewest);
}

function countPairs(lists: readonly (readonly unknown[])[]): number {
  return lists.reduce((sum, { length }) => sum + (length * (length - 1)) / 2, 0);
}

function* eachPair(lists: readonly (readonly ControlVariant[])[]): Iterable<[ControlVariant, ControlVariant]> {
  for (const list of lists)
    for (const [index, one] of list.entries()) for (let at = index + 1; at < list.length; at++) yield [one, list[at]!];
}

/** Whether there may be a SKU, a channel, a location and a moment that both are about. They name the same kinds of things. */
function canMeet(one: ControlVariant, other: ControlVariant, groupsMeet: GroupsMeet, sets: Sets): boolean {
  if (!collideInTime(one.control, other.control)) return false;
  const [a, b] = [one.scope, other.scope];
  // Categories of the same depth: one is within the other only if they are the same.
  for (const kind of LISTS) if (!overlap(a[kind], b[kind], sets)) return false;
  if (a.locationGroups && b.locationGroups && !groupsMeet(a.locationGroups, b.locationGroups)) return false;
  // A SKU has one value of an attribute, and any of another one.
  return Object.entries(a.attributes ?? {}).every(([key, values]) => overlap(values, b.attributes?.[key], sets));
}

function overlap(some: readonly string[] | undefined, others: readonly string[] | undefined, sets: Sets): boolean {
  if (some === undefined || others === undefined) return true;
  let known = sets.get(some);
  if (known === undefined) sets.set(some, (known = new Set(some)));
  return others.some((one) => known.has(one));
}

/** Both hold at some moment, and neither time lies within the other: what holds on Black Friday beats what always does. */
function collideInTime(one: Control, other: Control): boolean {
  const [from, until, otherFrom, otherUntil] = [startOf(one), endOf(one), startOf(other), endOf(other)];
  if (from >= otherUntil || otherFrom >= until) return false;
  if (from === otherFrom && until === otherUntil) return true;
  return !(from >= otherFrom && until <= otherUntil) && !(otherFrom >= from && otherUntil <= until);
}

/** Before and after all dates, near enough that differences of them are exact. */
export const EVER = 4e15;

export function startOf({ validFrom }: Control): number {
  return validFrom === undefined ? -EVER : Date.parse(validFrom);
}

export function endOf({ validUntil }: Control): number {
  return validUntil === undefined ? EVER : Date.parse(validUntil);
}
