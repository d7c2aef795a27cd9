import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import { csvRow, csvStream, fromCsvCell, inBatches } from "./csv.ts";

test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])(
  "a cell that a spreadsheet would run is disarmed: %j",
  (text) => {
    expect((parse(csvRow([text])) as string[][])[0]?.[0]).toBe(`'${text}`);
  },
);

test("numbers stay numbers, even negative ones", () => {
  expect(csvRow([-5, 0.5, true, null, undefined, ""])).toBe("-5,0.5,true,,,\r\n");
});

test("whatever text is exported, a CSV reader gets it back, and an import undoes the disarming", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.string({ unit: fc.constantFrom("'", "=", "-", '"', ",", "\n", "\r", "a") }),
        ),
        { minLength: 2, maxLength: 5 },
      ),
      (texts) => {
        const [cells] = parse(csvRow(texts)) as string[][];
        expect(cells!.map(fromCsvCell)).toEqual(texts);
      },
    ),
    { examples: [[["'=1", "''+", "'", "-"]]] },
  );
});

test("a list of any length is streamed in batches", async () => {
  const all = Array.from({ length: 25 }, (_, index) => index);
  const read = async (last: number | null, limit: number) =>
    all.filter((row) => last === null || row > last).slice(0, limit);
  let text = "";
  for await (const chunk of csvStream(["n"], inBatches(10, read), (row) => [row])) text += String(chunk);
  expect(text.split("\r\n")).toEqual(["n", ...all.map(String), ""]);
});
