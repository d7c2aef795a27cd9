import { beforeEach, describe, expect, test } from "vitest";
import { formatBytes, formatDuration, formatMoney, formatRelative, minorToDecimal, setFormatLocale } from "./format.ts";

beforeEach(() => setFormatLocale("en", ["en-US"]));

describe("money is shown exactly as stored", () => {
  test.each([
    [0, 2, "0.00"],
    [5, 2, "0.05"],
    [-5, 2, "-0.05"],
    [1990, 2, "19.90"],
    [1990, 0, "1990"],
    [1990, 3, "1.990"],
    [9_007_199_254_740_991, 2, "90071992547409.91"],
  ])("%i minor units at exponent %i are %s", (minor, exponent, decimal) => {
    expect(minorToDecimal(minor, exponent)).toBe(decimal);
  });

  test("each currency has its own number of decimals, by ISO 4217 and not by the browser", () => {
    expect(formatMoney(1990, "EUR")).toBe("€19.90");
    expect(formatMoney(1990, "JPY")).toBe("¥1,990");
    expect(formatMoney(1990, "KWD").replace(/\s/u, " ")).toBe("KWD 1.990");
    expect(formatMoney(1990, "IQD").replace(/\s/u, " ")).toBe("IQD 1.990");
  });

  test("no digit is lost at the largest integer that JSON carries exactly", () => {
    expect(formatMoney(9_007_199_254_740_991, "USD")).toBe("$90,071,992,547,409.91");
  });
});

test("the region of the browser decides the format when its language is the one of the texts", () => {
  setFormatLocale("de", ["en-US", "de-CH"]);
  expect(formatMoney(123456, "CHF")).toMatch(/1[’']234\.56/u);
});

test("times are relative within a week and dates beyond it", () => {
  const now = Date.UTC(2026, 10, 20, 12);
  expect(formatRelative(new Date(now - 5 * 60_000), now)).toBe("5 min. ago");
  expect(formatRelative(new Date(now + 3 * 3_600_000), now)).toBe("in 3 hr.");
  expect(formatRelative(new Date(now + 4 * 3_600_000 - 1_000), now)).toBe("in 4 hr.");
  expect(formatRelative(new Date(now - 4 * 3_600_000 + 1_000), now)).toBe("3 hr. ago");
  expect(formatRelative(new Date(now - 30 * 86_400_000), now)).toBe("Oct 21, 2026");
});

test("sizes of files have the unit that keeps them short", () => {
  expect(formatBytes(0)).toBe("0 byte");
  expect(formatBytes(72_400_000)).toBe("72.4 MB");
});

test("durations have the unit that keeps them short", () => {
  expect([41, 2500, 720_000, 7_200_000].map(formatDuration)).toEqual(["41 ms", "2.5 sec", "12 min", "2 hr"]);
});
