import { expect, test } from "vitest";
import { addOpenTime } from "./open-time.ts";

const HOUR = 3_600_000;
const week = {
  openingHours: Object.fromEntries(
    ["mon", "tue", "wed", "thu", "fri"].map((day) => [
      day,
      [
        { from: "09:00", to: "12:00" },
        { from: "13:00", to: "18:00" },
      ],
    ]),
  ),
  exceptions: [
    { on: "2026-12-25", closed: true },
    { on: "2026-12-24", openingHours: [{ from: "09:00", to: "11:00" }] },
  ],
};
const after = (from: string, hours: number, calendar: object = week, zone = "Europe/Berlin") =>
  addOpenTime(calendar, zone, new Date(from), hours * HOUR).toISOString();

test("only opening hours count: pauses, nights, weekends and special days do not", () => {
  expect(after("2026-11-20T10:00:00Z", 1.5)).toBe("2026-11-20T12:30:00.000Z"); // 11:00 in Berlin, a pause at noon
  expect(after("2026-11-20T16:30:00Z", 1)).toBe("2026-11-23T08:30:00.000Z"); // a Friday evening
  expect(after("2026-11-21T12:00:00Z", 0.5)).toBe("2026-11-23T08:30:00.000Z");
  expect(after("2026-12-24T09:30:00Z", 1)).toBe("2026-12-28T08:30:00.000Z"); // Christmas
});

test("without opening hours it is always open; one that never opens keeps nobody waiting for ever", () => {
  expect(after("2026-11-21T12:00:00Z", 30, {})).toBe("2026-11-22T18:00:00.000Z");
  expect(after("2026-11-21T12:00:00Z", 1, { openingHours: {} })).toBe("2026-11-21T13:00:00.000Z");
});

test("the night in which clocks change is as long as it is", () => {
  const always = { openingHours: { sun: [{ from: "00:00", to: "24:00" }] } };
  expect(after("2026-03-28T12:00:00Z", 23, always)).toBe("2026-03-29T22:00:00.000Z");
});
