import { expect, test } from "vitest";
import { isSkuCode, pastedCodes } from "./sku-names.ts";

test("a column of a sheet, a list and a quoted one are many codes, one code is none", () => {
  for (const text of ["A-1\nB-2\r\nB-2", "A-1, B-2", "A-1;B-2", '"A-1"\t"B-2"', " A-1 B-2 "])
    expect(pastedCodes(text), text).toEqual(["A-1", "B-2"]);
  for (const text of ["A-1", "", " A-1\n"]) expect(pastedCodes(text), text).toEqual([]);
});

test("what cannot be a code is not asked for", () => {
  expect(["A-1", "a/b:c.d_e", "ü", "-A", "a".repeat(65), ""].map(isSkuCode)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
