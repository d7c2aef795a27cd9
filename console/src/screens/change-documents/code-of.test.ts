import { expect, test } from "vitest";
import { codeOf } from "./code-of.ts";

test("a name becomes a code that the API takes", () => {
  expect(codeOf("Fraud review")).toBe("fraud-review");
  expect(codeOf(" Prüfung & Übergabe (groß) ")).toBe("prufung-ubergabe-gross");
  expect(codeOf("2nd attempt")).toBe("nd-attempt");
  expect(codeOf("  ??? ")).toBe("");
  expect(codeOf("x".repeat(90))).toHaveLength(64);
});
