import fc from "fast-check";
import { expect, test } from "vitest";
import { checkDigitOf, faultOfGtin } from "./gtin.ts";

test.each(["4006381333931", "96385074", "036000291452", "00012345600012", "9780306406157"])(
  "a printed GTIN is accepted: %s",
  (gtin) => {
    expect(faultOfGtin(gtin)).toBeNull();
  },
);

test.each([
  "",
  "123",
  "40063813339310",
  "4006381333932",
  " 4006381333931",
  "400638133393a",
  "４００６３８１３３３９３１",
])("what is no GTIN is refused: %j", (gtin) => {
  expect(faultOfGtin(gtin)).not.toBeNull();
});

test("every single wrong digit is found", () => {
  const digits = fc.stringMatching(/^\d{12}$/);
  fc.assert(
    fc.property(digits, fc.nat(12), fc.integer({ min: 1, max: 9 }), (body, place, change) => {
      const gtin = `${body}${checkDigitOf(body)}`;
      expect(faultOfGtin(gtin)).toBeNull();
      const wrong = [...gtin];
      wrong[place] = String((Number(wrong[place]) + change) % 10);
      expect(faultOfGtin(wrong.join(""))).toBe("checkDigit");
    }),
  );
});
