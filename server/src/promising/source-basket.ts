import { type ControlsInForce, type Quota, quotaOf, QuotaRoom, type UsedOf } from "../availability/public.ts";
import { type PositionKey, positionKeyOf } from "../inventory/public.ts";
import type { ChannelEntry, LocationEntry, NetworkDirectory } from "../network/public.ts";
import type { SourcingPolicy } from "../sourcing/public.ts";
import type { Basket, BasketLineEntry, BasketPlace } from "./basket.ts";
import { type MethodKind, isCollected } from "./fulfillment-method.ts";
import { type FulfillmentMethods, isAmong, type MethodInForce } from "./method-documents.ts";

/** How many units of a position are free; negative while it is short. */
export type FreeUnits = (skuId: number, locationId: number) => number;

export interface Source extends PositionKey {
  placeId: string;
  lineNumber: number;
  quantity: number;
}

export interface Sourced {
  sources: Source[];
  missing: { lineNumber: number; quantity: number }[];
}

export interface SourcingBasis {
  network: NetworkDirectory;
  controls: ControlsInForce;
  policy: SourcingPolicy;
  methods: FulfillmentMethods;
  /** Units that are counted in quotas already. */
  usedOf: UsedOf;
  /** Fulfillment orders that a location can still take for its day; null: no limit. */
  capacityLeft: (location: LocationEntry) => number | null;
}

/** Units of one basket, or of a batch of them, that are spoken for on top of what the rows say. */
export class Taken {
  readonly #units = new Map<number, number>();

  of(key: PositionKey): number {
    return this.#units.get(positionKeyOf(key)) ?? 0;
  }

  take(key: PositionKey, quantity: number): void {
    this.#units.set(positionKeyOf(key), this.of(key) + quantity);
  }
}

export function takeAll(taken: Taken, units: readonly (PositionKey & { quantity: number })[], sign: 1 | -1 = 1): void {
  for (const unit of units) taken.take(unit, sign * unit.quantity);
}

/** The methods that a channel offers for a destination, by what they are. */
export function methodsFor(
  { methods }: Pick<SourcingBasis, "methods">,
  channel: ChannelEntry,
  place: Pick<BasketPlace, "collectedAt" | "method">,
): MethodInForce[] {
  return methods().filter(({ code, method }) => {
    if (place.method !== null && place.method !== code) return false;
    if (method.channels !== undefined && !method.channels.includes(channel.code)) return false;
    const { collectedAt } = place;
    if (collectedAt === null) return isBroughtHome(method.kind);
    if (isCollected(method.kind)) return isAmong(method.locations, collectedAt);
    return method.kind === "locker" && isAmong(method.collectionPoints, collectedAt);
  });
}

function isBroughtHome(kind: MethodKind): boolean {
  return kind === "delivery" || kind === "sameDay";
}

/** The locations that a method may take its units from. */
export function suppliersOf(
  { network }: Pick<SourcingBasis, "network">,
  channel: ChannelEntry,
  { method }: MethodInForce,
  collectedAt: LocationEntry | null,
): number[] {
  if (isCollected(method.kind)) return collectedAt === null ? [] : [collectedAt.id];
  return channel.locationIds.filter((id) => {
    const location = network.locationById(id);
    return location !== undefined && isAmong(method.locations, location);
  });
}

/** Where the units of a place may be held: wherever one of the methods that are open to it may take them from. */
export function eligibleLocations(basis: SourcingBasis, channel: ChannelEntry, place: BasketPlace): number[] {
  const eligible = new Set<number>();
  for (const method of methodsFor(basis, channel, place))
    for (const id of suppliersOf(basis, channel, method, place.collectedAt)) eligible.add(id);
  return [...eligible];
}

/** Every position that could give a unit of the basket. */
export function eligiblePositions(basis: SourcingBasis, { channel, places }: Basket): PositionKey[] {
  return places.flatMap((place) => {
    const locationIds = eligibleLocations(basis, channel, place);
    return place.lines.flatMap(({ sku }) => locationIds.map((locationId) => ({ skuId: sku.id, locationId })));
  });
}

/** Asks the sourcing policy for one place. Takes what it finds, so that the next place of the basket does not. */
export function sourcePlace(
  basis: SourcingBasis,
  channel: ChannelEntry,
  place: Pick<BasketPlace, "id" | "address" | "lines">,
  locationIds: readonly number[],
  free: FreeUnits,
  taken: Taken,
  room: QuotaRoom = new QuotaRoom(basis.usedOf),
): Sourced {
  const usable = usableIn(basis, channel, place.lines, free, taken, room);
  const first = decide(basis, place, locationIds, usable);
  const caps = capsOf(basis, channel, place, room, first.sources);
  const decided =
    caps === null
      ? first
      : decide(basis, place, locationIds, (line, locationId) =>
          Math.min(usable(line, locationId), caps(line, locationId)),
        );
  takeAll(taken, decided.sources);
  for (const { skuId, locationId, quantity } of decided.sources) {
    const quota = quotaAt(basis, channel, place.lines.find(({ sku }) => sku.id === skuId)!, locationId);
    if (quota !== null) room.take(quota, quantity);
  }
  return decided;
}

