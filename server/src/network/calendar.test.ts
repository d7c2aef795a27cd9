import { expect, test } from "vitest";
import { cutOffOn, faultsOfCalendar, type Calendar } from "./calendar.ts";

const pointersOf = (calendar: Calendar) => faultsOfCalendar(calendar).map(({ pointer }) => pointer);

test("a calendar with hours in order and every date once has no fault", () => {
  expect(
    faultsOfCalendar({
      openingHours: {
        mon: [
          { from: "09:00", to: "12:00" },
          { from: "12:00", to: "24:00" },
        ],
        sun: [],
      },
      cutOffs: { mon: "16:00" },
      exceptions: [
        { on: "2026-12-24", cutOff: "11:00" },
        { on: "2026-12-25", closed: true, note: "Christmas" },
      ],
    }),
  ).toEqual([]);
});

test.each<[string, Calendar, string]>([
  ["closes before it opens", { openingHours: { tue: [{ from: "18:00", to: "09:00" }] } }, "/openingHours/tue/0/to"],
  [
    "overlaps",
    {
      openingHours: {
        wed: [
          { from: "09:00", to: "12:00" },
          { from: "11:00", to: "18:00" },
        ],
      },
    },
    "/openingHours/wed/1/from",
  ],
  ["names a date twice", { exceptions: [{ on: "2026-12-24" }, { on: "2026-12-24" }] }, "/exceptions/1/on"],
  [
    "is closed and has a cut-off",
    { exceptions: [{ on: "2026-12-24", closed: true, cutOff: "09:00" }] },
    "/exceptions/0/closed",
  ],
  [
    "an exception overlaps",
    { exceptions: [{ on: "2026-12-24", openingHours: [{ from: "09:00", to: "09:00" }] }] },
    "/exceptions/0/openingHours/0/to",
  ],
])("each fault is named at its place: it %s", (_, calendar, pointer) => {
  expect(pointersOf(calendar)).toEqual([pointer]);
});

test("a dated exception goes before its weekday", () => {
  const calendar: Calendar = {
    cutOffs: { thu: "16:00" },
    exceptions: [
      { on: "2026-12-24", cutOff: "11:00" },
      { on: "2026-12-31", closed: true },
    ],
  };
  expect(cutOffOn(calendar, "2026-12-17", "thu")).toBe("16:00");
  expect(cutOffOn(calendar, "2026-12-24", "thu")).toBe("11:00");
  expect(cutOffOn(calendar, "2026-12-31", "thu")).toBeNull();
  expect(cutOffOn(calendar, "2026-12-18", "fri")).toBeNull();
});
