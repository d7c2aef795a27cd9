import type { Socket } from "node:net";
import pg from "pg";
import { sqlState, UnknownCommit } from "./failures.ts";
import { joinLookUps, type LookUp } from "./joined-lookups.ts";
import { arrayLiteral, type BulkStatement, type Statement } from "./statements.ts";

// Counters and money fit a double exactly (the edge refuses more than 2^53 − 1), so bigint is parsed to number.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new Error(`The database returned ${text}, which a number cannot hold exactly.`);
  return value;
});

/** What a parameter may be. Lists go in as array literals (see `arrayLiteral`) or as plain arrays of strings and numbers. */
export type Parameter = string | number | boolean | Date | Buffer | null | readonly (string | number | null)[];

/** One database transaction. Statements go out at once (pipelined); only reads are waited for. */
export interface Transaction {
  readonly database: Database;
  /** Runs a prepared statement and waits for its rows. Everything queued before it has run by then. */
  read<Row>(statement: Statement<Row>, parameters?: readonly Parameter[]): Promise<Row[]>;
  /** Queues a statement whose result nobody needs. A failure fails the commit. */
  write(statement: Statement, parameters?: readonly Parameter[]): void;
  /** Queues one insert for all rows; nothing for none. */
  insert<Row>(bulk: BulkStatement<Row>, rows: readonly Row[]): void;
  /** Queues one update for all rows; nothing for none. */
  update<Row>(bulk: BulkStatement<Row>, rows: readonly Row[]): void;
  /** The commit waits for work that still writes in this transaction, and fails with it; nobody else need await it. */
  beforeCommit(work: Promise<unknown>): void;
  /** Runs after the commit is durable; must not throw and must not wait. */
  afterCommit(callback: () => void): void;
}

export interface Database {
  readonly url: string;
  /** Commits when `work` returns, rolls back when it throws. Never holds a network call or a wait inside. */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** One read outside any transaction. */
  read<Row>(statement: Statement<Row>, parameters?: readonly Parameter[]): Promise<Row[]>;
  /** Rows by their ID, whose statement takes the IDs as its only parameter; callers of the same moment share it. */
  readonly lookUp: LookUp;
  /** Composed lists and administration: each query is planned for its own values, like any other PostgreSQL client's. */
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  /** Connections for transactions and prepared reads. 10 suffice for 64 callers, because hot writes travel in batches. */
  connections?: number;
  applicationName?: string;
  /** Called for errors on idle connections: they are expected while PostgreSQL restarts. */
  onIdleError?: (error: Error) => void;
}

const STATEMENT_TIMEOUT_MS = 30_000;
const LOCK_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** Lists and administration wait for each other rather than for the cores. */
const LIST_CONNECTIONS = 5;

const LIMITS = [
  `statement_timeout=${STATEMENT_TIMEOUT_MS}`,
  `lock_timeout=${LOCK_TIMEOUT_MS}`,
  "idle_in_transaction_session_timeout=30000",
  "jit=off",
  "timezone=UTC",
];

/**
 * A prepared statement is planned once per connection. Custom plans would cost 0.1–0.3 ms each time, and a plan made while
 * a table was still small reads it whole for as long as it is kept: on a fresh database the foreign keys of orders alone
 * took 720 of 1,500 µs an order after 20,000 orders. So these connections plan generically and never prefer a whole table.
 */
const PREPARED = ["plan_cache_mode=force_generic_plan", "enable_seqscan=off"];

export function openDatabase(options: DatabaseOptions): Database {
  let closing = false;
  const open = (connections: number, settings: readonly string[], pipeline: boolean): pg.Pool => {
    const pool = new pg.Pool({
      connectionString: options.url,
      max: connections,
      application_name: options.applicationName ?? "orrery",
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      idleTimeoutMillis: 60_000,
      pipeline,
      options: settings.map((setting) => `-c ${setting}`).join(" "),
    } as pg.PoolConfig);
    // A pool has ended before its connections have: a server that stops at that moment ends some of them first.
    pool.on("error", (error) => closing || options.onIdleError?.(error));
    // The pool listens to idle connections only. One that breaks inside a transaction fails the statement under way or the
    // next one, and there it is handled; without a listener its error event would end the process.
    pool.on("connect", (client) => client.on("error", () => {}));
    return pool;
  };
  const prepared = open(options.connections ?? 10, [...LIMITS, ...PREPARED], true);
  const pool = open(LIST_CONNECTIONS, LIMITS, false);
  const database: Database = {
    url: options.url,
    pool,
    transaction: (work) => runTransaction(database, prepared, work),
    read: async <Row>(statement: Statement<Row>, parameters: readonly Parameter[] = []) => {
      const result = await prepared.query(toQuery(statement, parameters));
      return result.rows as Row[];
    },
    lookUp: joinLookUps((statement, ids) => database.read(statement, [arrayLiteral("uuid", ids)])),
    close: async () => {
      closing = true;
      await Promise.all([prepared.end(), pool.end()]);
    },
  };
  return database;
}

