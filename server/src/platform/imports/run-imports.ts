import type { Clock } from "../clock.ts";
import type { Database, Transaction } from "../db/database.ts";
import { classifyFailure } from "../db/failures.ts";
import { arrayLiteral, statement } from "../db/statements.ts";
import { discardEnded, forgetOldImports, giveUpDeadUploads } from "./discard-imports.ts";
import { endImport, errorRows, failedRows, insertErrors, JOB_COLUMNS, jobOf, type JobRow } from "./imports.sql.ts";
import type { ImportJob, ImportKind, RowError } from "./kinds.ts";
import { POLL_MS, TIDY_MS, WORK_LEASE_SECONDS } from "./limits.ts";

export interface ImportWorkerOptions {
  database: Database;
  clock: Clock;
  kinds: readonly ImportKind[];
  log: { error(details: object, message: string): void; warn(details: object, message: string): void };
  pollMs?: number;
}

/** The oldest import that waits, or whose worker has died; database time decides about that. */
const claimImport = statement<JobRow>(
  "platform.claimImport",
  `update platform.imports set state = 'running', started_at = coalesce(started_at, clock_timestamp()), lease_number = lease_number + 1,
     lease_until = clock_timestamp() + $2::int * interval '1 second'
   where id = (select id from platform.imports
     where discarded_at is null and kind = any($1::text[]) and (state = 'queued' or (state = 'running' and lease_until < clock_timestamp()))
     order by created_at, id limit 1 for update skip locked)
   returning ${JOB_COLUMNS}`,
);
/** Nothing comes back when somebody else took over, or it was cancelled. The lock holds both off until our commit. */
const holdImport = statement<{ rows_done: number; rows_failed: number }>(
  "platform.holdImport",
  `select rows_done, rows_failed from platform.imports where id = $1::uuid and lease_number = $2::int and state = 'running' for update`,
);
const advanceImport = statement(
  "platform.advanceImport",
  `update platform.imports set rows_done = $2::int, rows_failed = rows_failed + $3::int,
     lease_until = clock_timestamp() + $4::int * interval '1 second' where id = $1::uuid`,
);
const releaseImport = statement(
  "platform.releaseImport",
  "update platform.imports set lease_until = clock_timestamp() where id = $1::uuid and lease_number = $2::int and state = 'running'",
);

/**
 * Applies queued imports, one at a time per process, chunk after chunk. A chunk's effect and the progress are one
 * transaction, so a worker may die at any point: whoever comes next goes on behind the last committed chunk.
 */
export function startImportWorker(options: ImportWorkerOptions): { stop(): Promise<void> } {
  const worker = new ImportWorker(options);
  const running = worker.run();
  return {
    stop: async () => {
      worker.stop();
      await running;
    },
  };
}

class ImportWorker {
  readonly #options: ImportWorkerOptions;
  readonly #kinds: ReadonlyMap<string, ImportKind>;
  readonly #stopping = new AbortController();
  #tidyAt = 0;

  constructor(options: ImportWorkerOptions) {
    this.#options = options;
    this.#kinds = new Map(options.kinds.map((kind) => [kind.kind, kind]));
  }

  stop(): void {
    this.#stopping.abort();
  }

