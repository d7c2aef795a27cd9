import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  allocate,
  currencies,
  exponentOf,
  formatMinor,
  isCurrency,
  MoneyOverflow,
  multiplyMinor,
  parseDecimalToMinor,
  sumMinor,
} from "./money.ts";

const amount = fc.maxSafeInteger();
const weights = fc.array(fc.oneof(fc.nat(20), fc.nat(1_000_000), fc.nat(2 ** 40)), { minLength: 1, maxLength: 40 });
const currency = fc.constantFrom(...currencies());

describe("currencies", () => {
  test("the 165 currencies of ISO 4217 and six withdrawn ones have their own number of decimals", () => {
    expect(currencies()).toHaveLength(165 + 6);
    expect([exponentOf("JPY"), exponentOf("EUR"), exponentOf("KWD"), exponentOf("CLF")]).toEqual([0, 2, 3, 4]);
    for (const code of currencies()) expect(code).toMatch(/^[A-Z]{3}$/);
  });

  test("what is no currency is refused", () => {
    for (const code of ["", "eur", "EURO", "XXX", "XTS", "XAU", "DEM", "constructor", "__proto__"]) {
      expect(isCurrency(code)).toBe(false);
      expect(() => exponentOf(code)).toThrow(RangeError);
    }
  });
});

describe("allocate", () => {
  test("a cent that cannot be halved goes to the earlier line", () => {
    expect(allocate(100, [1, 1, 1])).toEqual([34, 33, 33]);
    expect(allocate(-100, [1, 1, 1])).toEqual([-34, -33, -33]);
    expect(allocate(5, [3, 7])).toEqual([2, 3]);
    expect(allocate(1, [0, 1])).toEqual([0, 1]);
  });

  test("lines that weigh nothing get nothing, unless all weigh nothing", () => {
    expect(allocate(10, [0, 3, 0])).toEqual([0, 10, 0]);
    expect(allocate(5, [0, 0])).toEqual([3, 2]);
  });

  test("the shares always add up to the amount, and none is a whole unit away from its exact share", () => {
    fc.assert(
      fc.property(amount, weights, (total, parts) => {
        const shares = allocate(total, parts);
        const weightSum = parts.reduce((sum, part) => sum + BigInt(part), 0n);
        expect(shares.reduce((sum, share) => sum + BigInt(share), 0n)).toBe(BigInt(total));
        if (weightSum === 0n) return;
        shares.forEach((share, i) => {
          const distance = BigInt(share) * weightSum - BigInt(total) * BigInt(parts[i] ?? 0);
          expect(distance < weightSum && distance > -weightSum).toBe(true);
          if (parts[i] === 0) expect(share).toBe(0);
        });
      }),
      { numRuns: 500 },
    );
  });

  test("the same input gives the same shares, and a refund is split like its sale", () => {
    fc.assert(
      fc.property(amount, weights, (total, parts) => {
        expect(allocate(total, parts)).toEqual(allocate(total, [...parts]));
        expect(allocate(-total || 0, parts)).toEqual(allocate(total, parts).map((share) => -share || 0));
      }),
    );
  });

  test("what cannot be split is refused", () => {
    expect(() => allocate(1, [])).toThrow(RangeError);
    expect(() => allocate(1, [1, -1])).toThrow(RangeError);
    expect(() => allocate(1.5, [1])).toThrow(MoneyOverflow);
    expect(() => allocate(1, [Number.MAX_SAFE_INTEGER, 1])).toThrow(MoneyOverflow);
  });
});

describe("sums", () => {
  test("sums and products are exact or refused", () => {
    expect(sumMinor([])).toBe(0);
    expect(sumMinor([1, 2, -4])).toBe(-1);
    expect(multiplyMinor(1999, 3)).toBe(5997);
    expect(() => sumMinor([Number.MAX_SAFE_INTEGER, 1])).toThrow(MoneyOverflow);
    expect(() => multiplyMinor(2 ** 30, 2 ** 30)).toThrow(MoneyOverflow);
    expect(() => sumMinor([Number.NaN])).toThrow(MoneyOverflow);
  });
});

describe("decimal text", () => {
  test("amounts are read exactly, in the decimals of the currency", () => {
    expect(parseDecimalToMinor("128.45", "EUR")).toBe(12845);
    expect(parseDecimalToMinor("128.4", "EUR")).toBe(12840);
    expect(parseDecimalToMinor("128", "EUR")).toBe(12800);
    expect(parseDecimalToMinor("128.4500", "EUR")).toBe(12845);
    expect(parseDecimalToMinor("0.125", "KWD")).toBe(125);
    expect(parseDecimalToMinor("500.00", "JPY")).toBe(500);
    expect(parseDecimalToMinor("007.10", "BRL")).toBe(710);
    expect(Object.is(parseDecimalToMinor("-0.00", "EUR"), 0)).toBe(true);
    expect(parseDecimalToMinor("90071992547409.91", "EUR")).toBe(Number.MAX_SAFE_INTEGER);
  });

  test("what is not exactly an amount is refused, never rounded", () => {
    expect(parseDecimalToMinor("128.455", "EUR")).toBe("too_many_decimals");
    expect(parseDecimalToMinor("1.5", "JPY")).toBe("too_many_decimals");
    expect(parseDecimalToMinor("90071992547409.92", "EUR")).toBe("too_large");
    for (const text of ["", " 1", "1 ", "+1", "1e3", "1,000.00", ".5", "5.", "NaN", "١", "1\n", "0x10"]) {
      expect(parseDecimalToMinor(text, "EUR")).toBe("not_a_decimal");
    }
  });

  test("every amount in every currency survives writing and reading", () => {
    fc.assert(
      fc.property(amount, currency, (minor, code) => {
        expect(parseDecimalToMinor(formatMinor(minor, code), code)).toBe(minor === 0 ? 0 : minor);
      }),
      { numRuns: 500 },
    );
    expect(formatMinor(-5, "KWD")).toBe("-0.005");
    expect(formatMinor(12845, "EUR")).toBe("128.45");
    expect(formatMinor(500, "JPY")).toBe("500");
  });
});
