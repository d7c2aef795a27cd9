/**
 * A strict RFC 4180 reader for uploads of millions of rows. It exists because it is several times as fast as csv-parse
 * (README, "Measured"), whose results it must equal: `csv-records.test.ts` compares the two on generated files.
 *
 * Most records have no quotes: those are cut with `split`, everything else is read cell by cell.
 */
export type Malformation = "quoteInCell" | "textAfterQuote";

export interface RecordSink {
  /** The cells of one record; [""] for an empty line. */
  record(cells: string[]): void;
  /** A record that breaks the rules of quoting; reading goes on with the next line. */
  malformed(fault: Malformation): void;
}

/** What makes the rest of a file unreadable. */
export class UnreadableCsv extends Error {
  readonly reason: "unclosedQuote" | "recordTooLong";

  constructor(reason: UnreadableCsv["reason"]) {
    super(reason);
    this.reason = reason;
  }
}

/** Longer ones are refused: an unclosed quote would swallow the rest of the file otherwise. */
export const MAX_RECORD_CHARACTERS = 65_536;

const QUOTE = 34;
const CR = 13;
const LF = 10;

export class CsvRecords {
  readonly #delimiter: string;
  readonly #sink: RecordSink;
  #rest = "";
  /** Set by the reader of a quoted record. */
  #next = 0;

  constructor(delimiter: string, sink: RecordSink) {
    this.#delimiter = delimiter;
    this.#sink = sink;
  }

  push(text: string): void {
    const buffer = this.#rest === "" ? text : this.#rest + text;
    const consumed = this.#readWhole(buffer);
    this.#rest = buffer.slice(consumed);
    if (this.#rest.length > MAX_RECORD_CHARACTERS)
      throw new UnreadableCsv(this.#rest.includes('"') ? "unclosedQuote" : "recordTooLong");
  }

  end(): void {
    if (this.#rest === "") return;
    const buffer = `${this.#rest}\n`;
    if (this.#readWhole(buffer) < buffer.length) throw new UnreadableCsv("unclosedQuote");
    this.#rest = "";
  }

  /** Reads all records that end in the buffer; returns where the first incomplete one begins. */
  #readWhole(buffer: string): number {
    let start = 0;
    let quote = buffer.indexOf('"');
    for (;;) {
      const end = buffer.indexOf("\n", start);
      if (end < 0) return start;
      if (quote >= 0 && quote < start) quote = buffer.indexOf('"', start);
      if (quote < 0 || quote > end) {
        if (end - start > MAX_RECORD_CHARACTERS) throw new UnreadableCsv("recordTooLong");
        this.#sink.record(this.#cut(buffer, start, end));
        start = end + 1;
      } else {
        if (!this.#readQuoted(buffer, start)) return start;
        start = this.#next;
      }
    }
  }

  #cut(buffer: string, start: number, end: number): string[] {
    const line = buffer.slice(start, end > start && buffer.charCodeAt(end - 1) === CR ? end - 1 : end);
    return line.split(this.#delimiter);
  }

  /** False when the record does not end in the buffer. */
  #readQuoted(buffer: string, start: number): boolean {
    const cells: string[] = [];
    let position = start;
    for (;;) {
      const quoted = buffer.charCodeAt(position) === QUOTE;
      const end = quoted ? this.#endOfQuoted(buffer, position) : this.#endOfPlain(buffer, position);
      if (end < 0) return false;
      if (end - start > MAX_RECORD_CHARACTERS) throw new UnreadableCsv(quoted ? "unclosedQuote" : "recordTooLong");
      const cell = quoted ? unquote(buffer.slice(position + 1, end - 1)) : buffer.slice(position, end);
      if (!quoted && cell.includes('"')) return this.#skip(buffer, end, "quoteInCell");
      cells.push(cell);
      if (buffer.startsWith(this.#delimiter, end)) {
        position = end + 1;
        continue;
      }
      const lineEnd = buffer.charCodeAt(end) === CR ? end + 1 : end;
      if (lineEnd >= buffer.length) return false;
      if (buffer.charCodeAt(lineEnd) !== LF) return this.#skip(buffer, end, "textAfterQuote");
      this.#next = lineEnd + 1;
      this.#sink.record(cells);
      return true;
    }
  }

  /** Behind the closing quote, or -1 when there is none, or the character behind it is not there yet. */
  #endOfQuoted(buffer: string, start: number): number {
    let position = start + 1;
    for (;;) {
      const quote = buffer.indexOf('"', position);
      if (quote < 0 || quote + 1 >= buffer.length) return -1;
      if (buffer.charCodeAt(quote + 1) !== QUOTE) return quote + 1;
      position = quote + 2;
    }
  }

  /** At the delimiter or the end of the line. */
  #endOfPlain(buffer: string, start: number): number {
    const line = buffer.indexOf("\n", start);
    // Not beyond the line: a file of one column would be searched to its end again and again.
    const delimiter = buffer.slice(start, line < 0 ? undefined : line).indexOf(this.#delimiter);
    if (delimiter >= 0) return start + delimiter;
    return line > start && buffer.charCodeAt(line - 1) === CR ? line - 1 : line;
  }

  #skip(buffer: string, from: number, fault: Malformation): boolean {
    const end = buffer.indexOf("\n", from);
    if (end < 0) return false;
    this.#next = end + 1;
    this.#sink.malformed(fault);
    return true;
  }
}

function unquote(text: string): string {
  return text.includes('"') ? text.replaceAll('""', '"') : text;
}
