import fc from "fast-check";
import { expect, test } from "vitest";
import { TwoGenerationCache } from "./two-generation-cache.ts";

const operation = fc.tuple(fc.constantFrom("get", "set", "delete"), fc.nat(30));

test("it never gives a wrong value, and never holds more than its limit", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 20 }), fc.array(operation, { maxLength: 200 }), (limit, operations) => {
      const cache = new TwoGenerationCache<number, string>(limit);
      const truth = new Map<number, string>();
      for (const [index, [name, key]] of operations.entries()) {
        if (name === "set") {
          truth.set(key, `v${index}`);
          cache.set(key, `v${index}`);
        } else if (name === "delete") {
          truth.delete(key);
          cache.delete(key);
        } else {
          const found = cache.get(key);
          if (found !== undefined) expect(found).toBe(truth.get(key));
        }
      }
      const held = Array.from({ length: 31 }, (_, key) => key).filter((key) => cache.get(key) !== undefined);
      expect(held.length).toBeLessThanOrEqual(limit);
    }),
  );
});

test("what was asked for lately stays while others come and go", () => {
  const cache = new TwoGenerationCache<number, string>(100);
  cache.set(0, "hot");
  for (let key = 1; key < 1_000; key++) {
    cache.set(key, "cold");
    if (key % 40 === 0) expect(cache.get(0)).toBe("hot");
  }
  expect(cache.get(1)).toBeUndefined();
});
