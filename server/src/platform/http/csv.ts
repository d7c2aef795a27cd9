import { Readable } from "node:stream";

export type CsvValue = string | number | boolean | null | undefined;

/** A spreadsheet would run a cell that begins like this as a formula (CWE-1236). Apostrophes before it are counted in, so that undoing is exact. */
const FORMULA = /^'*[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/** One cell. Text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay numbers. */
export function csvCell(value: CsvValue): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text that `csvCell` was given, so that an exported file can be imported again. */
export function fromCsvCell(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
}

export function csvRow(values: readonly CsvValue[]): string {
  return `${values.map(csvCell).join(",")}\r\n`;
}

/**
 * A whole list as CSV (RFC 4180, UTF-8), read batch by batch as fast as the client takes it, so that the length of the
 * list does not matter. `batches` reads by cursor, not in one long transaction.
 */
export function csvStream<Row>(
  header: readonly string[],
  batches: AsyncIterable<readonly Row[]>,
  values: (row: Row) => readonly CsvValue[],
): Readable {
  async function* lines(): AsyncGenerator<string> {
    yield csvRow(header);
    for await (const rows of batches) yield rows.map((row) => csvRow(values(row))).join("");
  }
  return Readable.from(lines(), { objectMode: false });
}

/** Batches of a list by its own cursor: `read` gets the last row of the batch before. */
export async function* inBatches<Row>(
  size: number,
  read: (last: Row | null, limit: number) => Promise<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  let last: Row | null = null;
  for (;;) {
    const rows: readonly Row[] = await read(last, size);
    if (rows.length > 0) yield rows;
    if (rows.length < size) return;
    last = rows.at(-1)!;
  }
}
