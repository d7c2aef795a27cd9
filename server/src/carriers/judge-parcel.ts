import type { CarrierService } from "./carrier-service.ts";
import type { Destination } from "./find-zone.ts";

/** What carriers ask of a unit; null: nobody entered it, so nothing is refused for it. */
export interface Carried {
  readonly quantity: number;
  readonly weightGrams: number | null;
  readonly lengthMillimeters: number | null;
  readonly widthMillimeters: number | null;
  readonly heightMillimeters: number | null;
  readonly hazardClass: string | null;
  readonly freightClass: string | null;
}

export const CARRIER_REASONS = [
  "noZone",
  "refusedCountry",
  "poBox",
  "tooHeavy",
  "tooLong",
  "tooLarge",
  "hazardClass",
  "freightClass",
  "noPrice",
] as const;
export type CarrierReason = (typeof CARRIER_REASONS)[number];

export function weightOf(parcel: readonly Carried[]): number {
  return parcel.reduce((sum, { quantity, weightGrams }) => sum + quantity * (weightGrams ?? 0), 0);
}

/** Why the service may not carry the parcel there; null: it may. Zones and prices are asked apart. */
export function refusalOfParcel(
  { restrictions = {} }: CarrierService,
  parcel: readonly Carried[],
  destination: Destination,
): CarrierReason | null {
  const { maxWeightGrams, maxLengthMillimeters, maxGirthMillimeters, hazardClasses, freightClasses } = restrictions;
  if (restrictions.refusedCountries?.includes(destination.country)) return "refusedCountry";
  if (restrictions.refusesPoBoxes === true && destination.poBox) return "poBox";
  if (maxWeightGrams !== undefined && weightOf(parcel) > maxWeightGrams) return "tooHeavy";
  for (const unit of parcel) {
    const sides = [unit.lengthMillimeters ?? 0, unit.widthMillimeters ?? 0, unit.heightMillimeters ?? 0];
    const longest = Math.max(...sides);
    const girth = 2 * sides.reduce((sum, side) => sum + side, 0) - longest;
    if (maxLengthMillimeters !== undefined && longest > maxLengthMillimeters) return "tooLong";
    if (maxGirthMillimeters !== undefined && girth > maxGirthMillimeters) return "tooLarge";
    const { hazardClass, freightClass } = unit;
    if (hazardClass !== null && !hazardClasses?.some((one) => one === "*" || one === hazardClass)) return "hazardClass";
    if (freightClasses !== undefined && (freightClass === null || !freightClasses.includes(freightClass)))
      return "freightClass";
  }
  return null;
}

/** Price of a parcel in minor units; null: this zone, weight or currency has none. */
export function priceOfParcel(service: CarrierService, zone: string, grams: number, currency: string): number | null {
  const table = service.rates?.find((one) => one.currency === currency);
  let best: { upToGrams: number; amount: number } | null = null;
  for (const step of table?.steps ?? [])
    if (step.zone === zone && step.upToGrams >= grams && (best === null || step.upToGrams < best.upToGrams))
      best = step;
  return best?.amount ?? null;
}
