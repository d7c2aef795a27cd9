import { type CarrierService, findZone, transitOf, type Way } from "../carriers/public.ts";
import {
  addOpenTime,
  type Calendar,
  dayAfter,
  instantOf,
  localTimeOf,
  nextCutOff,
  openIntervalsOn,
} from "../network/public.ts";
import type { FulfillmentMethod } from "./fulfillment-method.ts";

/** What a promise needs to know of a location. */
export interface PromisingLocation {
  readonly timeZone: string;
  readonly calendar: Calendar;
  /** Fulfillment orders that it can still take for its day; null: no limit. */
  readonly capacityLeft: number | null;
}

export interface DeliveryPromise {
  /** Packed and ready for the carrier. */
  readyAt: Date;
  /** It leaves the location at the latest. */
  shipBy: Date;
  deliverFrom: Date;
  deliverBy: Date;
}

export interface PickupPromise {
  readyAt: Date;
  /** Until when it is kept; null: the method does not say. */
  keptUntil: Date | null;
  /** Times to choose from; none: any time of the opening hours. */
  slots: readonly { from: Date; to: Date }[];
}

const DAY_MS = 86_400_000;
const MAX_SLOTS = 200;
/** Stores that are closed for longer have no times to offer. */
const MAX_CLOSED_DAYS = 60;

/**
 * When a parcel of this location leaves and arrives: the work begins now, or with the next day's when the location has no
 * capacity left; it takes the method's time in opening hours; then it goes with the location's next cut-off and the
 * carrier's next collection. Same day goes as soon as it is ready. Null: the carrier does not go there, or not within a
 * year. Pure: no clock, no database.
 */
export function promiseDelivery(
  now: Date,
  { kind, clock }: Pick<FulfillmentMethod, "kind" | "clock">,
  location: PromisingLocation,
  service: CarrierService,
  way: Way,
): DeliveryPromise | null {
  const zone = findZone(service, way);
  if (zone === null) return null;
  const { calendar, timeZone } = location;
  const readyAt = readyAfter(beginsToSend(now, location), clock.processingMinutes, location);
  const handedOver = kind === "sameDay" ? readyAt : leavesAt(calendar, timeZone, readyAt);
  if (handedOver === null) return null;
  const transit = transitOf(service, zone, handedOver, timeZone);
  if (transit === null) return null;
  // What leaves with a cut-off of its own is promised by that: the carrier may come hours later.
  const shipBy = handedOver > readyAt ? handedOver : transit.collectedBy;
  return { readyAt, shipBy, deliverFrom: transit.deliverFrom, deliverBy: transit.deliverBy };
}

/** When it can be collected at the location. Pure. */
export function promisePickup(
  now: Date,
  { clock }: Pick<FulfillmentMethod, "clock">,
  location: PromisingLocation,
): PickupPromise {
  const readyAt = readyAfter(beginsToCollect(now, location), clock.processingMinutes, location);
  const { keptDays, slotMinutes, slotDays = 3 } = clock;
  return {
    readyAt,
    keptUntil: keptDays === undefined ? null : daysLater(readyAt, keptDays, location.timeZone),
    slots: slotMinutes === undefined ? [] : slotsOf(location, readyAt, slotMinutes * 60_000, slotDays),
  };
}

function isFull({ capacityLeft }: PromisingLocation): boolean {
  return capacityLeft !== null && capacityLeft <= 0;
}

/** What is sent from a location that is full for its day is begun when that day is over: at its cut-off. */
function beginsToSend(now: Date, location: PromisingLocation): Date {
  if (!isFull(location)) return now;
  return nextCutOff(location.calendar, location.timeZone, now) ?? new Date(now.getTime() + DAY_MS);
}

/** Customers come while it is open, also behind the cut-off: what is collected there is begun on the next day. */
function beginsToCollect(now: Date, location: PromisingLocation): Date {
  if (!isFull(location)) return now;
  return instantOf(dayAfter(localTimeOf(now, location.timeZone).date), "00:00", location.timeZone);
}

function readyAfter(begins: Date, processingMinutes: number, { calendar, timeZone }: PromisingLocation): Date {
  return addOpenTime(calendar, timeZone, begins, processingMinutes * 60_000);
}

/** At the same time by the clock on the wall, also over a change of clocks. */
function daysLater(moment: Date, days: number, timeZone: string): Date {
  const { date, minutes } = localTimeOf(moment, timeZone);
  const day = new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0"));
  return instantOf(day, `${hour}:${minute}`, timeZone);
}

/** With the first cut-off behind it; at once where there are none. Null: none within 60 days. */
function leavesAt(calendar: Calendar, timeZone: string, readyAt: Date): Date | null {
  const hasCutOffs = calendar.cutOffs !== undefined || calendar.exceptions?.some(({ cutOff }) => cutOff !== undefined);
  return hasCutOffs === true ? nextCutOff(calendar, timeZone, readyAt) : readyAt;
}

/** Times of equal length in the opening hours, from the first that begins when it is ready; days without any do not count. */
function slotsOf(
  { calendar, timeZone }: PromisingLocation,
  readyAt: Date,
  lengthMs: number,
  days: number,
): { from: Date; to: Date }[] {
  const slots: { from: Date; to: Date }[] = [];
  let date = localTimeOf(readyAt, timeZone).date;
  let offered = 0;
  for (let day = 0; day <= MAX_CLOSED_DAYS && offered < days; day++, date = dayAfter(date)) {
    const before = slots.length;
    for (const { from, to } of openIntervalsOn(calendar, timeZone, date))
      for (let begins = from.getTime(); begins + lengthMs <= to.getTime(); begins += lengthMs)
        if (begins >= readyAt.getTime() && slots.length < MAX_SLOTS)
          slots.push({ from: new Date(begins), to: new Date(begins + lengthMs) });
    if (slots.length > before) offered++;
  }
  return slots;
}
