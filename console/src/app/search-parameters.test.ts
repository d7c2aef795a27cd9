import { expect, test } from "vitest";
import { onlyThese, parseSearch, writeSearch } from "./search-parameters.ts";

test("a list URL stays readable, and what is written is read back unchanged", () => {
  const search = { status: "held,shipped", query: "100123", customer: 'Ann & Bob = "x"' };
  expect(writeSearch(search)).toBe("?status=held%2Cshipped&query=100123&customer=Ann+%26+Bob+%3D+%22x%22");
  expect(parseSearch(writeSearch(search))).toEqual(search);
});

test("cleared filters leave the URL", () => {
  expect(writeSearch({ status: undefined, query: "", sku: null })).toBe("");
});

test("only known parameters of the right type reach a screen", () => {
  const validate = onlyThese(["status", "query"]);
  expect(validate({ status: "held", query: 5, evil: "<script>" })).toEqual({ status: "held" });
});
