import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CompiledQuery, Kysely, PostgresDialect, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import pg from "pg";

const MIGRATIONS = fileURLToPath(new URL("../../../migrations", import.meta.url));
const FILE_NAME = /^(\d{4})-[a-z0-9]+(?:-[a-z0-9]+)*\.sql$/;

/** First line of a file whose single statement PostgreSQL refuses inside a transaction (`create index concurrently`). */
const OUTSIDE_TRANSACTION = "-- outside a transaction";

/**
 * How that line goes on where it is to be done on every partition of a ledger, because PostgreSQL builds no index of a
 * partitioned table concurrently. `:partition` stands for the partition, `:name` for its bare name. A migration behind it
 * then creates the index of the whole ledger, which takes these over in a moment.
 */
const ON_EACH_PARTITION = /^-- outside a transaction, on each partition of ([a-z_]+\.[a-z_]+)\n/;

const ADVISORY_LOCK = 6_701_001;
const LOCK_POLL_MS = 100;
const LOCK_POLLS = 6_000; // Ten minutes: longer than the previous process should need for its migrations.

/** A migration that waits for a table lock makes everybody queue behind it, so it gives up early and tries again. */
const LOCK_TIMEOUT_MS = 2_000;
const LOCK_RETRIES = 5;
const LOCK_RETRY_PAUSE_MS = 1_000;
const LOCK_NOT_AVAILABLE = "55P03";

interface MigrationFile {
  name: string;
  text: string;
  checksum: string;
  outsideTransaction: boolean;
  /** The ledger on whose partitions it is done one after the other. */
  eachPartitionOf: string | null;
}

interface Bookkeeping {
  "platform.migration_checksums": { name: string; checksum: string };
}

/**
 * Applies the pending files of `server/migrations` in order, each in its own transaction, and returns their names.
 * Forward only. Of several processes one applies, the others wait and find nothing to do. A file that was changed or
 * removed after it was applied is an error that names it; migrations that are newer than this release are left alone,
 * so that the previous release can still start during a rolling upgrade (N6).
 */
export async function migrate(url: string, directory: string = MIGRATIONS): Promise<string[]> {
  const files = await readMigrations(directory);
  const pool = new pg.Pool({
    connectionString: url,
    max: 1,
    application_name: "orrery migrate",
    options: `-c lock_timeout=${LOCK_TIMEOUT_MS} -c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c timezone=UTC`,
  });
  // A connection that breaks fails the statement under way or the next one; unheard, its error event would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  const database = new Kysely<Bookkeeping>({ dialect: new PostgresDialect({ pool }) });
  try {
    return await database.connection().execute((connection) => migrateAlone(connection, files));
  } finally {
    await database.destroy();
  }
}

async function readMigrations(directory: string): Promise<MigrationFile[]> {
  const names = (await readdir(directory)).sort();
  const numbers = new Map<string, string>();
  for (const name of names) {
    const number = FILE_NAME.exec(name)?.[1];
    if (number === undefined) throw new Error(`${join(directory, name)} is not named like 0001-what-it-does.sql.`);
    const twin = numbers.get(number);
    if (twin !== undefined) throw new Error(`Two migrations have the number ${number}: ${twin} and ${name}.`);
    numbers.set(number, name);
  }
  return Promise.all(names.map((name) => readMigration(directory, name)));
}

async function readMigration(directory: string, fileName: string): Promise<MigrationFile> {
  const text = await readFile(join(directory, fileName), "utf8");
  return {
    name: fileName.slice(0, -".sql".length),
    text,
    checksum: createHash("sha256").update(text).digest("hex"),
    outsideTransaction: text.startsWith(OUTSIDE_TRANSACTION),
    eachPartitionOf: ON_EACH_PARTITION.exec(text)?.[1] ?? null,
  };
}

async function migrateAlone(connection: Kysely<Bookkeeping>, files: MigrationFile[]): Promise<string[]> {
  await takeLock(connection);
  try {
    await createBookkeeping(connection);
    await verifyApplied(connection, files);
    return await applyPending(connection, files);
  } finally {
    await sql`select pg_advisory_unlock(${sql.lit(ADVISORY_LOCK)})`.execute(connection);
  }
}

/**
 * Asks again and again instead of waiting in `pg_advisory_lock`: a waiting statement holds a snapshot, and
 * `create index concurrently` in the process that has the lock would wait for that snapshot for ever.
 */
async function takeLock(connection: Kysely<Bookkeeping>): Promise<void> {
  for (let poll = 0; poll < LOCK_POLLS; poll++) {
    const { rows } = await sql<{ taken: boolean }>`
      select pg_try_advisory_lock(${sql.lit(ADVISORY_LOCK)}) as taken`.execute(connection);
    if (rows[0]?.taken) return;
    await pause(LOCK_POLL_MS);
  }
  throw new Error("Another process has been migrating this database for ten minutes.");
}

