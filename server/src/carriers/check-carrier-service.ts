import { isTimeZone, WEEKDAYS } from "../network/public.ts";
import type { DocumentCheck } from "../platform/documents/document-kind.ts";
import { faultsOfSchema } from "../platform/documents/faults-of-schema.ts";
import { isCurrency } from "../platform/money.ts";
import type { Fault } from "../platform/refusals.ts";
import { CarrierService, type CarrierZone } from "./carrier-service.ts";

/** What keeps a carrier service from being published, each with its place, and what is probably not meant. */
export function checkCarrierService(content: unknown): DocumentCheck {
  const wrong = faultsOfSchema(CarrierService, content);
  if (wrong.length > 0) return { faults: wrong, warnings: [] };
  const service = content as CarrierService;
  return {
    faults: [...faultsOfZones(service), ...faultsOfTimes(service), ...faultsOfRates(service)],
    warnings: [...warningsOfZones(service), ...warningsOfRates(service)],
  };
}

function faultsOfZones({ zones }: CarrierService): Fault[] {
  const names = new Set<string>();
  return zones.flatMap(({ name, transitDays, transitMinutes, timeZone }, place): Fault[] => {
    const at = `/zones/${place}`;
    const faults: Fault[] = [];
    if (names.has(name)) faults.push({ pointer: `${at}/name`, message: "is the name of another zone as well" });
    names.add(name);
    if ((transitDays === undefined) === (transitMinutes === undefined))
      faults.push({ pointer: at, message: "must say either transit days or transit minutes" });
    for (const [part, span] of Object.entries({ transitDays, transitMinutes }))
      if (span !== undefined && span.from > span.to)
        faults.push({ pointer: `${at}/${part}/to`, message: `must not be less than ${span.from}` });
    if (timeZone !== undefined && !isTimeZone(timeZone))
      faults.push({ pointer: `${at}/timeZone`, message: "is not an IANA time zone, for example Europe/London" });
    return faults;
  });
}

function faultsOfTimes({ collection, delivery, holidays = [] }: CarrierService): Fault[] {
  const faults: Fault[] = [];
  for (const day of WEEKDAYS) {
    const hours = collection[day];
    if (hours !== undefined && hours.from >= hours.until)
      faults.push({ pointer: `/collection/${day}/until`, message: `must be later than ${hours.from}` });
  }
  if (delivery.from >= delivery.until)
    faults.push({ pointer: "/delivery/until", message: `must be later than ${delivery.from}` });
  const dates = new Set<string>();
  holidays.forEach(({ on }, place) => {
    if (dates.has(on)) faults.push({ pointer: `/holidays/${place}/on`, message: "names a date a second time" });
    dates.add(on);
  });
  return faults;
}

function faultsOfRates({ rates = [], zones }: CarrierService): Fault[] {
  const names = new Set(zones.map(({ name }) => name));
  const currencies = new Set<string>();
  return rates.flatMap(({ currency, steps }, place): Fault[] => {
    const at = `/rates/${place}`;
    const faults: Fault[] = [];
    if (!isCurrency(currency)) faults.push({ pointer: `${at}/currency`, message: "is not a currency of ISO 4217" });
    if (currencies.has(currency)) faults.push({ pointer: `${at}/currency`, message: "has another table already" });
    currencies.add(currency);
    const seen = new Set<string>();
    steps.forEach(({ zone, upToGrams }, index) => {
      const step = `${at}/steps/${index}`;
      if (!names.has(zone)) faults.push({ pointer: `${step}/zone`, message: `there is no zone ${zone}` });
      if (seen.has(`${upToGrams} ${zone}`))
        faults.push({ pointer: `${step}/upToGrams`, message: `has another price in the zone ${zone} already` });
      seen.add(`${upToGrams} ${zone}`);
    });
    return faults;
  });
}

/** A zone behind one that takes everything it would take is never reached. */
function warningsOfZones({ zones }: CarrierService): Fault[] {
  return zones.flatMap((zone, place) => {
    const earlier = zones.slice(0, place).find((one) => covers(one, zone));
    if (earlier === undefined) return [];
    return [{ pointer: `/zones/${place}`, message: `is never reached: ${earlier.name} takes all of it` }];
  });
}

function covers(one: CarrierZone, other: CarrierZone): boolean {
  const within = (outer: readonly string[] | undefined, inner: readonly string[] | undefined): boolean =>
    outer === undefined || (inner !== undefined && inner.every((each) => outer.includes(each)));
  return (
    (one.domestic !== true || other.domestic === true) &&
    within(one.countries, other.countries) &&
    within(one.postalCodes, other.postalCodes) &&
    (one.withinKilometers === undefined ||
      (other.withinKilometers !== undefined && other.withinKilometers <= one.withinKilometers))
  );
}

function warningsOfRates({ rates = [], zones }: CarrierService): Fault[] {
  return rates.flatMap(({ currency, steps }, place) =>
    zones
      .filter(({ name }) => !steps.some(({ zone }) => zone === name))
      .map(({ name }) => ({
        pointer: `/rates/${place}/steps`,
        message: `the zone ${name} has no price in ${currency}`,
      })),
  );
}
