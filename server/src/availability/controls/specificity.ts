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
  /** The higher, the more specific; rules of a slot that can meet never have the same (`findTies`). */
  readonly rank: number;
}

const DEPTHS = 256;
const ATTRIBUTES = 8;

/**
 * What is compared first, first: a SKU, then the number of attributes, then the depth of the category, then vendor,
 * location, group of locations, type of locations, channel and market. The digits of one number, well below 2^53.
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
  const shared = { control, place, slot: slotOf(control.effect) };
  if (scope.categories === undefined) return [{ ...shared, scope, rank: rankOf(scope, 0) }];
  return [...Map.groupBy(scope.categories, depthOf)].map(([depth, categories]) => ({
    ...shared,
    scope: { ...scope, categories },
    rank: rankOf(scope, depth),
  }));
}

/** Whether some location is in one of these groups and in one of those. */
export type GroupsMeet = (some: readonly string[], others: readonly string[]) => boolean;

/** Pairs of rules, by their places, of which nobody could say which one holds for something that both are about. */
export function findTies(controls: readonly Control[], groupsMeet: GroupsMeet): [number, number][] {
  const ties = new Map<string, [number, number]>();
  const variants = controls.flatMap(variantsOf);
  for (const equals of Map.groupBy(variants, ({ slot, rank }) => `${slot}/${rank}`).values())
    for (const [index, one] of equals.entries())
      for (const other of equals.slice(index + 1))
        if (one.place !== other.place && canMeet(one, other, groupsMeet))
          ties.set(`${one.place}/${other.place}`, [one.place, other.place]);
  return [...ties.values()];
}

/** Whether there may be a SKU, a channel, a location and a moment that both are about. They name the same kinds of things. */
function canMeet(one: ControlVariant, other: ControlVariant, groupsMeet: GroupsMeet): boolean {
  if (!overlapInTime(one.control, other.control)) return false;
  const [a, b] = [one.scope, other.scope];
  if (!overlap(a.channels, b.channels) || !overlap(a.markets, b.markets)) return false;
  // Of the same depth: one is within the other only if they are the same.
  if (!overlap(a.categories, b.categories) || !overlap(a.skus, b.skus)) return false;
  if (!overlap(a.vendors, b.vendors) || !overlap(a.locations, b.locations)) return false;
  if (!overlap(a.locationTypes, b.locationTypes)) return false;
  if (a.locationGroups && b.locationGroups && !groupsMeet(a.locationGroups, b.locationGroups)) return false;
  // A SKU has one value of an attribute, and any of another one.
  return Object.entries(a.attributes ?? {}).every(([key, values]) => overlap(values, b.attributes?.[key]));
}

function overlap(some: readonly string[] | undefined, others: readonly string[] | undefined): boolean {
  if (some === undefined || others === undefined) return true;
  const known = new Set(some);
  return others.some((one) => known.has(one));
}

function overlapInTime(one: Control, other: Control): boolean {
  return startOf(one) < endOf(other) && startOf(other) < endOf(one);
}

export function startOf({ validFrom }: Control): number {
  return validFrom === undefined ? Number.NEGATIVE_INFINITY : Date.parse(validFrom);
}

export function endOf({ validUntil }: Control): number {
  return validUntil === undefined ? Number.POSITIVE_INFINITY : Date.parse(validUntil);
}
