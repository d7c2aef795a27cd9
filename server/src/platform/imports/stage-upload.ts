import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { Refusal } from "../refusals.ts";
import { CopyRows } from "./copy-rows.ts";
import type { ImportKind, RowError } from "./kinds.ts";
import { MAX_FILE_BYTES, SEGMENT_MS, SEGMENT_ROWS, UPLOAD_STALL_MS } from "./limits.ts";
import { imports } from "./refusals.ts";
import { StagingConnection, type UploadRow } from "./staging-connection.ts";
import { TextPieces } from "./text-pieces.ts";

export interface StagedUpload {
  /** Of kind, options, the uploader's scope, and bytes. */
  contentHash: Buffer;
  /** Names of the columns that the file has. */
  columns: readonly string[];
}

/**
 * Reads an upload as it comes in and copies its rows into the kind's staging table, in short transactions. Memory stays
 * at a few pieces of the file, however long it is. Rejects with a Refusal when the file cannot be imported.
 */
export async function stageUpload(
  url: string,
  kind: ImportKind,
  upload: UploadRow,
  body: Readable,
): Promise<StagedUpload> {
  const connection = await StagingConnection.open(url, upload, kind.copy);
  try {
    return await stage(connection, kind, upload, body);
  } finally {
    await connection.close();
  }
}

async function stage(
  connection: StagingConnection,
  kind: ImportKind,
  upload: UploadRow,
  body: Readable,
): Promise<StagedUpload> {
  const { options, locationCodes, channelCodes } = upload;
  const hash = createHash("sha256").update(JSON.stringify([kind.kind, options, locationCodes, channelCodes]));
  const text = new TextPieces();
  const rows = new CopyRows(upload.id, kind.columns);
  const segment = new Segment(connection);
  let bytes = 0;
  for await (const piece of piecesOf(body)) {
    bytes += piece.length;
    if (bytes > MAX_FILE_BYTES)
      throw imports.refuse("fileTooLarge", { message: `The file has more than ${MAX_FILE_BYTES} bytes.` });
    hash.update(piece);
    rows.push(text.decode(piece, rows.rows));
    await connection.write(rows.takeLines());
    segment.errors.push(...rows.takeErrors());
    if (segment.isDue(rows.rows)) await segment.commit(bytes, rows.rows);
  }
  rows.push(text.end(rows.rows));
  rows.end();
  await connection.write(rows.takeLines());
  segment.errors.push(...rows.takeErrors());
  await segment.commit(bytes, rows.rows);
  return { contentHash: hash.digest(), columns: rows.header?.names ?? [] };
}

class Segment {
  readonly #connection: StagingConnection;
  errors: RowError[] = [];
  #startedAt = performance.now();
  #firstRow = 0;

  constructor(connection: StagingConnection) {
    this.#connection = connection;
  }

  isDue(rows: number): boolean {
    return rows - this.#firstRow >= SEGMENT_ROWS || performance.now() - this.#startedAt >= SEGMENT_MS;
  }

  async commit(bytes: number, rows: number): Promise<void> {
    const kept = await this.#connection.commit({ bytes, rows, errors: this.errors });
    if (!kept) throw imports.refuse("importEnded", { message: "The upload was cancelled." });
    this.errors = [];
    this.#startedAt = performance.now();
    this.#firstRow = rows;
  }
}

/**
 * The bytes of the request. A client that stalls is given up. When reading ends early, the rest is drained rather than
 * cut off: a client that is still sending would not read our answer otherwise.
 */
async function* piecesOf(body: Readable): AsyncGenerator<Buffer> {
  const stall = setTimeout(() => body.destroy(new Error("stalled")), UPLOAD_STALL_MS);
  try {
    for await (const piece of body.iterator({ destroyOnReturn: false })) {
      stall.refresh();
      yield piece as Buffer;
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw imports.refuse("uploadCutOff", {
      message: `The upload ended before the file was complete (${error instanceof Error ? error.message : "unknown"}).`,
    });
  } finally {
    clearTimeout(stall);
    body.resume();
  }
}
