import { Type, type Static } from "typebox";
import { addOpenTime, Calendar, faultsOfCalendar, isTimeZone, type NetworkDirectory } from "../network/public.ts";
import type { Fault } from "../platform/refusals.ts";
import { parseDurationMs } from "../workflow/public.ts";

const LONGEST_MS = 366 * 24 * 3_600_000;

/** When people work on what waits for them, as a part of a document. `whose` says of which location the opening hours count. */
export function workingHours(whose: string) {
  return Type.Union(
    [
      Type.Literal("always"),
      Type.Literal("location"),
      Type.Object(
        {
          timeZone: Type.String({ maxLength: 64, description: "IANA time zone.", examples: ["Europe/London"] }),
          calendar: Calendar,
        },
        { additionalProperties: false },
      ),
    ],
    {
      description: `When people work: always (when absent), during the opening hours of ${whose}, or at hours of their own.`,
      examples: ["location"],
    },
  );
}
export type WorkingHours = Static<ReturnType<typeof workingHours>>;

export function faultsOfHours(hours: WorkingHours): Fault[] {
  if (typeof hours !== "object") return [];
  return [
    ...(isTimeZone(hours.timeZone) ? [] : [{ pointer: "/hours/timeZone", message: "is no IANA time zone" }]),
    ...faultsOfCalendar(hours.calendar).map(({ pointer, message }) => ({
      pointer: `/hours/calendar${pointer}`,
      message,
    })),
  ];
}

export function faultsOfDuration(pointer: string, text: string, shortestMs: 0 | 1): Fault[] {
  const length = parseDurationMs(text);
  if (length !== null && length >= shortestMs && length <= LONGEST_MS) return [];
  return [{ pointer, message: 'must be a duration up to a year, such as "PT4H" or "P2D"' }];
}

/** The moment at which so much working time has passed. */
export function addWorkingTime(
  hours: WorkingHours | undefined,
  location: string | null,
  network: NetworkDirectory,
  from: Date,
  duration: string,
): Date {
  const ms = parseDurationMs(duration)!;
  if (typeof hours === "object") return addOpenTime(hours.calendar, hours.timeZone, from, ms);
  const place = hours === "location" && location !== null ? network.locationByCode(location) : undefined;
  return place === undefined ? new Date(from.getTime() + ms) : addOpenTime(place.calendar, place.timeZone, from, ms);
}
