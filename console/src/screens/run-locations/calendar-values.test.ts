import { expect, test } from "vitest";
import type { Location } from "../../api/generated/types.gen.ts";
import { calendarOf, calendarValues } from "./calendar-values.ts";

const calendars: [string, Location["calendar"]][] = [
  ["a calendar that is always open and never ships", {}],
  [
    "hours, cut-offs and every kind of exception",
    {
      openingHours: { mon: [{ from: "09:00", to: "18:00" }], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] },
      cutOffs: { mon: "16:00" },
      exceptions: [
        { on: "2026-12-24", openingHours: [{ from: "09:00", to: "12:00" }], cutOff: "11:00", note: "Christmas Eve" },
        { on: "2026-12-25", closed: true },
        { on: "2026-12-28", cutOff: "12:00" },
      ],
    },
  ],
];

test.each(calendars)("%s comes out of a form as it went in", (_, calendar) => {
  expect(calendarOf(calendarValues(calendar))).toEqual(calendar);
});

test("a day on which it is closed has neither hours nor a cut-off, whatever was entered before", () => {
  const values = calendarValues({ exceptions: [{ on: "2026-12-24", cutOff: "11:00" }] });
  values.exceptions[0]!.kind = "closed";
  expect(calendarOf(values)).toEqual({ exceptions: [{ on: "2026-12-24", closed: true }] });
});
