import type { Fault } from "../platform/refusals.ts";
import { MAX_SOURCE_CLOCK_AHEAD_MS } from "./limits.ts";

const EARLIEST = Date.UTC(1970, 0, 1);

/**
 * The moment that a source tells, or why it cannot be. A source's clock may be a little ahead of ours: then it is now,
 * because a count "from the future" would make every sale until then look as if it had been counted.
 */
export function credibleTime(text: string, now: Date, pointer: string): Date | Fault {
  const time = Date.parse(text);
  // A time inside another text has passed no schema.
  if (Number.isNaN(time)) return { pointer, message: "is not a time that exists" };
  if (time < EARLIEST) return { pointer, message: "is before 1970" };
  if (time > now.getTime() + MAX_SOURCE_CLOCK_AHEAD_MS) return { pointer, message: "is in the future" };
  return new Date(Math.min(time, now.getTime()));
}
