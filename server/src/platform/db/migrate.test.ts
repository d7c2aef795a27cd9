import { mkdtemp, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../../test/harness/database.ts";
import { migrate } from "./migrate.ts";

let migrations: string;
let database: TestDatabase;
let client: pg.Client;

beforeEach(async () => {
  migrations = await mkdtemp(join(tmpdir(), "migrations-"));
  database = await testDatabase("empty");
  client = new pg.Client(database.url);
  await client.connect();
});
afterEach(async () => {
  await client.end();
  await database.close();
  await rm(migrations, { recursive: true });
});

const write = (name: string, text: string): Promise<void> => writeFile(join(migrations, name), text);
const run = (): Promise<string[]> => migrate(database.url, migrations);

test("files are applied once each, in the order of their numbers", async () => {
  await write("0002-second.sql", "insert into notes values ('second');");
  await write("0001-first.sql", "create table notes (text text);\ninsert into notes values ('first');");
  expect(await run()).toEqual(["0001-first", "0002-second"]);
  expect(await run()).toEqual([]);
  await write("0003-third.sql", "insert into notes values ('third');");
  expect(await run()).toEqual(["0003-third"]);
  const { rows } = await client.query("select text from notes");
  expect(rows.map((row) => row.text)).toEqual(["first", "second", "third"]);
});

test("a file that lands after one with a later number is applied all the same", async () => {
  await write("0001-first.sql", "create table notes (text text);");
  await write("0004-later.sql", "insert into notes values ('later');");
  await run();
  await write("0002-beside.sql", "insert into notes values ('beside');");
  await write("0003-beside.sql", "insert into notes values ('beside too');");
  expect(await run()).toEqual(["0002-beside", "0003-beside"]);
  expect(await run()).toEqual([]);
});

test("of eight processes at once one applies and the others wait until it has", async () => {
  await write("0001-slow.sql", "create table once (id int); select pg_sleep(0.3);");
  const applied = await Promise.all(Array.from({ length: 8 }, run));
  expect(applied.flat()).toEqual(["0001-slow"]);
});

test("a file that changed after it was applied is named, and nothing more is applied", async () => {
  await write("0001-first.sql", "select 1;");
  await run();
  await write("0001-first.sql", "select 2;");
  await write("0002-second.sql", "create table second (id int);");
  await expect(run()).rejects.toThrow("Changed after being applied: 0001-first");
  expect((await client.query("select to_regclass('second') as found")).rows).toEqual([{ found: null }]);
});

test("a removed file is named", async () => {
  await write("0001-first.sql", "select 1;");
  await write("0002-second.sql", "select 1;");
  await run();
  await unlink(join(migrations, "0001-first.sql"));
  await expect(run()).rejects.toThrow("Applied, but its file is missing: 0001-first");
});

test("the previous release starts on a database that a newer one has migrated", async () => {
  await write("0001-first.sql", "select 1;");
  await write("0002-newer.sql", "select 1;");
  await run();
  await unlink(join(migrations, "0002-newer.sql"));
  expect(await run()).toEqual([]);
});

test("a failing file leaves nothing of itself, keeps the files before it, and says where it failed", async () => {
  await write("0001-good.sql", "create table good (id int);");
  await write("0002-bad.sql", "create table half (id int);\n\nselect no_such_column;");
  await expect(run()).rejects.toThrow('Migration 0002-bad line 3: column "no_such_column" does not exist');
  const { rows } = await client.query("select to_regclass('good')::text as good, to_regclass('half')::text as half");
  expect(rows).toEqual([{ good: "good", half: null }]);
  await write("0002-bad.sql", "create table whole (id int);");
  expect(await run()).toEqual(["0002-bad"]);
});

test("an index is built concurrently, outside a transaction, while other processes wait for their turn", async () => {
  await write("0001-table.sql", "create table wide (id int);");
  await write("0002-index.sql", "-- outside a transaction\ncreate index concurrently wide_id on wide (id);");
  const applied = await Promise.all([run(), run(), run()]);
  expect(applied.flat().sort()).toEqual(["0001-table", "0002-index"]);
  expect((await client.query("select indisvalid from pg_index where indexrelid = 'wide_id'::regclass")).rows).toEqual([
    { indisvalid: true },
  ]);
});

test("an index of a partitioned table is built concurrently on each partition, and then taken over by the whole", async () => {
  await write(
    "0001-ledger.sql",
    `create schema books; create table books.ledger (id int, at date) partition by range (at);
     create table books.ledger_2025 partition of books.ledger for values from ('2025-01-01') to ('2026-01-01');
     create table books.ledger_default partition of books.ledger default;`,
  );
  await write(
    "0002-index.sql",
    `-- outside a transaction, on each partition of books.ledger
     create index concurrently if not exists :name_id on :partition (id);`,
  );
  await write("0003-whole.sql", "create index ledger_id on books.ledger (id);");
  expect(await run()).toEqual(["0001-ledger", "0002-index", "0003-whole"]);
  const { rows } = await client.query(
    `select indexrelid::regclass::text as name, indisvalid as valid from pg_index
      join pg_class on pg_class.oid = indrelid where relname like 'ledger%' order by 1`,
  );
  expect(rows).toEqual(
    ["books.ledger_2025_id", "books.ledger_default_id", "books.ledger_id"].map((name) => ({ name, valid: true })),
  );
});

const LOCK_WAITERS = `select count(*)::int as waiting from pg_stat_activity
  where datname = current_database() and application_name = 'orrery migrate' and wait_event_type = 'Lock'`;

test("a migration gives up its place in the queue for a locked table after 2 s and tries again", async () => {
  await write("0001-table.sql", "create table busy (id int);");
  await run();
  const holder = new pg.Client(database.url);
  await holder.connect();
  await holder.query("begin; lock table busy in access exclusive mode;");
  const lockWaiters = async (): Promise<number> => (await client.query(LOCK_WAITERS)).rows[0].waiting;
  await write("0002-column.sql", "alter table busy add column name text;");
  const migrating = run();
  await expect.poll(lockWaiters, { timeout: 2_000 }).toBe(1);
  await expect.poll(lockWaiters, { timeout: 3_000 }).toBe(0);
  await holder.end();
  expect(await migrating).toEqual(["0002-column"]);
});

test.each([
  ["first.sql", /first\.sql is not named like 0001/],
  ["0001-twin.sql", /Two migrations have the number 0001: 0001-it\.sql and 0001-twin\.sql/],
])("the file name %s is refused", async (name, message) => {
  await write("0001-it.sql", "select 1;");
  await write(name, "select 1;");
  await expect(run()).rejects.toThrow(message);
});
