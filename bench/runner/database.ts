import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";
import { register } from "prom-client";

/** A migrated database of the bench's own PostgreSQL. */
export interface BenchDatabase {
  url: string;
  /** For seeding and references; without pipelining and with PostgreSQL's own defaults. */
  pool: pg.Pool;
  /** After seeding: statistics for the planner, and no vacuum in the middle of a round. */
  settle(): Promise<void>;
}

type Embedded = typeof import("../../server/src/main/embedded.ts");
type Migration = typeof import("../../server/src/platform/db/migrate.ts");
type Databases = typeof import("../../server/src/platform/db/database.ts");
type Partitions = typeof import("../../server/src/platform/db/keep-partitions.ts");

const log = { info: (): void => undefined, warn: (message: unknown): void => console.warn(message) };

/** PostgreSQL as the product runs it, fsync on, in a directory that goes with the bench. */
export class BenchPostgres {
  readonly #url: string;
  readonly #stop: () => Promise<void>;
  readonly #prepare: (url: string) => Promise<void>;
  readonly #pools: pg.Pool[] = [];

  private constructor(url: string, stop: () => Promise<void>, prepare: (url: string) => Promise<void>) {
    this.#url = url;
    this.#stop = stop;
    this.#prepare = prepare;
  }

  static async start(root: string, directory: string): Promise<BenchPostgres> {
    // Two checkouts in one process declare the same metrics, which nobody reads here.
    register.clear();
    const load = async <T>(path: string): Promise<T> => (await import(pathToFileURL(join(root, path)).href)) as T;
    const { startEmbedded } = await load<Embedded>("server/src/main/embedded.ts");
    const { migrate } = await load<Migration>("server/src/platform/db/migrate.ts");
    const { openDatabase } = await load<Databases>("server/src/platform/db/database.ts");
    const { keepPartitions } = await load<Partitions>("server/src/platform/db/keep-partitions.ts");
    const server = await startEmbedded({ directory: join(directory, "postgresql"), log });
    // What is seeded must find its partitions: the server would move it out of the default one for minutes.
    const prepare = async (url: string): Promise<void> => {
      await migrate(url);
      const database = openDatabase({ url, connections: 1 });
      await keepPartitions(database, log);
      await database.close();
    };
    return new BenchPostgres(server.url, () => server.stop(), prepare);
  }

  async create(): Promise<BenchDatabase> {
    const address = new URL(this.#url);
    address.pathname = `/bench_${this.#pools.length + 1}`;
    const admin = new pg.Client({ connectionString: this.#url });
    await admin.connect();
    await admin.query(`create database ${address.pathname.slice(1)}`);
    await admin.end();
    await this.#prepare(address.href);
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
