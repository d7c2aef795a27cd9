import { CsvRecords, type Malformation, UnreadableCsv } from "./csv-records.ts";
import type { ImportColumn, RowError } from "./kinds.ts";
import { MAX_FILE_ROWS } from "./limits.ts";
import { type Header, readHeader } from "./read-header.ts";
import { unreadable } from "./refusals.ts";

/** A file whose header does not end within this has none. */
const MAX_HEADER_CHARACTERS = 65_536;
const COPY_SPECIAL = /[\\\t\n\r]/;

/**
 * Turns the text of a file, piece by piece, into lines for `COPY … FROM STDIN` in PostgreSQL's text format. Rows whose
 * shape is wrong become errors instead. Rows count from 1 below the header, empty ones included, so that row N stands in
 * line N + 1 of a spreadsheet.
 */
export class CopyRows {
  readonly #columns: readonly ImportColumn[];
  readonly #prefix: string;
  #records: CsvRecords | null = null;
  #beginning = "";
  #lines = "";
  #errors: RowError[] = [];
  #row = 0;
  #last = 0;
  #width = 0;
  #places: readonly number[] = [];
  header: Header | null = null;

  constructor(importId: string, columns: readonly ImportColumn[]) {
    this.#columns = columns;
    this.#prefix = `${importId}\t`;
  }

  /** The number of the last row that is not empty. */
  get rows(): number {
    return this.#last;
  }

  push(text: string): void {
    try {
      if (this.#records !== null) this.#records.push(text);
      else this.#pushBeginning(text);
    } catch (error) {
      throw this.#explained(error);
    }
  }

  end(): void {
    try {
      if (this.#records === null) this.#pushBeginning("\n");
      this.#records?.end();
    } catch (error) {
      throw this.#explained(error);
    }
    if (this.header === null) throw unreadable("emptyFile", "The file is empty: not even a header.", 0);
  }

  /** The COPY lines since the last call. */
  takeLines(): string {
    const lines = this.#lines;
    this.#lines = "";
    return lines;
  }

  takeErrors(): RowError[] {
    const errors = this.#errors;
    this.#errors = [];
    return errors;
  }

  #pushBeginning(text: string): void {
    this.#beginning += text;
    const end = this.#beginning.indexOf("\n");
    const line = end < 0 ? this.#beginning : this.#beginning.slice(0, end).replace(/\r$/, "");
    if (line.includes("\r") && !line.endsWith("\r"))
      throw unreadable("carriageReturns", "Lines end with a carriage return alone; save the file with line feeds.", 0);
    if (line.length > MAX_HEADER_CHARACTERS) throw unreadable("recordTooLong", "The header is longer than 64 KiB.", 0);
    if (end < 0) return;
    const rest = this.#beginning.slice(end + 1);
    this.#beginning = "";
    if (line.trim() === "") throw unreadable("emptyFile", "The first line is empty; it must name the columns.", 0);
    this.#open(readHeader(line, this.#columns));
    this.#records?.push(rest);
  }

  #open(header: Header): void {
    this.header = header;
    this.#width = header.width;
    this.#places = header.places;
    this.#records = new CsvRecords(header.delimiter, {
      record: (cells) => this.#record(cells),
      malformed: (fault) => this.#fail(fault === "quoteInCell" ? "quoteInCell" : "textAfterQuote", MALFORMED[fault]),
    });
  }

  #record(cells: readonly string[]): void {
    this.#row++;
    if (isEmpty(cells)) return;
    this.#last = this.#row;
    if (this.#row > MAX_FILE_ROWS)
      throw unreadable("tooManyRows", `The file has more than ${MAX_FILE_ROWS} rows.`, this.#row);
    if (cells.length !== this.#width) {
      this.#errors.push(
        errorOf(this.#row, "cellCount", `The row has ${cells.length} cells, the header has ${this.#width}.`),
      );
      return;
    }
    let line = this.#prefix + this.#row;
    for (const place of this.#places) {
      const cell = place < 0 ? "" : cells[place]!;
      line += cell === "" ? "\t\\N" : COPY_SPECIAL.test(cell) ? `\t${escaped(cell)}` : `\t${cell}`;
    }
    this.#lines += `${line}\n`;
  }

  #fail(code: string, message: string): void {
    this.#last = ++this.#row;
    this.#errors.push(errorOf(this.#row, code, message));
  }

  #explained(error: unknown): unknown {
    if (!(error instanceof UnreadableCsv)) return error;
    const row = this.#row + 1;
    const message =
      error.reason === "unclosedQuote"
        ? `A quote that opens in row ${row} is not closed within 64 KiB.`
        : `Row ${row} is longer than 64 KiB.`;
    return unreadable(error.reason, message, row);
  }
}

const MALFORMED: Record<Malformation, string> = {
  quoteInCell:
    "A quote stands inside a cell that does not begin with one; put the cell in quotes and double the inner ones.",
  textAfterQuote: "Text follows a closing quote; quotes inside a cell must be doubled.",
};

function errorOf(row: number, code: string, message: string): RowError {
  return { row, column: null, code, message, value: null };
}

function isEmpty(cells: readonly string[]): boolean {
  for (const cell of cells) if (cell !== "") return false;
  return true;
}

const ESCAPES: Record<string, string> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

function escaped(cell: string): string {
  return cell.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character]!);
}
