import { cutOffOn, WEEKDAYS, type Calendar } from "./calendar.ts";
import { DAY_MS, instantOf, localTimeOf } from "./time-zone.ts";

/** Nobody promises a dispatch further ahead; a calendar that is closed longer has no next cut-off. */
const MAX_DAYS_AHEAD = 60;

/** The first cut-off after `at`, or null when the calendar has none within 60 days. */
export function nextCutOff(calendar: Calendar, timeZone: string, at: Date): Date | null {
  if (calendar.cutOffs === undefined && !calendar.exceptions?.some(({ cutOff }) => cutOff)) return null;
  const today = localTimeOf(at, timeZone);
  const midnight = Date.parse(`${today.date}T00:00:00Z`);
  for (let days = 0; days <= MAX_DAYS_AHEAD; days++) {
    const date = new Date(midnight + days * DAY_MS).toISOString().slice(0, 10);
    const time = cutOffOn(calendar, date, WEEKDAYS[(today.weekday + days) % 7]!);
    if (time === null) continue;
    const instant = instantOf(date, time, timeZone);
    if (instant > at) return instant;
  }
  return null;
}

/**
 * Remembers the last answer per location: between two cut-offs it is the same for every order, and the calendar need
 * not be walked (0.1 µs instead of 15 µs). Keyed by the calendar object, which the directory replaces on a change.
 */
export class CutOffs {
  readonly #known = new WeakMap<Calendar, { from: number; until: number; answer: Date | null }>();

  after(calendar: Calendar, timeZone: string, at: Date): Date | null {
    const time = at.getTime();
    const known = this.#known.get(calendar);
    if (known !== undefined && time >= known.from && time < known.until) return known.answer;
    const answer = nextCutOff(calendar, timeZone, at);
    // Without a cut-off the answer may change as days come into reach.
    const until = answer === null ? time + DAY_MS / 24 : answer.getTime();
    this.#known.set(calendar, { from: time, until, answer });
    return answer;
  }
}