async function runTransaction<T>(
  database: Database,
  pool: pg.Pool,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  const transaction = new PipelinedTransaction(database, client);
  let broken = false;
  try {
    transaction.begin();
    const result = await work(transaction);
    await transaction.finishPending();
    await transaction.commit();
    return result;
  } catch (error) {
    broken = !(await transaction.rollBack());
    throw transaction.firstFailure ?? error;
  } finally {
    client.release(broken);
  }
}

class PipelinedTransaction implements Transaction {
  readonly database: Database;
  readonly #client: pg.PoolClient;
  readonly #callbacks: (() => void)[] = [];
  readonly #pending: Promise<unknown>[] = [];
  #ended = false;
  #corked = false;
  firstFailure: unknown;

  constructor(database: Database, client: pg.PoolClient) {
    this.database = database;
    this.#client = client;
  }

  begin(): void {
    this.#send({ text: "begin" });
  }

  async read<Row>(statement: Statement<Row>, parameters: readonly Parameter[] = []): Promise<Row[]> {
    this.#cork();
    const result = await this.#client.query(toQuery(statement, parameters)).catch((error: unknown) => {
      this.#noteFailure(error);
      throw error;
    });
    return result.rows as Row[];
  }

  write(statement: Statement, parameters: readonly Parameter[] = []): void {
    this.#send(toQuery(statement, parameters));
  }

  insert<Row>(bulk: BulkStatement<Row>, rows: readonly Row[]): void {
    if (rows.length > 0) this.write(bulk.statement, bulk.parameters(rows));
  }

  update<Row>(bulk: BulkStatement<Row>, rows: readonly Row[]): void {
    this.insert(bulk, rows);
  }

  beforeCommit(work: Promise<unknown>): void {
    this.#pending.push(work.catch((error: unknown) => this.#noteFailure(error)));
  }

  async finishPending(): Promise<void> {
    await this.#settlePending();
    if (this.firstFailure !== undefined) throw this.firstFailure;
  }

  /** Pending work may add more of it. Nothing of it may reach the client after the transaction. */
  async #settlePending(): Promise<void> {
    while (this.#pending.length > 0) await Promise.all(this.#pending.splice(0));
  }

  afterCommit(callback: () => void): void {
    this.#callbacks.push(callback);
  }

  /** In a pipeline a failed statement lets COMMIT succeed as ROLLBACK, so the command tag decides. */
  async commit(): Promise<void> {
    let tag: string;
    try {
      tag = (await this.#client.query("commit")).command;
    } catch (error) {
      // A statement that PostgreSQL answered with an error has rolled it back. One whose answer is missing may have been
      // carried out, and the COMMIT behind it as well: they left together.
      if (sqlState(this.firstFailure) === null) this.firstFailure = new UnknownCommit(error);
      throw this.firstFailure;
    }
    this.#ended = true;
    if (tag !== "COMMIT") throw this.firstFailure ?? new Error(`COMMIT ended as ${tag}.`);
    for (const callback of this.#callbacks) callback();
  }

  /** True when the connection can be used again. */
  async rollBack(): Promise<boolean> {
    if (this.#ended) return true;
    await this.#settlePending();
    try {
      await this.#client.query("rollback");
      return true;
    } catch {
      // The connection is gone, and with it the transaction: the pool throws the client away.
      return false;
    }
  }

  /** What is queued in one turn leaves in one write and wakes the backend once. */
  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    const { stream } = (this.#client as unknown as { connection: { stream: Socket } }).connection;
    stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      stream.uncork();
    });
  }

  #send(query: pg.QueryConfig): void {
    this.#cork();
    this.#client.query(query).catch((error: unknown) => this.#noteFailure(error));
  }

  #noteFailure(error: unknown): void {
    // Later statements fail with 25P02 only because an earlier one did.
    this.firstFailure ??= error;
  }
}

function toQuery(statement: Statement<unknown>, parameters: readonly Parameter[]): pg.QueryConfig {
  return { name: statement.name, text: statement.text, values: parameters as unknown[] };
}
