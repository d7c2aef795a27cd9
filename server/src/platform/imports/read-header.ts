import { CsvRecords, UnreadableCsv } from "./csv-records.ts";
import type { ImportColumn } from "./kinds.ts";
import { imports } from "./refusals.ts";

export interface Header {
  delimiter: string;
  /** Cells that a row must have. */
  width: number;
  /** For each column of the kind: where it is in the file, -1 when the file lacks it. */
  places: readonly number[];
  /** Names of the columns that the file has. */
  names: readonly string[];
}

/** Spreadsheets of countries with a decimal comma separate cells by semicolons. */
const DELIMITERS = [",", ";", "\t"];
const MAX_SHOWN = 60;

/** Reads the header line. The delimiter is the one that cuts it into most cells. */
export function readHeader(line: string, columns: readonly ImportColumn[]): Header {
  const cuts = DELIMITERS.map((delimiter) => ({ delimiter, cells: cellsOf(line, delimiter) }));
  const { delimiter, cells } = cuts.reduce((best, cut) => (cut.cells.length > best.cells.length ? cut : best));
  const known = new Map(columns.map((column, index) => [spelling(column.name), index]));
  const places: number[] = columns.map(() => -1);
  const faults: string[] = [];
  for (const [place, cell] of cells.entries()) {
    const index = known.get(spelling(cell));
    if (index === undefined) faults.push(`"${cell.slice(0, MAX_SHOWN)}" is not a column of this kind`);
    else if (places[index] !== -1) faults.push(`"${cell}" stands there twice`);
    else places[index] = place;
  }
  for (const [index, { name, required }] of columns.entries())
    if (required && places[index] === -1) faults.push(`the column ${name} is missing`);
  if (faults.length > 0) throw refusalOfHeader(faults, columns);
  const names = columns.filter((_, index) => places[index] !== -1).map(({ name }) => name);
  return { delimiter, width: cells.length, places, names };
}

function refusalOfHeader(faults: readonly string[], columns: readonly ImportColumn[]): Error {
  const names = columns.map(({ name, required }) => (required ? name : `${name} (optional)`));
  const message = `${faults.slice(0, 5).join("; ")}. Columns: ${names.join(", ")}.`;
  return imports.refuse("wrongColumns", { message, details: { columns: columns.map(({ name }) => name) } });
}

function cellsOf(line: string, delimiter: string): string[] {
  let cells: string[] = [];
  const records = new CsvRecords(delimiter, {
    record: (found) => {
      cells = found;
    },
    malformed: () => {
      cells = [];
    },
  });
  try {
    records.push(`${line}\n`);
  } catch (error) {
    if (!(error instanceof UnreadableCsv)) throw error;
  }
  return cells;
}

/** "As Of", "as_of" and "asOf" are the same column. */
function spelling(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, "");
}
