import { dayAfter, instantOf, localTimeOf, WEEKDAYS, weekdayOf } from "../network/public.ts";
import { type CarrierService, type CarrierZone } from "./carrier-service.ts";

/** No promise goes further; a calendar that is closed longer promises nothing. */
const MAX_DAYS = 366;

export interface Transit {
  /** When the carrier takes it at the latest: until then it has to be packed. */
  collectedBy: Date;
  deliverFrom: Date;
  deliverBy: Date;
}

/**
 * From the moment at which a parcel is ready to its delivery. `timeZone` is that of where it leaves. Null when the service
 * does not collect or deliver within a year.
 */
export function transitOf(service: CarrierService, zone: CarrierZone, ready: Date, timeZone: string): Transit | null {
  const collection = nextCollection(service, ready, timeZone);
  if (collection === null) return null;
  const { transitDays, transitMinutes } = zone;
  if (transitMinutes !== undefined) {
    const leaves = Math.max(ready.getTime(), collection.from.getTime());
    return {
      collectedBy: new Date(leaves),
      deliverFrom: new Date(leaves + transitMinutes.from * 60_000),
      deliverBy: new Date(leaves + transitMinutes.to * 60_000),
    };
  }
  const there = zone.timeZone ?? timeZone;
  const first = deliveryDay(service, collection.date, transitDays!.from);
  const last = deliveryDay(service, collection.date, transitDays!.to);
  if (first === null || last === null) return null;
  return {
    collectedBy: collection.until,
    deliverFrom: instantOf(first, service.delivery.from, there),
    deliverBy: instantOf(last, service.delivery.until, there),
  };
}

/** The first collection that what is ready then can still go with. */
function nextCollection(
  { collection, holidays = [] }: CarrierService,
  ready: Date,
  timeZone: string,
): { date: string; from: Date; until: Date } | null {
  let date = localTimeOf(ready, timeZone).date;
  for (let days = 0; days <= MAX_DAYS; days++, date = dayAfter(date)) {
    const hours = collection[WEEKDAYS[weekdayOf(date)]!];
    if (hours === undefined || holidays.some(({ on }) => on === date)) continue;
    const until = instantOf(date, hours.until, timeZone);
    if (until >= ready) return { date, from: instantOf(date, hours.from, timeZone), until };
  }
  return null;
}

/** The delivery day with this number after the collection; with 0 the day itself, if it delivers then. */
function deliveryDay({ delivery, holidays = [] }: CarrierService, collectedOn: string, number: number): string | null {
  let date = collectedOn;
  let left = number;
  for (let days = 0; days <= MAX_DAYS; days++, date = dayAfter(date)) {
    const delivers = delivery.days.includes(WEEKDAYS[weekdayOf(date)]!) && !holidays.some(({ on }) => on === date);
    if (days > 0 && delivers) left--;
    if (left <= 0 && delivers) return date;
  }
  return null;
}
