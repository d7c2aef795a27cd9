import { stat } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import {
  type Cluster,
  clusterUrl,
  configure,
  DATABASE,
  initialize,
  type Log,
  openCluster,
} from "./embedded-cluster.ts";
import {
  findPostmaster,
  isServerProcess,
  launchPostmaster,
  rotateLog,
  shutDown,
  STARTUP_LIMIT_MS,
} from "./embedded-postmaster.ts";

export interface EmbeddedOptions {
  /** Made on first use. It belongs to PostgreSQL's user; put nothing else there. */
  directory: string;
  log: Log;
  /** PostgreSQL settings over the usual ones, e.g. `{ fsync: "off" }` for a database that may be lost. */
  settings?: Record<string, string>;
}

export interface EmbeddedServer {
  /** Of the database `orrery`, as superuser. Stays valid while the server is restarted. */
  url: string;
  stop: () => Promise<void>;
  /** For a command that is done: `stop()`, but a server that was found running or that others use by now is left to them. */
  release: () => Promise<void>;
}

const WATCH_MS = 100;
const JOIN_POLL_MS = 100;
const TAKE_OVER_POLL_MS = 500;
/** So long after a client has gone PostgreSQL may still list its session. */
const SESSION_END_MS = 500;
const ROTATE_EVERY_MS = 60_000;
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 30_000;
/** A server that was ready this long is started again at once, however often it ends; only one that cannot live waits. */
const HEALTHY_AFTER_MS = 1_000;

