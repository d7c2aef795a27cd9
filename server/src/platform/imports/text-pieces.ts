import { unreadable } from "./refusals.ts";

/** Bytes to text, strictly: what is not UTF-8 is refused instead of being filled with replacement characters. */
export class TextPieces {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #start = true;

  /** `row` is where the reader is, for messages. */
  decode(bytes: Uint8Array, row: number): string {
    if (this.#start) refuseUtf16(bytes);
    this.#start = false;
    // PostgreSQL's text cannot hold NUL, and it is the mark of UTF-16 without a byte order mark.
    if (bytes.includes(0))
      throw unreadable("nul", `The file has NUL bytes near row ${row + 1}; is it UTF-16? Save it as UTF-8.`, row + 1);
    return this.#decode(() => this.#decoder.decode(bytes, { stream: true }), row);
  }

  end(row: number): string {
    return this.#decode(() => this.#decoder.decode(), row);
  }

  #decode(work: () => string, row: number): string {
    try {
      return work();
    } catch (error) {
      if (error instanceof TypeError)
        throw unreadable("notUtf8", `The file is not UTF-8 near row ${row + 1}; save it as UTF-8.`, row + 1);
      throw error;
    }
  }
}

function refuseUtf16(bytes: Uint8Array): void {
  const [first, second] = bytes;
  const mark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (mark) throw unreadable("utf16", "The file is UTF-16; save it as UTF-8.", 0);
}