  async run(): Promise<void> {
    while (!this.#stopped) {
      let worked = false;
      try {
        worked = await this.#turn();
      } catch (error) {
        this.#options.log.warn({ err: error }, "imports could not be worked on; it will be tried again");
      }
      if (!worked) await this.#pause(this.#options.pollMs ?? POLL_MS);
    }
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** True when there may be more to do at once. */
  async #turn(): Promise<boolean> {
    const { database } = this.#options;
    const [row] = await database.read(claimImport, [arrayLiteral("text", [...this.#kinds.keys()]), WORK_LEASE_SECONDS]);
    if (row !== undefined) {
      await this.#work(row, this.#kinds.get(row.kind)!);
      return true;
    }
    if (await discardEnded(database, this.#kinds, () => this.#stopped)) return true;
    await this.#tidyUp();
    return false;
  }

  async #tidyUp(): Promise<void> {
    if (performance.now() < this.#tidyAt) return;
    this.#tidyAt = performance.now() + TIDY_MS;
    await giveUpDeadUploads(this.#options.database, this.#options.clock);
    await forgetOldImports(this.#options.database);
  }

  async #work(row: JobRow, kind: ImportKind): Promise<void> {
    const run = new ImportRun(this.#options, row, kind);
    let failures = 0;
    while (!this.#stopped) {
      try {
        if (!(await run.step())) return;
        failures = 0;
      } catch (error) {
        const next = await run.recover(error);
        if (next === "leave") return;
        if (next === "wait") await this.#pause(pauseMs(failures++));
      }
    }
    await this.#options.database.read(releaseImport, [row.id, row.lease_number]);
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, milliseconds);
      const { signal } = this.#stopping;
      signal.addEventListener("abort", done, { once: true });
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      }
    });
  }
}

/** 50 ms after the first failure, then twice as long each time, at most 5 s. */
function pauseMs(failures: number): number {
  return Math.min(5_000, 50 * 2 ** Math.min(failures, 10));
}

/** After a failure: go on with another chunk at once, wait a little first, or leave this import. */
type Recovery = "goOn" | "wait" | "leave";

/** Before the first row. */
const NO_ROWS = { fromRow: 1, toRow: 0 };

/** One import in the hands of this worker. */
class ImportRun {
  readonly #options: ImportWorkerOptions;
  readonly #kind: ImportKind;
  readonly #job: ImportJob;
  readonly #leaseNumber: number;
  readonly #lastRow: number;
  #size: number;
  /** Lists of rows that go before the first chunk; null until they are asked for. */
  #hurried: (readonly number[])[] | null = null;
  /** The chunk under way, for messages and for halving. */
  #chunk = { fromRow: 0, toRow: 0 };

  constructor(options: ImportWorkerOptions, row: JobRow, kind: ImportKind) {
    this.#options = options;
    this.#kind = kind;
    this.#job = jobOf(row);
    this.#leaseNumber = row.lease_number;
    this.#lastRow = row.rows_total;
    this.#size = kind.chunkRows;
  }

  /** One transaction: a chunk, or the completion. False when there is nothing left to do for us. */
  async step(): Promise<boolean> {
    let hurried = false;
    const goOn = await this.#options.database.transaction(async (transaction) => {
      const [held] = await transaction.read(holdImport, [this.#job.importId, this.#leaseNumber]);
      if (held === undefined) return false;
      if (held.rows_done >= this.#lastRow) return await this.#complete(transaction);
      hurried = held.rows_done === 0 && (await this.#hurry(transaction, held.rows_failed));
      if (!hurried) await this.#apply(transaction, held.rows_done, held.rows_failed);
      return true;
    });
    if (hurried) this.#hurried!.shift();
    if (this.#size < this.#kind.chunkRows) this.#size = Math.min(this.#kind.chunkRows, this.#size * 2);
    return goOn;
  }

  /** False when there is nothing to hurry with. */
  async #hurry(transaction: Transaction, failed: number): Promise<boolean> {
    this.#chunk = NO_ROWS;
    this.#hurried ??= [...((await this.#kind.hurried?.(transaction, this.#job)) ?? [])];
    const [rows] = this.#hurried;
    if (rows === undefined) return false;
    this.#advance(
      transaction,
      await this.#kind.applyChunk(transaction, { ...this.#job, ...NO_ROWS, hurried: rows }),
      failed,
    );
    return true;
  }

  async #apply(transaction: Transaction, done: number, failed: number): Promise<void> {
    this.#chunk = { fromRow: done + 1, toRow: Math.min(this.#lastRow, done + this.#size) };
    const errors = await this.#kind.applyChunk(transaction, { ...this.#job, ...this.#chunk });
    this.#advance(transaction, errors, failed);
  }

  #advance(transaction: Transaction, errors: readonly RowError[], failedBefore: number): void {
    transaction.insert(insertErrors, errorRows(this.#job.importId, errors, failedBefore));
    transaction.write(advanceImport, [this.#job.importId, this.#chunk.toRow, failedRows(errors), WORK_LEASE_SECONDS]);
  }

  async #complete(transaction: Transaction): Promise<boolean> {
    this.#chunk = { fromRow: this.#lastRow + 1, toRow: this.#lastRow };
    const done = this.#kind.complete === undefined || (await this.#kind.complete(transaction, this.#job));
    if (!done) {
      transaction.write(advanceImport, [this.#job.importId, this.#lastRow, 0, WORK_LEASE_SECONDS]);
      return true;
    }
    const end = {
      state: "finished" as const,
      failure: null,
      occurredAt: this.#options.clock.now(),
      origin: this.#job.origin,
    };
    await endImport(transaction, this.#job.importId, end);
    return false;
  }

  /** What to do after a failed transaction; nothing of it took effect. */
  async recover(error: unknown): Promise<Recovery> {
    const { log } = this.#options;
    const details = { err: error, importId: this.#job.importId, kind: this.#kind.kind, ...this.#chunk };
    switch (classifyFailure(error)) {
      case "retry":
      case "connection":
      case "unknownCommit":
        log.warn(details, "an import chunk failed for now; it will be tried again");
        return "wait";
      case "badData":
        return this.#giveUpHurry() ? "goOn" : await this.#isolate(error, details);
      case "bug":
        return await this.#fail(details);
    }
  }

  /** A row that PostgreSQL refuses is found in its turn: then all others have theirs as well. */
  #giveUpHurry(): boolean {
    const isHurrying = this.#chunk === NO_ROWS && this.#hurried !== null && this.#hurried.length > 0;
    if (isHurrying) this.#hurried = [];
    return isHurrying;
  }

  /** Halves the chunk until the row that PostgreSQL refuses stands alone; that one is recorded and passed over. */
  async #isolate(error: unknown, details: object): Promise<Recovery> {
    const { fromRow, toRow } = this.#chunk;
    if (toRow < fromRow) return await this.#fail(details);
    if (toRow > fromRow) {
      this.#size = Math.ceil((toRow - fromRow + 1) / 2);
      // `step` doubles the size after each success, so a bad row costs a logarithm of transactions.
      return "goOn";
    }
    const message = `The database refused this row: ${error instanceof Error ? error.message : "unknown"}`;
    const refused: RowError = { row: fromRow, column: null, code: "refusedByDatabase", message, value: null };
    await this.#options.database.transaction(async (transaction) => {
      const [held] = await transaction.read(holdImport, [this.#job.importId, this.#leaseNumber]);
      if (held !== undefined && held.rows_done === fromRow - 1) this.#advance(transaction, [refused], held.rows_failed);
    });
    return "goOn";
  }

  /** Our bug: it would fail again and again. The rows before took effect; the import says where it stopped. */
  async #fail(details: object): Promise<Recovery> {
    this.#options.log.error(details, "an import failed");
    const { fromRow, toRow } = this.#chunk;
    const place = fromRow > toRow ? "after the last row" : `in rows ${fromRow} to ${toRow}`;
    const failure = `It failed on our side ${place}; of these nothing took effect. The log has the cause.`;
    const end = { state: "failed" as const, failure, occurredAt: this.#options.clock.now(), origin: this.#job.origin };
    await this.#options.database.transaction(async (transaction) => {
      const [held] = await transaction.read(holdImport, [this.#job.importId, this.#leaseNumber]);
      if (held !== undefined) await endImport(transaction, this.#job.importId, end);
    });
    return "leave";
  }
}
