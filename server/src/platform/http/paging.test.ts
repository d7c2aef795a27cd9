import { expect, test } from "vitest";
import { Refusal } from "../refusals.ts";
import { cutPage, decodeCursor, encodeCursor } from "./paging.ts";

const ID = "0191f6a0-0000-7000-8000-000000000000";

test("a cursor gives back the sort values it was made of", () => {
  const cursor = encodeCursor([new Date("2026-02-28T23:59:59.999Z"), ID, 7, 'größe "M"']);
  expect(decodeCursor(cursor, ["time", "uuid", "integer", "text"])).toEqual([
    "2026-02-28T23:59:59.999Z",
    ID,
    7,
    'größe "M"',
  ]);
});

test("without a cursor the first page is read", () => {
  expect(decodeCursor(undefined, ["integer"])).toBeNull();
});

test.each([
  ["no base64 of JSON", "%%%"],
  ["nothing", ""],
  ["not a list", Buffer.from("{}").toString("base64url")],
  ["too few values", encodeCursor([1])],
  ["too many values", encodeCursor([1, ID, 2])],
  ["a text for a number", encodeCursor(["1; drop table", ID])],
  ["a number beyond 2^53", Buffer.from(`[9007199254740993,"${ID}"]`).toString("base64url")],
  ["a fraction", encodeCursor([1.5, ID])],
  ["no UUID", encodeCursor([1, "x"])],
])("a forged cursor is refused and never reaches the database: %s", (_, cursor) => {
  expect(() => decodeCursor(cursor, ["integer", "uuid"])).toThrow(Refusal);
});

test.each(["2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-13-01T00:00:00Z", "infinity", "2026-01-01T00:00:00"])(
  "a forged time is refused: %s",
  (time) => {
    expect(() => decodeCursor(encodeCursor([time]), ["time"])).toThrow(Refusal);
  },
);

test("text that PostgreSQL cannot store is refused in a cursor as well", () => {
  expect(() => decodeCursor(encodeCursor(["a\u0000"]), ["text"])).toThrow(Refusal);
});

test("a page has a next cursor exactly when a row was left over", () => {
  const view = (row: number) => ({ row });
  const sort = (row: number) => [row];
  expect(cutPage([1, 2, 3], 2, view, sort)).toEqual({ data: [{ row: 1 }, { row: 2 }], next: encodeCursor([2]) });
  expect(cutPage([1, 2], 2, view, sort)).toEqual({ data: [{ row: 1 }, { row: 2 }], next: null });
  expect(cutPage([], 2, view, sort)).toEqual({ data: [], next: null });
});
