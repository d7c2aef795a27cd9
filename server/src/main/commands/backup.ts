import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import pg from "pg";
import { beginGeneration } from "../../platform/events/restore-feed.ts";
import { copyIn, copyOut, countRows, emptyTables, listTables, type TableShape } from "../../platform/db/copy-tables.ts";
import { migrate } from "../../platform/db/migrate.ts";
import { version } from "../version.ts";
import { withDatabase } from "./with-database.ts";

interface Manifest {
  orrery: string;
  takenAt: string;
  migrations: string[];
  tables: (TableShape & { rows: number; sha256: string })[];
  sequences: { name: string; value: number | null }[];
}

const MANIFEST = "manifest.json";
/** Written once by the migrations; a restored database has its own. */
const OWN = ["migrations", "migration_lock", "leases"];
/** All that migrations make; others in the same database are somebody else's. */
const SCHEMAS = [
  "platform",
  "access",
  "workflow",
  "network",
  "catalog",
  "tasks",
  "inventory",
  "availability",
  "promising",
  "orders",
  "fulfillment",
  "integrations",
  "messages",
];

/**
 * `orrery backup DIRECTORY`: one snapshot of the whole database as compressed copies of its tables, taken while it is
 * used. It can be restored into any PostgreSQL 17 or 18, embedded or not.
 */
export async function backupCommand(directory: string): Promise<void> {
  await withDatabase("backup", async (database) => {
    await mkdir(directory, { recursive: false });
    const client = await connect(database.url);
    try {
      await client.query("begin isolation level repeatable read read only");
      const manifest: Manifest = {
        orrery: version,
        takenAt: new Date().toISOString(),
        migrations: await appliedMigrations(client),
        tables: [],
        sequences: await sequencesOf(client),
      };
      for (const table of await tablesOf(client)) manifest.tables.push(await saveTable(client, directory, table));
      await client.query("commit");
      await writeFile(join(directory, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
      process.stdout.write(
        `Backed up ${manifest.tables.length} tables, ${manifest.tables.reduce((sum, table) => sum + table.rows, 0)} rows, to ${directory}.\n`,
      );
    } finally {
      await client.end();
    }
  });
}

/** `orrery restore DIRECTORY`: into a new, empty database. Readers of the event feed begin a new generation. */
export async function restoreCommand(directory: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(directory, MANIFEST), "utf8")) as Manifest;
  await withDatabase("restore", async (database) => {
    await migrate(database.url);
    const client = await connect(database.url);
    try {
      await refuseUnfit(client, manifest);
      await client.query("begin");
      // Foreign keys and triggers hold already: the tables come from one snapshot of a database in which they held.
      await client.query("set local session_replication_role = replica");
      await emptyTables(client, manifest.tables);
      for (const table of manifest.tables) await loadTable(client, directory, table);
      for (const { name, value } of manifest.sequences)
        if (value !== null) await client.query("select setval($1::regclass, $2)", [name, value]);
      await client.query("commit");
    } finally {
      await client.end();
    }
    await beginGeneration(database);
    process.stdout.write(
      `Restored ${manifest.tables.length} tables of ${manifest.takenAt}. Run orrery audit before you let anybody in.\n`,
    );
  });
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: "orrery backup",
    options: "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c timezone=UTC",
  });
  await client.connect();
  return client;
}

async function tablesOf(client: pg.Client): Promise<TableShape[]> {
  return (await listTables(client, SCHEMAS)).filter(
    ({ schema, table }) => schema !== "platform" || !OWN.includes(table),
  );
}

async function sequencesOf(client: pg.Client): Promise<Manifest["sequences"]> {
  const { rows } = await client.query<{ name: string; value: string | null }>(
    `select format('%I.%I', schemaname, sequencename) as name, last_value::text as value from pg_sequences
      where schemaname = any($1) order by 1`,
    [SCHEMAS],
  );
  return rows.map(({ name, value }) => ({ name, value: value === null ? null : Number(value) }));
}

async function appliedMigrations(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>("select name from platform.migrations order by name");
  return rows.map((row) => row.name);
}

async function saveTable(client: pg.Client, directory: string, table: TableShape): Promise<Manifest["tables"][number]> {
  const rows = await countRows(client, table);
  const hash = createHash("sha256");
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(
    copyOut(client, table),
    createGzip({ level: 4 }),
    hashing,
    createWriteStream(fileOf(directory, table)),
  );
  return { ...table, rows, sha256: hash.digest("hex") };
}

function fileOf(directory: string, { schema, table }: TableShape): string {
  return join(directory, `${schema}.${table}.gz`);
}

async function refuseUnfit(client: pg.Client, manifest: Manifest): Promise<void> {
  const applied = new Set(await appliedMigrations(client));
  const unknown = manifest.migrations.filter((name) => !applied.has(name));
  if (unknown.length > 0)
    throw new Error(`The backup is of a newer release: this one does not know ${unknown.join(", ")}.`);
  const {
    rows: [found],
  } = await client.query<{ orders: boolean }>(
    "select exists (select from orders.orders) or exists (select from inventory.positions) as orders",
  );
  if (found!.orders) throw new Error("This database has orders or stock; restore only into a new, empty one.");
  const strange = await strangeNames(client, manifest);
  if (strange.length > 0)
    throw new Error(`This is no backup of Orrery, or it was changed: this release has no ${strange.join(", ")}.`);
}

/** Tables, columns and sequences of the manifest that this release does not back up; their names would go into SQL and paths. */
async function strangeNames(client: pg.Client, manifest: Manifest): Promise<string[]> {
  const tables = new Map(
    (await tablesOf(client)).map(({ schema, table, columns }) => [
      `${schema}.${table}`,
      new Set(columns.map(({ name }) => name)),
    ]),
  );
  const sequences = new Set((await sequencesOf(client)).map(({ name }) => name));
  return [
    ...manifest.tables.flatMap(({ schema, table, columns }) => {
      const name = `${schema}.${table}`;
      const known = tables.get(name);
      if (known === undefined) return [name];
      return columns.flatMap((column) => (known.has(column.name) ? [] : [`${name}.${column.name}`]));
    }),
    ...manifest.sequences.flatMap(({ name }) => (sequences.has(name) ? [] : [name])),
  ];
}

async function loadTable(client: pg.Client, directory: string, table: Manifest["tables"][number]): Promise<void> {
  const file = fileOf(directory, table);
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  if (hash.digest("hex") !== table.sha256) throw new Error(`${file} is not what was backed up: its checksum differs.`);
  const copy = copyIn(client, table);
  await pipeline(createReadStream(file), createGunzip(), copy);
  if (copy.rowCount !== table.rows) throw new Error(`${file} has ${copy.rowCount} rows instead of ${table.rows}.`);
}