async function createBookkeeping(connection: Kysely<Bookkeeping>): Promise<void> {
  await connection.schema.createSchema("platform").ifNotExists().execute();
  await connection.schema
    .createTable("platform.migration_checksums")
    .ifNotExists()
    .addColumn("name", "text", (column) => column.primaryKey())
    .addColumn("checksum", "text", (column) => column.notNull())
    .execute();
}

async function verifyApplied(connection: Kysely<Bookkeeping>, files: MigrationFile[]): Promise<void> {
  const applied = await connection.selectFrom("platform.migration_checksums").selectAll().orderBy("name").execute();
  const checksums = new Map(files.map((file) => [file.name, file.checksum]));
  const ours = applied.filter(({ name }) => !isNewer(name, files));
  const missing = ours.filter(({ name }) => !checksums.has(name)).map(({ name }) => name);
  if (missing.length > 0) throw new Error(`Applied, but its file is missing: ${missing.join(", ")}.`);
  const changed = ours.filter(({ name, checksum }) => checksums.get(name) !== checksum).map(({ name }) => name);
  if (changed.length === 0) return;
  throw new Error(
    `Changed after being applied: ${changed.join(", ")}. Restore the file and write a new migration instead.`,
  );
}

/** Applied by a newer release, which has more files. */
const isNewer = (name: string, files: MigrationFile[]): boolean => name > (files.at(-1)?.name ?? "");

async function applyPending(connection: Kysely<Bookkeeping>, files: MigrationFile[]): Promise<string[]> {
  const migrations = await knownMigrations(connection, files);
  const migrator = new Migrator({
    db: connection,
    provider: { getMigrations: () => Promise.resolve(migrations) },
    migrationTableSchema: "platform",
    migrationTableName: "migrations",
    migrationLockTableName: "migration_lock",
    // Two changes that are developed side by side land in either order; a database that has the later number takes the
    // earlier one when it comes.
    allowUnorderedMigrations: true,
  });
  const applied: string[] = [];
  for (;;) {
    const executed = (await migrator.getMigrations()).filter(({ executedAt }) => executedAt !== undefined);
    const file = files.find(({ name }) => !executed.some((migration) => migration.name === name));
    if (file === undefined) return applied;
    await applyNext(migrator, file);
    applied.push(file.name);
  }
}

/** Our files and, so that Kysely does not miss them, what a newer release has applied after the last of them. */
async function knownMigrations(
  connection: Kysely<Bookkeeping>,
  files: MigrationFile[],
): Promise<Record<string, Migration>> {
  const applied = await connection.selectFrom("platform.migration_checksums").select("name").execute();
  const newer = applied
    .filter(({ name }) => isNewer(name, files))
    .map(({ name }): [string, Migration] => [name, NEWER]);
  return Object.fromEntries([...files.map((file): [string, Migration] => [file.name, toMigration(file)]), ...newer]);
}

const NEWER: Migration = {
  up: () => Promise.reject(new Error("A migration of a newer release cannot be applied by this one.")),
};

function toMigration(file: MigrationFile): Migration {
  return {
    async up(transaction: Kysely<Bookkeeping>) {
      for (const text of await textsOf(transaction, file)) await transaction.executeQuery(CompiledQuery.raw(text));
      // A file outside a transaction may run twice, when the process dies between it and its record.
      await transaction
        .insertInto("platform.migration_checksums")
        .values({ name: file.name, checksum: file.checksum })
        .onConflict((conflict) => conflict.column("name").doUpdateSet({ checksum: file.checksum }))
        .execute();
    },
  };
}

async function textsOf(connection: Kysely<Bookkeeping>, { text, eachPartitionOf }: MigrationFile): Promise<string[]> {
  if (eachPartitionOf === null) return [text];
  const { rows } = await sql<{ partition: string; name: string }>`
    select inhrelid::regclass::text as partition, relname as name from pg_inherits join pg_class on oid = inhrelid
     where inhparent = ${eachPartitionOf}::regclass order by relname`.execute(connection);
  return rows.map(({ partition, name }) => text.replaceAll(":partition", partition).replaceAll(":name", name));
}

async function applyNext(migrator: Migrator, file: MigrationFile): Promise<void> {
  for (let retry = 0; ; retry++) {
    const { error } = await migrator.migrateUp({ disableTransactions: file.outsideTransaction });
    if (error === undefined) return;
    const isLocked = error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE;
    if (!isLocked || retry === LOCK_RETRIES) throw describeFailure(file, error);
    await pause(LOCK_RETRY_PAUSE_MS * 2 ** retry);
  }
}

function describeFailure(file: MigrationFile, error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  const position = error instanceof pg.DatabaseError ? Number(error.position) : Number.NaN;
  const line = position > 0 ? ` line ${file.text.slice(0, position).split("\n").length}` : "";
  return new Error(`Migration ${file.name}${line}: ${message}`, { cause: error });
}
