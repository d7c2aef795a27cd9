import type { SkuEntry } from "../catalog/public.ts";
import type { ChannelEntry } from "../network/public.ts";
import type { ControlSet } from "./controls/control-set.ts";
import { leftOf, UnitsWithinQuotas } from "./quotas/units-within-quotas.ts";
import type { StockOfSku, SupplyCell } from "./sku-stock.ts";

/** What can be promised of a SKU at one location: now, and by day in the order of the question. */
export interface DatedLocation {
  readonly locationId: number;
  readonly now: number;
  readonly quantities: readonly number[];
}

export interface DatedQuestion {
  readonly sku: SkuEntry;
  readonly stock: StockOfSku;
  readonly channel: ChannelEntry;
  readonly controls: ControlSet;
  /** Days of the calendar of each location. */
  readonly days: readonly string[];
  /** The day that it is now at a location. */
  readonly todayAt: (locationId: number) => string;
}

const NONE: readonly SupplyCell[] = [];

/**
 * free(l, d) = what is free now + what is to come by d and is promised to nobody; what may be promised of it by the rules is
 * the answer (I4). Nobody holds units of a later day but the promises that are off already, so free never falls with
 * time, and its minimum over all days from d on is that of d itself. What is late has no day any more: it counts again when
 * somebody gives it one, or when it comes.
 */
export function quantitiesOn({ sku, stock, channel, controls, days, todayAt }: DatedQuestion): DatedLocation[] {
  if (!sku.active) return [];
  const terms = controls.of(sku, channel);
  const coming = Map.groupBy(
    days.length === 0 ? [] : stock.supplies.filter(({ locationId, expectedOn }) => expectedOn >= todayAt(locationId)),
    ({ locationId }) => locationId,
  );
  const locations: DatedLocation[] = [];
  const add = (locationId: number, free: number, supplies: readonly SupplyCell[] = NONE): void => {
    if (!channel.locationSet.has(locationId)) return;
    const quota = terms.at(locationId)?.quota ?? null;
    const left =
      quota === null ? Number.POSITIVE_INFINITY : leftOf(quota, sku.id, channel.id, (one) => stock.usedOf(one));
    const now = Math.min(left, terms.promisable(locationId, free));
    const quantities = days.map((day) =>
      supplies.length === 0 ? now : Math.min(left, terms.promisable(locationId, free + unitsBy(supplies, day))),
    );
    if (now > 0 || quantities.some((quantity) => quantity > 0)) locations.push({ locationId, now, quantities });
  };
  for (let index = 0; index < stock.count; index++) {
    const locationId = stock.locationAt(index);
    add(locationId, stock.freeAt(index), coming.get(locationId));
    coming.delete(locationId);
  }
  for (const [locationId, supplies] of coming) add(locationId, 0, supplies);
  return locations;
}

/** Of the whole channel, by day: within what is left of quotas of now. */
export function totalsOn(
  { sku, stock, channel, controls, days }: DatedQuestion,
  locations: readonly DatedLocation[],
): number[] {
  const terms = controls.of(sku, channel);
  return days.map((_, day) => {
    const units = new UnitsWithinQuotas(terms);
    for (const { locationId, quantities } of locations) units.add(locationId, quantities[day]!);
    return units.total(sku.id, channel.id, (quota) => stock.usedOf(quota));
  });
}

/** Units that are to come until the end of a day. */
function unitsBy(supplies: readonly SupplyCell[], day: string): number {
  let units = 0;
  for (const supply of supplies) if (supply.expectedOn <= day) units += supply.units;
  return units;
}
