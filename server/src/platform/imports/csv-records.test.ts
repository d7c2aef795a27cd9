import { CsvError, parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CsvRecords, type Malformation, MAX_RECORD_CHARACTERS, UnreadableCsv } from "./csv-records.ts";

/** The records of a text that arrives in pieces, and a fault where a record is malformed. */
function read(pieces: readonly string[], delimiter = ","): (string[] | Malformation)[] {
  const read: (string[] | Malformation)[] = [];
  const records = new CsvRecords(delimiter, {
    record: (cells) => void read.push(cells),
    malformed: (fault) => void read.push(fault),
  });
  for (const piece of pieces) records.push(piece);
  records.end();
  return read;
}

const reasonOf = (pieces: readonly string[]) => {
  try {
    read(pieces);
    return null;
  } catch (error) {
    if (error instanceof UnreadableCsv) return error.reason;
    throw error;
  }
};

function inPieces(text: string, cuts: readonly number[]): string[] {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [...places, text.length].map((place, index) => text.slice(index === 0 ? 0 : places[index - 1], place));
}

const cell = fc.string({
  unit: fc.constantFrom("a", "1", '"', ",", ";", "\n", "\r", " ", "ß", "\t", "\\", "😀"),
  maxLength: 8,
});
const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 8 });
const cuts = fc.array(fc.nat(), { maxLength: 6 });

function written(
  rows: readonly string[][],
  delimiter: string,
  lineEnd: string,
  alwaysQuote: boolean,
  lastLineEnd: boolean,
): string {
  const needs = new RegExp(`["\n\r${delimiter}]`);
  const one = (text: string) => (alwaysQuote || needs.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = rows.map((row) => row.map(one).join(delimiter));
  return lines.join(lineEnd) + (lastLineEnd && lines.length > 0 ? lineEnd : "");
}

test("every well-formed file gives the records that csv-parse gives, however it is cut into pieces", () => {
  fc.assert(
    fc.property(
      table,
      fc.constantFrom(",", ";", "\t"),
      fc.constantFrom("\n", "\r\n"),
      fc.boolean(),
      fc.boolean(),
      cuts,
      (rows, delimiter, lineEnd, quote, last, places) => {
        const text = written(rows, delimiter, lineEnd, quote, last);
        const expected = parse(text, { delimiter, record_delimiter: lineEnd, relax_column_count: true }) as string[][];
        expect(read(inPieces(text, places), delimiter)).toEqual(expected);
      },
    ),
    { numRuns: 2_000 },
  );
});

test("a file of any characters is read up to the first fault as csv-parse reads it, and faulty where csv-parse says so", () => {
  const wild = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n"), maxLength: 40 });
  fc.assert(
    fc.property(wild, cuts, (text, places) => {
      const theirs = readByCsvParse(text);
      const ours = readByUs(inPieces(text, places));
      expect(ours.good).toEqual(theirs.good);
      expect(ours.faulty).toBe(theirs.faulty);
    }),
    { numRuns: 5_000 },
  );
});

function readByCsvParse(text: string): { good: string[][]; faulty: boolean } {
  const good: string[][] = [];
  try {
    parse(text, {
      record_delimiter: "\n",
      relax_column_count: true,
      on_record: (record: string[]) => void good.push(record),
    });
    return { good, faulty: false };
  } catch (error) {
    if (error instanceof CsvError) return { good, faulty: true };
    throw error;
  }
}

function readByUs(pieces: readonly string[]): { good: string[][]; faulty: boolean } {
  const good: string[][] = [];
  let faulty = false;
  const records = new CsvRecords(",", {
    record: (cells) => void (faulty || good.push(cells)),
    malformed: () => void (faulty = true),
  });
  try {
    for (const piece of pieces) records.push(piece);
    records.end();
  } catch (error) {
    if (!(error instanceof UnreadableCsv)) throw error;
    faulty = true;
  }
  return { good, faulty };
}

test("a malformed record is reported and reading goes on behind its line", () => {
  expect(read(['a,b"c,d\n1,2,3\n"x"y,z\n4,5,6\n'])).toEqual([
    "quoteInCell",
    ["1", "2", "3"],
    "textAfterQuote",
    ["4", "5", "6"],
  ]);
});

test.each<[string, string[], UnreadableCsv["reason"]]>([
  ["an unclosed quote in the last line", ['a\n"b\nc'], "unclosedQuote"],
  [
    "an unclosed quote that swallows the file",
    ['a\n"b', ...Array<string>(100).fill(`${"x".repeat(1_000)}\n`)],
    "unclosedQuote",
  ],
  ["a cell of 100 MB", Array<string>(100).fill("x".repeat(1_048_576)), "recordTooLong"],
  ["a long record in one piece", [`a\n${"x".repeat(MAX_RECORD_CHARACTERS + 1)}\nb`], "recordTooLong"],
  ["a long quoted record in one piece", [`a\n"${"x".repeat(MAX_RECORD_CHARACTERS)}"\nb`], "unclosedQuote"],
])("what would eat memory or the rest of the file is refused: %s", (_, pieces, reason) => {
  expect(reasonOf(pieces)).toBe(reason);
});

test("a record just within the limit is read", () => {
  const long = "x".repeat(MAX_RECORD_CHARACTERS);
  expect(read([`${long}\n`, "b\n"])).toEqual([[long], ["b"]]);
});
