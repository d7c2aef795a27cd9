import { expect, test } from "vitest";
import { readMoment } from "./read-moment.ts";

const read = (value: unknown, zone = "Europe/Berlin"): string | null => {
  const time = readMoment(value, zone);
  return time === null ? null : new Date(time).toISOString();
};

test("a day begins at midnight in its zone, a time without an offset is one on its clocks, an offset is kept to", () => {
  expect(read("2031-03-01")).toBe("2031-02-28T23:00:00.000Z");
  expect(read("2031-07-01")).toBe("2031-06-30T22:00:00.000Z");
  expect(read("2031-07-01", "UTC")).toBe("2031-07-01T00:00:00.000Z");
  expect(read("2031-07-01T09:30")).toBe("2031-07-01T07:30:00.000Z");
  expect(read("2031-07-01T09:30:15.5")).toBe("2031-07-01T07:30:15.500Z");
  expect(read("2031-07-01T09:30:15Z")).toBe("2031-07-01T09:30:15.000Z");
  expect(read("2031-07-01T09:30-05:00")).toBe("2031-07-01T14:30:00.000Z");
});

test("nothing is guessed", () => {
  for (const unclear of [
    "week 12",
    "spring 2031",
    "12",
    "2031",
    "2031-03",
    "3/1/2031",
    "2031-02-30",
    "2031-13-01",
    "2031-03-01T25:00",
    "2031-03-01 ",
    "",
    20310301,
    true,
    {},
  ])
    expect([unclear, read(unclear)]).toEqual([unclear, null]);
});
