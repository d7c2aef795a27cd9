import type { CarrierService, CarrierZone } from "./carrier-service.ts";

/** Where a parcel goes: no names, no street. */
export interface Destination {
  readonly country: string;
  readonly postalCode: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly poBox: boolean;
}

/** What is known of where it leaves. */
export interface Way {
  readonly fromCountry: string | null;
  readonly destination: Destination;
  /** As the crow flies; null when one of both has no coordinates. */
  readonly kilometers: number | null;
}

/** The first zone that the destination is in; null: the service does not go there. */
export function findZone(service: CarrierService, way: Way): CarrierZone | null {
  return service.zones.find((zone) => isIn(zone, way)) ?? null;
}

function isIn(zone: CarrierZone, { fromCountry, destination, kilometers }: Way): boolean {
  if (zone.domestic === true && fromCountry !== destination.country) return false;
  if (zone.countries !== undefined && !zone.countries.includes(destination.country)) return false;
  if (zone.withinKilometers !== undefined && (kilometers === null || kilometers > zone.withinKilometers)) return false;
  if (zone.postalCodes === undefined) return true;
  if (destination.postalCode === null) return false;
  const code = bare(destination.postalCode);
  return zone.postalCodes.some((beginning) => code.startsWith(bare(beginning)));
}

/** "BT1 4ab" is BT14AB: people write postal codes as they like. */
function bare(postalCode: string): string {
  return postalCode.replaceAll(/[\s-]/g, "").toUpperCase();
}
