import type { TSchema } from "typebox";
import type { Transaction } from "../db/database.ts";
import type { Statement } from "../db/statements.ts";
import type { Origin } from "../events/record-events.ts";

/** One column that a file of this kind may have. Headers are matched without case, blanks, hyphens and underscores. */
export interface ImportColumn {
  /** The header, in the API's spelling: `weightGrams`. */
  name: string;
  /** A file without this column is refused as a whole. Columns that are not required may be absent. */
  required: boolean;
  description: string;
  example: string;
}

/**
 * What a module registers to have its CSV files imported. The framework parses the upload and copies it into the
 * module's own staging table; afterwards a leased worker lets the module apply it, chunk after chunk.
 */
export interface ImportKind {
  /** The last segment of `POST /v1/imports/{kind}`: `stock`. */
  kind: string;
  /** What an upload does, for the API's reference. */
  summary: string;
  /** Needed in addition to `imports:write`. */
  permission: string;
  columns: readonly ImportColumn[];
  /** Query parameters of the upload beside `fileName`, each optional or with a default; stored with the import. */
  options: Record<string, TSchema>;
  /** Checks the options beyond their schema, once, before the upload is read; throws a Refusal. */
  checkOptions?: (options: Readonly<Record<string, unknown>>) => void;
  /**
   * `copy <schema>.<table> (import_id, row_number, …) from stdin`, the rest in the order of `columns`. All of them are
   * text and null where the cell is empty or the file lacks the column. The table is logged, so that an acknowledged
   * upload survives a crash, and its primary key is (import_id, row_number).
   */
  copy: string;
  /** Deletes the staged rows of import $1::uuid from row $2::int to row $3::int, both included. */
  discard: Statement;
  /** Rows of one transaction. Worth about 200 ms, so that locks are short and a crash repeats little. */
  chunkRows: number;
  /**
   * Applies the staged rows of one chunk in the given transaction and returns the rows that are at fault; the others
   * take effect. Rows whose shape was wrong are not staged. If the data makes PostgreSQL fail (SQLSTATE 22, 23), the
   * chunk is halved until the row stands alone and is recorded; contention is retried.
   */
  applyChunk: (transaction: Transaction, chunk: ImportChunk) => Promise<readonly RowError[]>;
  /**
   * Rows that shall not wait for those before them, in lists that take effect one after the other before the first chunk.
   * Asked whenever a worker begins with the import; what took effect so must not be in a chunk any more.
   */
  hurried?: (transaction: Transaction, job: ImportJob) => Promise<readonly (readonly number[])[]>;
  /**
   * After the last row, for what only a whole file says (positions that are missing in it). Called in a transaction of
   * its own each time until it returns true, so that it can work in portions as well.
   */
  complete?: (transaction: Transaction, job: ImportJob) => Promise<boolean>;
}

export interface ImportJob {
  importId: string;
  kind: string;
  options: Readonly<Record<string, unknown>>;
  /** Names of the columns that the file has: an absent column changes nothing, an empty cell clears. */
  columns: ReadonlySet<string>;
  /** When the upload was acknowledged. */
  uploadedAt: Date;
  /** The uploader: actor of movements, events and audit entries. */
  origin: Origin;
  /** The scope of the uploader at upload; null: everything. A row outside is a row error. */
  locationCodes: ReadonlySet<string> | null;
  channelCodes: ReadonlySet<string> | null;
}

export interface ImportChunk extends ImportJob {
  /** Row numbers, both included; 1 is the first row below the header. */
  fromRow: number;
  toRow: number;
  /** Instead of all rows from the one to the other: these, before their turn. */
  hurried?: readonly number[];
}

export interface RowError {
  row: number;
  column: string | null;
  /** Stable, camelCase: `unknownSku`. */
  code: string;
  message: string;
  /** The offending cell. */
  value: string | null;
}
