import fc from "fast-check";
import { expect, test } from "vitest";
import { isAlike, readFile, writeFile } from "./configuration-file.ts";

test("what is written is read as it was, and anything else is told to be no configuration", () => {
  const documents = [{ kind: "workflow", code: "own", content: { states: {} } }];
  expect(readFile(writeFile(documents))).toEqual(documents);
  for (const text of ["", "{", "[]", "null", "{}", '{"documents":{}}', '{"documents":[{"kind":"workflow"}]}'])
    expect(readFile(text), text).toBeNull();
});

test("contents are alike whatever the order of their members, and differ in everything else", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      expect(isAlike(one, JSON.parse(JSON.stringify(one)))).toBe(true);
      expect(isAlike({ first: one, second: other }, { second: other, first: one })).toBe(true);
      expect(isAlike({ one }, { one, other })).toBe(false);
      expect(isAlike([one, 1], [one, 2])).toBe(false);
    }),
  );
});
