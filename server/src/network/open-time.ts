import { type Calendar, WEEKDAYS } from "./calendar.ts";
import { DAY_MS, instantOf, localTimeOf, weekdayOf } from "./time-zone.ts";

/** Nobody waits longer for opening hours; a calendar that is closed longer counts as always open. */
const MAX_DAYS_AHEAD = 400;

/** The moment at which so much time of opening hours has passed. */
export function addOpenTime(calendar: Calendar, timeZone: string, from: Date, durationMs: number): Date {
  let left = durationMs;
  const midnight = Date.parse(`${localTimeOf(from, timeZone).date}T00:00:00Z`);
  for (let days = 0; days <= MAX_DAYS_AHEAD; days++) {
    const day = new Date(midnight + days * DAY_MS);
    const date = day.toISOString().slice(0, 10);
    for (const interval of intervalsOn(calendar, date, WEEKDAYS[(day.getUTCDay() + 6) % 7]!)) {
      const opens = Math.max(instantOf(date, interval.from, timeZone).getTime(), from.getTime());
      const open = instantOf(date, interval.to, timeZone).getTime() - opens;
      if (open <= 0) continue;
      if (left <= open) return new Date(opens + left);
      left -= open;
    }
  }
  return new Date(from.getTime() + durationMs);
}

/** Open from … to … on a local date, as instants. */
export function openIntervalsOn(calendar: Calendar, timeZone: string, date: string): { from: Date; to: Date }[] {
  return intervalsOn(calendar, date, WEEKDAYS[weekdayOf(date)]!)
    .map(({ from, to }) => ({ from: instantOf(date, from, timeZone), to: instantOf(date, to, timeZone) }))
    .filter(({ from, to }) => from < to);
}

function intervalsOn(calendar: Calendar, date: string, weekday: (typeof WEEKDAYS)[number]) {
  const exception = calendar.exceptions?.find(({ on }) => on === date);
  if (exception?.closed === true) return [];
  if (exception?.openingHours !== undefined) return exception.openingHours;
  if (calendar.openingHours === undefined) return [{ from: "00:00", to: "24:00" }];
  return calendar.openingHours[weekday] ?? [];
}