type LineOfSku = Pick<BasketLineEntry, "sku">;
type UnitsOfLine = (line: LineOfSku, locationId: number) => number;

function decide(
  basis: SourcingBasis,
  place: Pick<BasketPlace, "id" | "address" | "lines">,
  locationIds: readonly number[],
  usable: UnitsOfLine,
): Sourced {
  const candidates = locationIds.flatMap((locationId) => {
    const units = place.lines.map((line) => usable(line, locationId));
    const location = basis.network.locationById(locationId);
    if (location === undefined || !units.some((count) => count > 0)) return [];
    const { latitude, longitude, priority } = location;
    return [{ locationId, latitude, longitude, priority, capacityLeft: basis.capacityLeft(location), usable: units }];
  });
  const { latitude = null, longitude = null } = place.address ?? {};
  const decision = basis.policy({
    lines: place.lines.map(({ lineNumber, sku, quantity }) => ({ lineNumber, skuId: sku.id, quantity })),
    destination: latitude === null || longitude === null ? null : { latitude, longitude },
    candidates,
  });
  const skuOf = new Map(place.lines.map(({ lineNumber, sku }) => [lineNumber, sku.id]));
  const sources = decision.assignments.map(({ lineNumber, locationId, quantity }) => ({
    placeId: place.id,
    lineNumber,
    skuId: skuOf.get(lineNumber)!,
    locationId,
    quantity,
  }));
  return {
    sources,
    missing: decision.unassigned.map(({ lineNumber, quantity }) => ({ lineNumber, quantity })),
  };
}

/**
 * Null when these sources keep within what is left of quotas, all together. Else what each location under one may give
 * instead: what was chosen first keeps its units until nothing is left.
 */
function capsOf(
  basis: SourcingBasis,
  channel: ChannelEntry,
  { lines }: Pick<BasketPlace, "lines">,
  room: QuotaRoom,
  sources: readonly Source[],
): UnitsOfLine | null {
  const lineOf = new Map(lines.map((line) => [line.sku.id, line]));
  const rest = room.copy();
  const allowed = new Taken();
  let isWithin = true;
  for (const { skuId, locationId, quantity } of sources) {
    const quota = quotaAt(basis, channel, lineOf.get(skuId)!, locationId);
    if (quota === null) continue;
    const given = Math.min(quantity, rest.left(quota));
    rest.take(quota, given);
    takeAll(allowed, [{ skuId, locationId, quantity: given }]);
    if (given < quantity) isWithin = false;
  }
  if (isWithin) return null;
  return (line, locationId) =>
    quotaAt(basis, channel, line, locationId) === null
      ? Number.POSITIVE_INFINITY
      : allowed.of({ skuId: line.sku.id, locationId });
}

function quotaAt(
  { controls }: Pick<SourcingBasis, "controls">,
  channel: ChannelEntry,
  { sku }: LineOfSku,
  locationId: number,
): Quota | null {
  const rule = controls.current.of(sku, channel).at(locationId)?.quota ?? null;
  return rule === null ? null : quotaOf(rule, sku.id, channel.id);
}

/**
 * Units of a line that a location can give, by the channel's rules. Of a quota no location gives more than is left of it;
 * capture counts what is ordered.
 */
export function usableIn(
  { controls, usedOf }: Pick<SourcingBasis, "controls" | "usedOf">,
  channel: ChannelEntry,
  lines: readonly Pick<BasketLineEntry, "sku">[],
  free: FreeUnits,
  taken: Taken,
  room: QuotaRoom = new QuotaRoom(usedOf),
): UnitsOfLine {
  const terms = new Map(lines.map(({ sku }) => [sku.id, controls.current.of(sku, channel)]));
  return ({ sku }, locationId) => {
    const left = free(sku.id, locationId) - taken.of({ skuId: sku.id, locationId });
    const rules = terms.get(sku.id)!;
    const units = Math.max(0, rules.promisable(locationId, left));
    const quota = rules.at(locationId)?.quota ?? null;
    return quota === null ? units : Math.min(units, room.left(quotaOf(quota, sku.id, channel.id)));
  };
}

/** All places of a basket, in their order. */
export function sourceBasket(
  basis: SourcingBasis,
  { channel, places }: Basket,
  free: FreeUnits,
  taken: Taken,
): Sourced {
  const room = new QuotaRoom(basis.usedOf);
  const all = places.map((place) =>
    sourcePlace(basis, channel, place, eligibleLocations(basis, channel, place), free, taken, room),
  );
  return { sources: all.flatMap(({ sources }) => sources), missing: all.flatMap(({ missing }) => missing) };
}
