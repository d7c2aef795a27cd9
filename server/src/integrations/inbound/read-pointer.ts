/** What stands at a JSON pointer; undefined: nothing does. Only what the sender has written is found. */
export function readPointer(value: unknown, pointer: string): unknown {
  let current = value;
  for (const part of pointer.split("/").slice(1)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, name)) return undefined;
    current = (current as Record<string, unknown>)[name];
  }
  return current;
}

/** ISO 8601, or seconds or milliseconds since 1970; null: no time. */
export function readTime(value: unknown): Date | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  const number = typeof value === "number" ? value : /^\d{9,13}(\.\d+)?$/.test(value) ? Number(value) : null;
  if (number === null && !ISO_MOMENT.test(value as string)) return null;
  const time = number === null ? new Date(value) : new Date(number < SECONDS_END ? number * 1_000 : number);
  const year = time.getTime() / YEAR_MS;
  return year > 0 && year < 230 ? time : null;
}

/** A time with its zone: without one nobody knows which moment it is. */
const ISO_MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;
/** Seconds reach this in the year 5138, milliseconds had it in 1973. */
const SECONDS_END = 100_000_000_000;
const YEAR_MS = 365.25 * 86_400_000;
