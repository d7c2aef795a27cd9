import type { Location } from "../../api/generated/types.gen.ts";
import { numberOrNull } from "../empty-values.ts";
import { type Duration, readIso, toIso, type Unit } from "../change-workflows/durations.ts";
import { calendarOf, calendarValues, type CalendarValues } from "../run-locations/calendar-values.ts";

/** When people work, as documents say it (server/src/tasks/working-hours.ts). */
export type HoursJson = "always" | "location" | { timeZone: string; calendar: Location["calendar"] };

/** A task queue as its document says it (server/src/tasks/task-queues.ts). */
export interface QueueJson {
  title: string;
  team: string;
  helpers?: string[];
  priority?: number;
  due: string;
  hours?: HoursJson;
  escalations?: { after: string; team?: string; priority?: number; alert?: boolean }[];
}

export const hoursKinds = ["always", "location", "own"] as const;
export type HoursKind = (typeof hoursKinds)[number];

export type LevelValues = {
  count: number | string;
  unit: Unit;
  team: string;
  priority: number | string;
  alert: boolean;
};

export type HoursValues = { hours: HoursKind; timeZone: string; calendar: CalendarValues };

export type QueueValues = HoursValues & {
  code: string;
  title: string;
  team: string;
  helpers: string[];
  priority: number | string;
  due: { count: number | string; unit: Unit };
  escalations: LevelValues[];
};

const usualDays = [{ from: "09:00", to: "17:00" }];

export function queueValues(code: string, queue: QueueJson | null, timeZone: string): QueueValues {
  return {
    code,
    title: queue?.title ?? "",
    team: queue?.team ?? "",
    helpers: queue?.helpers ?? [],
    priority: queue?.priority ?? "",
    due: durationFields(queue?.due ?? "PT4H"),
    ...hoursFields(queue?.hours, timeZone),
    escalations: (queue?.escalations ?? []).map(({ after, team = "", priority = "", alert = false }) => ({
      ...durationFields(after),
      team,
      priority,
      alert,
    })),
  };
}

export function hoursFields(hours: HoursJson | undefined, timeZone: string): HoursValues {
  const own = typeof hours === "object" ? hours : null;
  const openingHours = { mon: usualDays, tue: usualDays, wed: usualDays, thu: usualDays, fri: usualDays };
  return {
    hours: typeof hours === "object" ? "own" : (hours ?? "always"),
    timeZone: own?.timeZone ?? timeZone,
    calendar: calendarValues(own?.calendar ?? { openingHours }),
  };
}

export function queueOf(values: QueueValues): QueueJson {
  const priority = numberOrNull(values.priority);
  return {
    title: values.title.trim(),
    team: values.team.trim(),
    ...(values.helpers.length > 0 ? { helpers: values.helpers } : {}),
    ...(priority === null ? {} : { priority }),
    due: isoOf(values.due),
    ...hoursOf(values),
    ...(values.escalations.length > 0 ? { escalations: values.escalations.map(levelOf) } : {}),
  };
}

export function hoursOf({ hours, timeZone, calendar }: HoursValues): { hours?: HoursJson } {
  if (hours === "always") return {};
  return { hours: hours === "location" ? "location" : { timeZone: timeZone.trim(), calendar: calendarOf(calendar) } };
}

function levelOf(level: LevelValues) {
  const priority = numberOrNull(level.priority);
  return {
    after: isoOf(level),
    ...(level.team.trim() === "" ? {} : { team: level.team.trim() }),
    ...(priority === null ? {} : { priority }),
    ...(level.alert ? { alert: true } : {}),
  };
}

/** "At once" is no hours. What the form cannot show stands empty: the server says what is wrong with it. */
export function durationFields(iso: string): { count: number | string; unit: Unit } {
  const duration = readIso(iso);
  if (duration === null) return { count: "", unit: "hours" };
  return duration.count === 0 ? { count: 0, unit: "hours" } : duration;
}

/** The form's field for a place in the document: a duration is a number and a unit there, a list one field. */
export function fieldOf(place: string): string {
  if (place === "due") return "due.count";
  if (place.startsWith("hours.")) return place.slice("hours.".length);
  return place.replace(/^(kinds|helpers)\.\d+$/, "$1").replace(/^(escalations\.\d+)\.after$/, "$1.count");
}

export function isoOf({ count, unit }: { count: number | string; unit: Unit }): string {
  const duration: Duration = { count: Number(count), unit };
  return toIso(duration);
}
