import { expect, test } from "vitest";
import { readTimeOfDay } from "./time-of-day.ts";

test.each([
  ["9", "09:00"],
  ["930", "09:30"],
  ["9.30", "09:30"],
  ["18:30", "18:30"],
  ["1830", "18:30"],
  ["24", "24:00"],
  ["0", "00:00"],
])("%s is understood as %s", (typed, time) => {
  expect(readTimeOfDay(typed)).toBe(time);
});

test.each(["25", "24:30", "9:75", "noon", ""])("%s is no time and stays as it was typed", (typed) => {
  expect(readTimeOfDay(typed)).toBe(typed);
});
