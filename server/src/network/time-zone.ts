/**
 * Local time by the IANA time zones that Node ships (Temporal is not there yet). A formatter costs 30 µs to build and
 * 2 µs to use, so there is one per zone.
 */
const formatters = new Map<string, Intl.DateTimeFormat>();
/** There are about 600 names, aliases included; the bound only guards against a mistake. */
const MAX_FORMATTERS = 1_000;

export function isTimeZone(name: string): boolean {
  // Offsets such as +01:00 are accepted by Intl, but know no daylight saving and are not names.
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) return false;
  try {
    formatterOf(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

export interface LocalTime {
  /** "2026-12-24" */
  date: string;
  /** 0 is Monday. */
  weekday: number;
  /** Minutes since local midnight, as clocks there show it. */
  minutes: number;
}

export function localTimeOf(at: Date, timeZone: string): LocalTime {
  const shifted = new Date(at.getTime() + offsetMs(at.getTime(), timeZone));
  return {
    date: shifted.toISOString().slice(0, 10),
    weekday: (shifted.getUTCDay() + 6) % 7,
    minutes: shifted.getUTCHours() * 60 + shifted.getUTCMinutes(),
  };
}

/**
 * The instant at which clocks in the zone show this date and time. A time that is skipped in spring is moved on by the
 * gap; of a time that comes twice in autumn it is the first.
 */
export function instantOf(date: string, time: string, timeZone: string): Date {
  const asIfUtc = Date.parse(`${date}T${time}:00Z`);
  // The offset before and after any change of that day; both are tried, because which one holds depends on the answer.
  const before = offsetMs(asIfUtc - DAY_MS, timeZone);
  const after = offsetMs(asIfUtc + DAY_MS, timeZone);
  const early = asIfUtc - Math.max(before, after);
  if (early + offsetMs(early, timeZone) === asIfUtc) return new Date(early);
  const late = asIfUtc - Math.min(before, after);
  if (late + offsetMs(late, timeZone) === asIfUtc) return new Date(late);
  return new Date(asIfUtc - before);
}

export const DAY_MS = 86_400_000;

/** "2026-12-24" → "2026-12-25" */
export function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}

/** Of a local date; 0 is Monday. */
export function weekdayOf(date: string): number {
  return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
}

function offsetMs(instant: number, timeZone: string): number {
  const whole = Math.floor(instant / 1000) * 1000;
  const parts: Record<string, string> = {};
  for (const { type, value } of formatterOf(timeZone).formatToParts(whole)) parts[type] = value;
  const { year, month, day, hour, minute, second } = parts;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) - whole;
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    if (formatters.size >= MAX_FORMATTERS) formatters.clear();
    formatters.set(timeZone, formatter);
  }
  return formatter;
}
