import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "./database.ts";

const databases: TestDatabase[] = [];
const open = async (kind?: "migrated" | "empty"): Promise<pg.Client> => {
  const database = await testDatabase(kind);
  databases.push(database);
  const client = new pg.Client(database.url);
  client.on("error", () => undefined); // Dropped under its feet at the end.
  await client.connect();
  return client;
};

let first: pg.Client;
beforeAll(async () => {
  first = await open();
});
afterAll(async () => {
  await Promise.all(databases.map((database) => database.close()));
});

test("every database has all migrations and sees nothing of the others", async () => {
  const second = await open();
  await first.query("create table public.only_here (id int)");
  const tables = await second.query(
    "select to_regclass('public.only_here') as mine, to_regclass('platform.events') as migrated",
  );
  expect(tables.rows).toEqual([{ mine: null, migrated: "platform.events" }]);
});

test("an empty database has no table", async () => {
  const empty = await open("empty");
  const { rows } = await empty.query(
    "select from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
  );
  expect(rows).toEqual([]);
});

test("a closed database is gone, although somebody is connected", async () => {
  const database = await testDatabase();
  const client = new pg.Client(database.url);
  client.on("error", () => undefined);
  await client.connect();
  await database.close();
  await expect(client.query("select 1")).rejects.toThrow(/terminat|not queryable/);
  await expect(new pg.Client(database.url).connect()).rejects.toThrow(/does not exist/);
});
