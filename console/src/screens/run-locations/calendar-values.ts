import type { Location } from "../../api/generated/types.gen.ts";

export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof weekdays)[number];
export type Interval = { from: string; to: string };

/** Closed all day, other hours than usual, or the usual hours with another cut-off. */
export const exceptionKinds = ["closed", "hours", "usual"] as const;
export type ExceptionKind = (typeof exceptionKinds)[number];

export type ExceptionValues = {
  on: string;
  kind: ExceptionKind;
  openingHours: Interval[];
  cutOff: string;
  note: string;
};

/** A calendar as a form holds it: every day and every text is there, empty where the API leaves it out. */
export type CalendarValues = {
  alwaysOpen: boolean;
  openingHours: Record<Weekday, Interval[]>;
  cutOffs: Record<Weekday, string>;
  exceptions: ExceptionValues[];
};

type Calendar = Location["calendar"];

export function calendarValues(calendar: Calendar): CalendarValues {
  return {
    alwaysOpen: calendar.openingHours === undefined,
    openingHours: perDay((day) => calendar.openingHours?.[day] ?? []),
    cutOffs: perDay((day) => calendar.cutOffs?.[day] ?? ""),
    exceptions: (calendar.exceptions ?? []).map((each) => ({
      on: each.on,
      kind: each.closed ? "closed" : each.openingHours ? "hours" : "usual",
      openingHours: each.openingHours ?? [],
      cutOff: each.cutOff ?? "",
      note: each.note ?? "",
    })),
  };
}

/** Exceptions keep their order: the server names the faulty one by its place. */
export function calendarOf(values: CalendarValues): Calendar {
  const cutOffs = Object.fromEntries(Object.entries(values.cutOffs).filter(([, time]) => time !== ""));
  return {
    ...(values.alwaysOpen ? {} : { openingHours: values.openingHours }),
    ...(Object.keys(cutOffs).length > 0 ? { cutOffs } : {}),
    ...(values.exceptions.length > 0 ? { exceptions: values.exceptions.map(exceptionOf) } : {}),
  };
}

function exceptionOf({ on, kind, openingHours, cutOff, note }: ExceptionValues) {
  return {
    on,
    ...(kind === "closed" ? { closed: true } : {}),
    ...(kind === "hours" ? { openingHours } : {}),
    ...(kind !== "closed" && cutOff !== "" ? { cutOff } : {}),
    ...(note.trim() === "" ? {} : { note: note.trim() }),
  };
}

function perDay<Value>(valueOf: (day: Weekday) => Value): Record<Weekday, Value> {
  return Object.fromEntries(weekdays.map((day) => [day, valueOf(day)])) as Record<Weekday, Value>;
}
