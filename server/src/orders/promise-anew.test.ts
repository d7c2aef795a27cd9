import fc from "fast-check";
import { expect, test } from "vitest";
import { isInTime } from "./promise-anew.ts";

const day = fc.integer({ min: 1, max: 6 }).map((number) => `2026-12-0${number}`);
const some = fc.array(fc.record({ day, units: fc.integer({ min: 0, max: 2 }) }), { maxLength: 3 });

/** Gives every unit to every one that waits for it in turn. */
function fits(due: readonly string[], coming: readonly string[]): boolean {
  const [first, ...rest] = due;
  if (first === undefined) return true;
  return coming.some((one, index) => one <= first && fits(rest, coming.toSpliced(index, 1)));
}

test("units are in time exactly if each of them can be given one that comes by its day (against trying all ways)", () => {
  const unitsOf = (rows: readonly { day: string; units: number }[]) =>
    rows.flatMap((row) => Array.from({ length: row.units }, () => row.day));
  fc.assert(
    fc.property(some, some, (due, coming) => {
      expect(isInTime(due, coming)).toBe(fits(unitsOf(due), unitsOf(coming)));
    }),
    { numRuns: 500 },
  );
});
