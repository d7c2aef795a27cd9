import { expect, test } from "vitest";
import { retryAfterMs } from "./retry-after.ts";

const NOW = new Date("2026-11-22T10:00:00Z");

test.each([
  [429, "7", 7_000],
  [503, "Sun, 22 Nov 2026 10:00:30 GMT", 30_000],
  [503, "0", 1_000],
  [503, "Sun, 22 Nov 2026 09:00:00 GMT", 1_000],
  [429, "999999", 3_600_000],
  [429, "soon", null],
  [429, undefined, null],
  [500, "7", null],
])("%s with Retry-After %s: %s ms", (status, text, expected) => {
  expect(retryAfterMs({ status, headers: text === undefined ? {} : { "retry-after": text } }, NOW)).toBe(expected);
});
