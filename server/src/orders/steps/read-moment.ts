import { instantOf } from "../../network/public.ts";

const DAY = /^(\d{4}-\d{2}-\d{2})$/;
const MOMENT =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(\.\d{1,9})?)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?$/;

/**
 * An ISO 8601 day or moment that another system has written; null when it is anything else, which `Date.parse` would
 * guess at ("week 12" is a day of 2001 to it). A day counts from its first moment in the zone, a time without an offset is one
 * on the zone's clocks.
 */
export function readMoment(value: unknown, timeZone: string): number | null {
  if (typeof value !== "string") return null;
  const date = (DAY.exec(value) ?? MOMENT.exec(value))?.[1];
  if (date === undefined || !isDay(date)) return null;
  const [, , hour = "00", minute = "00", second = "0", fraction = "", offset] = MOMENT.exec(value) ?? [];
  if (offset !== undefined) return Date.parse(value);
  return instantOf(date, `${hour}:${minute}`, timeZone).getTime() + Math.floor(Number(`${second}${fraction}`) * 1000);
}

/** Not the 30th of February, which is the 2nd of March to `Date`. */
function isDay(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}