/**
 * Brings up PostgreSQL 18 in `directory` and keeps it up. One process at a time owns the server: it initializes,
 * starts or adopts it, restarts it when it dies, and ends it in `stop()`. Any further process on the same directory is
 * a guest of that server; when the owner goes, a guest takes over. Errors carry what PostgreSQL logged.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const cluster = await openCluster(options.directory, options.log);
  const supervisor = new Supervisor(cluster, options);
  await supervisor.join();
  const url = await clusterUrl(cluster, DATABASE);
  if (url === undefined) throw new Error(`${cluster.directory} has lost its password or its port.`);
  return { url, stop: () => supervisor.stop(), release: () => supervisor.release() };
}

class Supervisor {
  readonly #cluster: Cluster;
  readonly #log: Log;
  readonly #settings: Record<string, string>;
  readonly #stopping = new AbortController();
  #ownership: Server | undefined;
  #postmaster: number | undefined;
  /** Left running by an earlier owner, so perhaps in use by its other guests. */
  #adopted = false;
  /** Runs until `stop()`; never rejects. */
  #watch: Promise<void> = Promise.resolve();

  constructor(cluster: Cluster, options: EmbeddedOptions) {
    this.#cluster = cluster;
    this.#log = options.log;
    this.#settings = options.settings ?? {};
  }

  /** Resolves when the server answers, with this process as its owner or its guest. */
  async join(): Promise<void> {
    for (const deadline = Date.now() + STARTUP_LIMIT_MS; Date.now() < deadline; await pause(JOIN_POLL_MS)) {
      if (await this.#becomeOwner()) {
        this.#watch = this.#keepUp();
        return;
      }
      if (await isAnswering(this.#cluster)) {
        this.#log.info("PostgreSQL is already running for another process");
        this.#watch = this.#takeOver();
        return;
      }
    }
    throw new Error(
      `Another process owns ${this.#cluster.directory}, but its PostgreSQL has not answered for ten minutes.`,
    );
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#watch;
    if (this.#ownership === undefined) return;
    if (this.#postmaster !== undefined) await shutDown(this.#postmaster, this.#cluster, this.#log);
    this.#giveUp();
  }

  async release(): Promise<void> {
    const isOwner = this.#ownership !== undefined;
    if (!isOwner || !(this.#adopted || (await isUsedByOthers(this.#cluster)))) return await this.stop();
    this.#stopping.abort();
    await this.#watch;
    this.#giveUp();
  }

  async #becomeOwner(): Promise<boolean> {
    this.#ownership = await takeOwnership(this.#cluster.directory);
    if (this.#ownership === undefined) return false;
    try {
      await initialize(this.#cluster, this.#settings, this.#log);
      this.#postmaster = await this.#adoptOrLaunch();
      await createDatabase(this.#cluster);
      return true;
    } catch (error) {
      if (this.#postmaster !== undefined) await shutDown(this.#postmaster, this.#cluster, this.#log);
      this.#giveUp();
      throw error;
    }
  }

  #giveUp(): void {
    this.#postmaster = undefined;
    this.#ownership?.close();
    this.#ownership = undefined;
  }

  async #adoptOrLaunch(): Promise<number> {
    const running = await findPostmaster(this.#cluster);
    if (running !== undefined) {
      this.#adopted = true;
      this.#log.info(`Adopted the PostgreSQL that was left running (process ${running})`);
      return running;
    }
    await configure(this.#cluster, this.#settings, this.#log);
    return await launchPostmaster(this.#cluster, this.#log, this.#stopping.signal);
  }

  async #keepUp(): Promise<void> {
    for (let failures = 0; ; ) {
      const started = Date.now();
      await this.#untilServerEnds();
      if (this.#stopping.signal.aborted) return;
      if (Date.now() - started > HEALTHY_AFTER_MS) failures = 0;
      this.#log.warn(`PostgreSQL ended unexpectedly and is started again; see ${this.#cluster.logFile}`);
      failures = await this.#launchAgain(failures);
    }
  }

  async #untilServerEnds(): Promise<void> {
    let nextRotation = Date.now() + ROTATE_EVERY_MS;
    while (!this.#stopping.signal.aborted && isServerProcess(this.#postmaster!, this.#cluster.data)) {
      await this.#rest(WATCH_MS);
      if (Date.now() < nextRotation) continue;
      nextRotation += ROTATE_EVERY_MS;
      await rotateLog(this.#cluster.logFile).catch((error: Error) => this.#log.warn(error.message));
    }
  }

  /** The first attempt follows at once, the others after growing pauses. Returns the number of failures so far. */
  async #launchAgain(failures: number): Promise<number> {
    for (let attempts = failures; ; attempts++) {
      if (attempts > 0) await this.#rest(Math.min(FIRST_BACKOFF_MS * 2 ** (attempts - 1), LONGEST_BACKOFF_MS));
      if (this.#stopping.signal.aborted) return attempts;
      try {
        this.#postmaster = await launchPostmaster(this.#cluster, this.#log, this.#stopping.signal);
        this.#log.info(`PostgreSQL is back (process ${this.#postmaster})`);
        return attempts + 1;
      } catch (error) {
        this.#log.warn(error instanceof Error ? error.message : String(error));
      }
    }
  }

  async #takeOver(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#rest(TAKE_OVER_POLL_MS);
      try {
        if (!this.#stopping.signal.aborted && (await this.#becomeOwner())) return await this.#keepUp();
      } catch (error) {
        this.#log.warn(error instanceof Error ? error.message : String(error));
      }
    }
  }

  /** Does not keep Node alive, and ends early at `stop()`. */
  async #rest(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { ref: false, signal: this.#stopping.signal }).catch(() => undefined);
  }
}

/**
 * The kernel gives a name in the abstract socket namespace to one process and takes it back when that process ends,
 * however it ends; a lock file would outlive a kill. Undefined when another process has it.
 */
async function takeOwnership(directory: string): Promise<Server | undefined> {
  const { dev, ino } = await stat(directory, { bigint: true });
  const { promise, resolve, reject } = Promise.withResolvers<Server | undefined>();
  const server = createServer((connection) => connection.destroy());
  server.once("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE") resolve(undefined);
    else reject(error);
  });
  server.listen(`\0orrery-postgresql-${dev}-${ino}`, () => resolve(server));
  server.unref();
  return promise;
}

async function isAnswering(cluster: Cluster): Promise<boolean> {
  const url = await clusterUrl(cluster, DATABASE);
  if (url === undefined) return false;
  try {
    await withClient(url, (client) => client.query("select 1"));
    return true;
  } catch {
    // The owner is still starting it; the caller asks again until its deadline.
    return false;
  }
}

/** Whether a guest that came meanwhile works on the server: ending it would cut its sessions. */
async function isUsedByOthers(cluster: Cluster): Promise<boolean> {
  const url = await clusterUrl(cluster, "postgres");
  return await withClient(url!, async (client) => {
    for (const deadline = Date.now() + SESSION_END_MS; ; await pause(WATCH_MS)) {
      const { rowCount } = await client.query(
        "select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() limit 1",
      );
      if (rowCount === 0) return false;
      if (Date.now() >= deadline) return true;
    }
  });
}

async function createDatabase(cluster: Cluster): Promise<void> {
  const url = await clusterUrl(cluster, "postgres");
  await withClient(url!, async (client) => {
    const { rowCount } = await client.query("select from pg_database where datname = $1", [DATABASE]);
    if (rowCount! > 0) return;
    await client.query(`create database ${DATABASE}`);
    // DETAIL lines repeat the values of a refused row, and personal data has no place in a log.
    await client.query(`alter database ${DATABASE} set log_error_verbosity = terse`);
  });
}

async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined); // A broken connection fails the query, which is what the caller hears of.
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
