import { expect, test } from "vitest";
import { isId, newId } from "./ids.ts";

test("IDs of one process are valid version 7 UUIDs, never repeat and sort by their drawing, also when the clock stands still", () => {
  const now = Date.now();
  const ids = [...Array.from({ length: 20_000 }, () => newId()), ...Array.from({ length: 20_000 }, () => newId(now))];
  expect(ids.every(isId)).toBe(true);
  expect(ids.every((id) => id[14] === "7" && "89ab".includes(id[19]!))).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
});
