import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";

/** A migrated database of the bench's own PostgreSQL. */
export interface BenchDatabase {
  url: string;
  /** For seeding and references; without pipelining and with PostgreSQL's own defaults. */
  pool: pg.Pool;
  /** After seeding: statistics for the planner, and no vacuum in the middle of a round. */
  settle(): Promise<void>;
}

type Embedded = typeof import("../../server/src/main/embedded.ts");
type Migrate = typeof import("../../server/src/platform/db/migrate.ts");

/** PostgreSQL as the product runs it, fsync on, in a directory that goes with the bench. */
export class BenchPostgres {
  readonly #url: string;
  readonly #stop: () => Promise<void>;
  readonly #migrate: Migrate["migrate"];
  readonly #pools: pg.Pool[] = [];

  private constructor(url: string, stop: () => Promise<void>, migrate: Migrate["migrate"]) {
    this.#url = url;
    this.#stop = stop;
    this.#migrate = migrate;
  }

  static async start(root: string, directory: string): Promise<BenchPostgres> {
    const load = async <T>(path: string): Promise<T> => (await import(pathToFileURL(join(root, path)).href)) as T;
    const { startEmbedded } = await load<Embedded>("server/src/main/embedded.ts");
    const { migrate } = await load<Migrate>("server/src/platform/db/migrate.ts");
    const log = { info: (): void => undefined, warn: (message: string): void => console.warn(message) };
    const server = await startEmbedded({ directory: join(directory, "postgresql"), log });
    return new BenchPostgres(server.url, () => server.stop(), migrate);
  }

  async create(): Promise<BenchDatabase> {
    const address = new URL(this.#url);
    address.pathname = `/bench_${this.#pools.length + 1}`;
    const admin = new pg.Client({ connectionString: this.#url });
    await admin.connect();
    await admin.query(`create database ${address.pathname.slice(1)}`);
    await admin.end();
    await this.#migrate(address.href);
    const pool = new pg.Pool({ connectionString: address.href, max: 16 });
    pool.on("error", (error) => console.warn(error.message));
    this.#pools.push(pool);
    return {
      url: address.href,
      pool,
      settle: async () => {
        await pool.query("vacuum analyze");
        await pool.query("checkpoint");
      },
    };
  }

  async stop(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.end()));
    await this.#stop();
  }
}
