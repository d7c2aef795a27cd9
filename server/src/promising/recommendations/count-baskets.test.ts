import fc from "fast-check";
import { expect, test } from "vitest";
import { countBaskets, MOST_SKUS_OF_A_BASKET, periodOf } from "./count-baskets.ts";
import { rankCompanions } from "./rank-companions.ts";

const sku: fc.Arbitrary<string> = fc.constantFrom("A", "B", "C", "D", "E");
const basket = fc.record({
  occurredAt: fc.constantFrom(new Date("2026-03-01T00:00:00Z"), new Date("2026-09-01T00:00:00Z")),
  skus: fc.array(sku, { maxLength: 6 }),
});

test("an order counts once for each SKU and each pair that it has, whatever its lines", () => {
  fc.assert(
    fc.property(fc.array(basket, { maxLength: 30 }), (baskets) => {
      const counts = countBaskets(baskets);
      const ordersWith = (period: number, ...skus: string[]): number =>
        baskets.filter((one) => periodOf(one.occurredAt) === period && skus.every((each) => one.skus.includes(each)))
          .length;
      for (const [period, orders] of counts.baskets) expect(orders).toBe(ordersWith(period));
      for (const one of counts.skus) expect(one.orders).toBe(ordersWith(one.period, one.sku));
      for (const one of counts.pairs) expect(one.orders).toBe(ordersWith(one.period, one.sku, one.other));
      // None is missing: every SKU of every order, and both directions of every pair.
      const distinct = baskets.map(({ skus }) => new Set(skus).size);
      const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
      expect(sum(counts.skus.map(({ orders }) => orders))).toBe(sum(distinct));
      expect(sum(counts.pairs.map(({ orders }) => orders))).toBe(sum(distinct.map((size) => size * (size - 1))));
    }),
  );
});

test("a project of 500 things counts no more than a large basket", () => {
  const skus = Array.from({ length: 500 }, (_, index) => `P-${index}`);
  const { pairs } = countBaskets([{ occurredAt: new Date(), skus }]);
  expect(pairs).toHaveLength(MOST_SKUS_OF_A_BASKET * (MOST_SKUS_OF_A_BASKET - 1));
});

test("a period begins with January and with July", () => {
  const periods = ["2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-06-30T23:59:59Z", "2026-07-01T00:00:00Z"].map(
    (text) => periodOf(new Date(text)),
  );
  expect(periods).toEqual([4051, 4052, 4052, 4053]);
});

test("what is bought with everything goes with nothing; rare pairs are chance; of equals the frequent one is first", () => {
  const companion = (name: string, together: number, other: number) => ({
    name,
    together,
    other,
    own: 20,
    total: 1_000,
  });
  const ranked = rankCompanions([
    companion("bag", 10, 500),
    companion("twice", 2, 2),
    companion("peg", 4, 20),
    companion("mat", 8, 40),
    companion("stove", 6, 10),
  ]);
  expect(ranked.map(({ name, lift }) => [name, lift])).toEqual([
    ["stove", 30],
    ["mat", 10],
    ["peg", 10],
  ]);
});
