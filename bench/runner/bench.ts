import type { BenchDatabase } from "./database.ts";
import type { ServerOptions, ServerProcess } from "./server.ts";

/** What a file in bench/ exports by default. */
export interface Bench {
  /** `npm run bench -- NAME`; the name of the file too. */
  name: string;
  /** One line: what is measured against what. */
  summary: string;
  run(context: BenchContext): Promise<BenchResult>;
}

/** Becomes the JSON line. `ratio` is null where a bench only reports. */
export interface BenchResult {
  ratio: number | null;
  [figure: string]: number | string | boolean | null;
}

/** What a bench is given. Everything it starts is ended after it, also when it fails. */
export interface BenchContext {
  /** The checkout whose server is measured: this one, or that of `--against`. */
  readonly root: string;
  /** `--full`: the sizes that take long. */
  readonly full: boolean;
  /** An empty directory of its own. */
  readonly directory: string;
  log(line: string): void;
  /** Prints rows as an aligned table; the keys of the first are the head. */
  table(rows: readonly Record<string, string | number>[]): void;
  /** A migrated database without rows. The first call starts PostgreSQL with fsync on; later ones add a database to it. */
  startDatabase(): Promise<BenchDatabase>;
  /** `orrery start` in a process of its own, as users run it, on that database. */
  startServer(database: BenchDatabase, options?: ServerOptions): Promise<ServerProcess>;
  /** Any file as a server process that reports itself like `startServer`'s (bare routes, references). */
  startProcess(file: string, args: readonly string[]): Promise<ServerProcess>;
}
