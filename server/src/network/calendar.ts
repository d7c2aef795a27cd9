import type { Fault } from "../platform/refusals.ts";
import { Type, type Static } from "typebox";

/** When a location works and until when an order leaves the same day, in the location's own time. */
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const TIME = "^([01][0-9]|2[0-3]):[0-5][0-9]$";
const END_TIME = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$";
/** Two years of daily exceptions. */
const MAX_EXCEPTIONS = 750;
const MAX_INTERVALS = 10;

const Interval = Type.Object(
  {
    from: Type.String({ pattern: TIME, description: "Opens, local time.", examples: ["09:00"] }),
    to: Type.String({ pattern: END_TIME, description: "Closes, local time, later than `from`.", examples: ["18:30"] }),
  },
  { additionalProperties: false },
);
const intervals = (description: string) => Type.Array(Interval, { maxItems: MAX_INTERVALS, description });
const cutOff = (description: string) => Type.String({ pattern: TIME, description, examples: ["16:00"] });

function perWeekday<Schema extends ReturnType<typeof intervals> | ReturnType<typeof cutOff>>(
  schema: Schema,
  description: string,
) {
  const day = Type.Optional(schema);
  return Type.Object(
    { mon: day, tue: day, wed: day, thu: day, fri: day, sat: day, sun: day },
    { additionalProperties: false, description },
  );
}

export const Calendar = Type.Object(
  {
    openingHours: Type.Optional(
      perWeekday(
        intervals("Open intervals of the day, in order; none: closed."),
        "Days that are absent are closed. Absent as a whole: always open.",
      ),
    ),
    cutOffs: Type.Optional(
      perWeekday(
        cutOff("What is due before this time leaves the same day."),
        "Days that are absent ship nothing. Absent as a whole: no cut-offs.",
      ),
    ),
    exceptions: Type.Optional(
      Type.Array(
        Type.Object(
          {
            on: Type.String({
              format: "date",
              maxLength: 10,
              description: "The local date.",
              examples: ["2026-12-24"],
            }),
            closed: Type.Optional(
              Type.Boolean({ description: "Neither open nor shipping on that date.", examples: [true] }),
            ),
            openingHours: Type.Optional(intervals("Replaces that weekday's opening hours.")),
            cutOff: Type.Optional(cutOff("Replaces that weekday's cut-off.")),
            note: Type.Optional(
              Type.String({ maxLength: 200, description: "For people.", examples: ["Christmas Eve"] }),
            ),
          },
          { additionalProperties: false },
        ),
        { maxItems: MAX_EXCEPTIONS, description: "Dates that differ from their weekday; each date once." },
      ),
    ),
  },
  {
    additionalProperties: false,
    description: "Opening hours, cut-offs and dated exceptions, in the location's local time.",
  },
);
export type Calendar = Static<typeof Calendar>;
type Interval = Static<typeof Interval>;

/** What a schema cannot say: order of times, overlaps, dates named twice. Pointers are relative to the calendar. */
export function faultsOfCalendar(calendar: Calendar): Fault[] {
  const faults: Fault[] = [];
  for (const day of WEEKDAYS) faults.push(...faultsOfIntervals(calendar.openingHours?.[day], `/openingHours/${day}`));
  const dates = new Set<string>();
  for (const [index, exception] of (calendar.exceptions ?? []).entries()) {
    const pointer = `/exceptions/${index}`;
    if (dates.has(exception.on)) faults.push({ pointer: `${pointer}/on`, message: "names a date a second time" });
    dates.add(exception.on);
    if (exception.closed && (exception.openingHours || exception.cutOff)) {
      faults.push({ pointer: `${pointer}/closed`, message: "cannot be closed and have opening hours or a cut-off" });
    }
    faults.push(...faultsOfIntervals(exception.openingHours, `${pointer}/openingHours`));
  }
  return faults;
}

function faultsOfIntervals(list: readonly Interval[] | undefined, pointer: string): Fault[] {
  const faults: Fault[] = [];
  let closed = "";
  for (const [index, { from, to }] of (list ?? []).entries()) {
    if (from >= to) faults.push({ pointer: `${pointer}/${index}/to`, message: `must be later than ${from}` });
    if (from < closed)
      faults.push({
        pointer: `${pointer}/${index}/from`,
        message: `must not be earlier than ${closed}, when the interval before ends`,
      });
    closed = to;
  }
  return faults;
}

/** The cut-off of a local date ("2026-12-24"), or null when nothing leaves that day. */
export function cutOffOn(calendar: Calendar, date: string, weekday: Weekday): string | null {
  const exception = calendar.exceptions?.find(({ on }) => on === date);
  if (exception?.closed) return null;
  return exception?.cutOff ?? calendar.cutOffs?.[weekday] ?? null;
}
