import fc from "fast-check";
import { expect, test } from "vitest";
import { isDay, isMoment } from "./formats.ts";

test.each([
  "2026-11-20T14:05:00Z",
  "2026-11-20t14:05:00z",
  "2026-11-20T14:05:00.123456789+01:00",
  "2024-02-29T00:00:00-12:00",
  "0001-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999Z",
])("%s is a moment", (text) => {
  expect(isMoment(text)).toBe(true);
});

test.each([
  ["2016-12-31T23:59:60Z", "a leap second, which JavaScript does not know"],
  ["0000-12-31T23:59:59Z", "the year 0, which PostgreSQL does not know"],
  ["0001-01-01T00:00:00+14:00", "in the year 0 in UTC"],
  ["9999-12-31T23:59:59-12:00", "in the year 10000 in UTC"],
  ["2026-02-30T00:00:00Z", "no day"],
  ["2023-02-29T00:00:00Z", "no leap year"],
  ["2026-11-20T24:00:00Z", "no hour"],
  ["2026-11-20T14:05:00+23:00", "no zone, and PostgreSQL refuses it"],
  ["2026-11-20T14:05:00", "without a zone it would be the server's"],
  ["2026-11-20", "a day"],
  ["", "nothing"],
])("%s is no moment: %s", (text) => {
  expect(isMoment(text)).toBe(false);
});

test("every moment that JavaScript writes with four digits of a year is one, and its day is a day", () => {
  const moments = fc.date({
    min: new Date("0001-01-01T00:00:00Z"),
    max: new Date("9999-12-31T23:59:59.999Z"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(moments, (moment) => {
      expect(isMoment(moment.toISOString())).toBe(true);
      expect(isDay(moment.toISOString().slice(0, 10))).toBe(true);
    }),
  );
  expect(["0000-01-01", "2026-02-30", "2026-1-1", "2026-11-20T00:00:00Z"].filter(isDay)).toEqual([]);
});
