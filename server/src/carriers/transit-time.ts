import { dayAfter, instantOf, localTimeOf, WEEKDAYS, weekdayOf } from "../network/public.ts";
import { type CarrierService, type CarrierZone } from "./carrier-service.ts";

/** No promise goes further; a calendar that is closed longer promises nothing. */
const MAX_DAYS = 366;
const MINUTE_MS = 60_000;

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
  const there = zone.timeZone ?? timeZone;
  const { transitDays, transitMinutes } = zone;
  if (transitMinutes !== undefined) {
    const leaves = Math.max(ready.getTime(), collection.from.getTime());
    const way = { from: leaves + transitMinutes.from * MINUTE_MS, by: leaves + transitMinutes.to * MINUTE_MS };
    const arrives = withinDelivery(service, way, there);
    return arrives && { collectedBy: new Date(leaves), deliverFrom: arrives.from, deliverBy: arrives.by };
  }
  const first = deliveryHours(service, collection, transitDays!.from, there);
  const last = deliveryHours(service, collection, transitDays!.to, there);
  if (first === null || last === null) return null;
  const deliverFrom = first.from > collection.until ? first.from : collection.until;
  return { collectedBy: collection.until, deliverFrom, deliverBy: last.until };
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

function deliversOn({ delivery, holidays = [] }: CarrierService, date: string): boolean {
  return delivery.days.includes(WEEKDAYS[weekdayOf(date)]!) && !holidays.some(({ on }) => on === date);
}

/** The delivery day with this number after the collection; with 0 the day itself, if it delivers then. */
function deliveryDay(service: CarrierService, collectedOn: string, number: number): string | null {
  let date = collectedOn;
  let left = number;
  for (let days = 0; days <= MAX_DAYS; days++, date = dayAfter(date)) {
    const delivers = deliversOn(service, date);
    if (days > 0 && delivers) left--;
    if (left <= 0 && delivers) return date;
  }
  return null;
}

interface Hours {
  from: Date;
  until: Date;
}

function hoursOn({ delivery }: CarrierService, date: string, timeZone: string): Hours {
  return { from: instantOf(date, delivery.from, timeZone), until: instantOf(date, delivery.until, timeZone) };
}

/** The hours of that delivery day; of the next one, when the carrier has delivered for the day before it collects. */
function deliveryHours(
  service: CarrierService,
  collection: { date: string; until: Date },
  number: number,
  timeZone: string,
): Hours | null {
  const date = deliveryDay(service, collection.date, number);
  if (date === null) return null;
  const hours = hoursOn(service, date, timeZone);
  return hours.until > collection.until ? hours : deliveryHours(service, collection, number + 1, timeZone);
}

/** A courier comes when it is there, but only while it delivers: what would be too late comes when it begins again. */
function withinDelivery(
  service: CarrierService,
  way: { from: number; by: number },
  timeZone: string,
): { from: Date; by: Date } | null {
  const spread = way.by - way.from;
  let date = localTimeOf(new Date(way.from), timeZone).date;
  for (let days = 0; days <= MAX_DAYS; days++, date = dayAfter(date)) {
    if (!deliversOn(service, date)) continue;
    const hours = hoursOn(service, date, timeZone);
    const from = Math.max(way.from, hours.from.getTime());
    const by = Math.min(from + spread, hours.until.getTime());
    // A day that is shorter than the spread is taken as it is.
    if (from + spread <= hours.until.getTime() || from === hours.from.getTime())
      return { from: new Date(from), by: new Date(by) };
  }
  return null;
}
