/**
 * What `date-time` and `date` mean here: a moment or a day that JavaScript and PostgreSQL both know. RFC 3339 also
 * allows leap seconds, the year 0000 and offsets of up to a day, which one of them refuses.
 */
const MOMENT =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:0\d|1[0-4]):[0-5]\d)$/;
const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;

/** In UTC, which may be another day: what is written back must have a year of four digits. */
const EARLIEST = Date.parse("0001-01-01T00:00:00Z");
const LATEST = Date.parse("9999-12-31T23:59:59.999Z");

export function isMoment(text: string): boolean {
  const parts = MOMENT.exec(text);
  if (parts === null || !isCalendarDay(parts)) return false;
  const time = Date.parse(text);
  return time >= EARLIEST && time <= LATEST;
}

export function isDay(text: string): boolean {
  const parts = DAY.exec(text);
  return parts !== null && isCalendarDay(parts);
}

/** JavaScript moves February 30 to March 2; PostgreSQL refuses it. */
function isCalendarDay([, year, month, day]: RegExpExecArray): boolean {
  if (year === "0000") return false;
  const time = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.getUTCDate() === Number(day);
}

/** What is wrong with a text that is not of this format, for people. */
export function formatSentence(format: string): string {
  switch (format) {
    case "date-time":
      return "must be a moment that exists, with its zone: 2026-11-20T14:05:00Z or 2026-11-20T15:05:00+01:00";
    case "date":
      return "must be a day that exists: 2026-11-20";
    default:
      return `must match format "${format}"`;
  }
}
