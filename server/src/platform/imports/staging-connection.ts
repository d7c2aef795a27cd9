import pg from "pg";
import { from as copyFrom, type CopyStreamQuery } from "pg-copy-streams";
import { errorRows, failedRows, insertErrors } from "./imports.sql.ts";
import type { RowError } from "./kinds.ts";
import { UPLOAD_LEASE_SECONDS } from "./limits.ts";

/** A new upload; see `platform.imports`. */
export interface UploadRow {
  id: string;
  kind: string;
  fileName: string;
  options: Readonly<Record<string, unknown>>;
  createdBy: string;
  requestId: string | null;
  locationCodes: readonly string[] | null;
  channelCodes: readonly string[] | null;
}

const INSERT_UPLOAD = `insert into platform.imports (id, kind, file_name, options, state, created_by, request_id, location_codes, channel_codes, lease_until)
  values ($1, $2, $3, $4, 'uploading', $5, $6, $7, $8, clock_timestamp() + $9::int * interval '1 second')`;
const SAVE_PROGRESS = `update platform.imports set bytes_read = $2, rows_total = $3, rows_failed = $4, lease_until = clock_timestamp() + $5::int * interval '1 second'
  where id = $1 and state = 'uploading'`;

/**
 * The connection of one upload. COPY does not go through a pipelined connection, and while it runs nothing else does.
 * Rows are committed in segments, each with the progress that it means.
 */
export class StagingConnection {
  readonly #client: pg.Client;
  readonly #importId: string;
  readonly #copySql: string;
  #copy: CopyStreamQuery | null = null;
  #failed: Promise<never> | null = null;
  #rowsFailed = 0;

  private constructor(client: pg.Client, upload: UploadRow, copySql: string) {
    this.#client = client;
    this.#importId = upload.id;
    this.#copySql = copySql;
  }

  static async open(url: string, upload: UploadRow, copySql: string): Promise<StagingConnection> {
    const client = new pg.Client({
      connectionString: url,
      application_name: "orrery upload",
      connectionTimeoutMillis: 5_000,
      options: "-c statement_timeout=0 -c timezone=UTC",
    });
    // Whoever waits for a statement is told; an unheard event would end the process.
    client.on("error", () => undefined);
    await client.connect();
    const { id, kind, fileName, options, createdBy, requestId, locationCodes, channelCodes } = upload;
    const values = [
      id,
      kind,
      fileName,
      JSON.stringify(options),
      createdBy,
      requestId,
      locationCodes,
      channelCodes,
      UPLOAD_LEASE_SECONDS,
    ];
    await client.query(INSERT_UPLOAD, values);
    return new StagingConnection(client, upload, copySql);
  }

  /** Sends COPY lines, as fast as PostgreSQL takes them. */
  async write(lines: string): Promise<void> {
    if (lines === "") return;
    const copy = this.#copy ?? (await this.#begin());
    await Promise.race([
      new Promise<void>((resolve, reject) => copy.write(lines, (error) => (error ? reject(error) : resolve()))),
      this.#failed,
    ]);
  }

  /** Commits what was written since the last time. False when the import is no longer an upload: somebody cancelled it. */
  async commit(progress: { bytes: number; rows: number; errors: readonly RowError[] }): Promise<boolean> {
    const copy = this.#copy ?? (await this.#begin());
    await Promise.race([new Promise<void>((resolve) => copy.once("finish", resolve).end()), this.#failed]);
    this.#copy = null;
    const { bytes, rows, errors } = progress;
    const shown = errorRows(this.#importId, errors, this.#rowsFailed);
    if (shown.length > 0) await this.#client.query(insertErrors.statement.text, insertErrors.parameters(shown));
    this.#rowsFailed += failedRows(errors);
    const saved = await this.#client.query(SAVE_PROGRESS, [
      this.#importId,
      bytes,
      rows,
      this.#rowsFailed,
      UPLOAD_LEASE_SECONDS,
    ]);
    const kept = saved.rowCount === 1;
    // Rows that nobody would discard must not stay behind.
    await this.#client.query(kept ? "commit" : "rollback");
    return kept;
  }

  /** What is not committed is gone with the connection. */
  async close(): Promise<void> {
    this.#copy?.destroy();
    await this.#client.end();
  }

  async #begin(): Promise<CopyStreamQuery> {
    await this.#client.query("begin");
    const copy = this.#client.query(copyFrom(this.#copySql));
    this.#failed = new Promise<never>((_, reject) => copy.on("error", reject));
    // It may fail while nobody is waiting; whoever writes next is told then.
    this.#failed.catch(() => undefined);
    this.#copy = copy;
    return copy;
  }
}
