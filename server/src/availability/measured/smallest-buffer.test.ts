import fc from "fast-check";
import { expect, test } from "vitest";
import { type MeasuredShort, type MeasuredShorts, shortUnitsWith, smallestBuffer } from "./smallest-buffer.ts";

const measured = fc.record({
  shorts: fc.array(fc.record({ units: fc.integer({ min: 1, max: 30 }), freeBefore: fc.integer({ min: 0, max: 5 }) }), {
    maxLength: 12,
  }),
  promised: fc.integer({ min: 0, max: 500 }),
});

test("the smallest buffer is what trying them one by one finds: with it shorts keep to the rate, with one less they do not (I5)", () => {
  fc.assert(
    fc.property(measured, fc.constantFrom(0, 0.5, 1, 2.5, 10, 100), (one, percent) => {
      const keeps = (buffer: number): boolean =>
        one.shorts
          .map(({ units, freeBefore }) => (buffer <= freeBefore ? units : Math.max(0, units - (buffer - freeBefore))))
          .reduce((sum, units) => sum + units, 0) /
          one.promised <=
        percent / 100 + 1e-12;
      let expected: number | null = null;
      for (let buffer = 0; one.promised > 0 && expected === null; buffer++) if (keeps(buffer)) expected = buffer;
      expect(smallestBuffer(one, percent)).toBe(expected);
    }),
  );
});

/** A shelf whose losses are found by counts: each day some are sold online, some go missing, and a count tells the truth. */
function daysOf(random: () => number, days: number, buffer: number): MeasuredShorts & { shorts: MeasuredShort[] } {
  const shorts: MeasuredShort[] = [];
  let promised = 0;
  for (let day = 0; day < days; day++) {
    const stock = 3 + Math.floor(random() * 5);
    const demand = Math.floor(random() * 6);
    const missing = random() < 0.3 ? 1 + Math.floor(random() * 3) : 0;
    const sold = Math.min(demand, Math.max(0, stock - buffer));
    promised += sold;
    const short = Math.max(0, sold - (stock - missing));
    if (short > 0) shorts.push({ units: short, freeBefore: stock - sold });
  }
  return { shorts, promised };
}

test("what is proposed from a year keeps the rate in the year after it, half a unit from the best on average", () => {
  let seed = 7;
  const random = (): number => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const TARGET = 2;
  let rate = 0;
  let gap = 0;
  const shelves = 200;
  for (let shelf = 0; shelf < shelves; shelf++) {
    const before = daysOf(random, 365, 0);
    const proposed = smallestBuffer(before, TARGET)!;
    const after = daysOf(random, 365, proposed);
    rate += (100 * shortUnitsWith(after, 0)) / after.promised;
    // The smallest that would have done on the days that came.
    let best = 0;
    while ((100 * shortUnitsWith(daysOf(random, 2_000, best), 0)) / daysOf(random, 2_000, best).promised > TARGET)
      best++;
    gap += Math.abs(proposed - best);
  }
  expect(rate / shelves).toBeLessThanOrEqual(TARGET);
  expect(gap / shelves).toBeLessThanOrEqual(0.6);
});
