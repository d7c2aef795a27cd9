import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type TestDatabase, testDatabase } from "../../../test/harness/database.ts";
import { type Database, openDatabase } from "../../platform/db/database.ts";
import { backupCommand, restoreCommand } from "./backup.ts";

interface Manifest {
  tables: { schema: string; table: string; columns: { name: string; type: string }[] }[];
  sequences: { name: string; value: number | null }[];
}

let files: TestDatabase;
let database: Database;
let parent: string;
let directory: string;
let manifest: Manifest;
beforeAll(async () => {
  files = await testDatabase();
  database = openDatabase({ url: files.url });
  parent = await mkdtemp(join(tmpdir(), "backup-"));
  directory = join(parent, "taken");
  vi.stubEnv("DATABASE_URL", files.url);
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  await addRole("before");
  await backupCommand(directory);
  manifest = JSON.parse(await readFile(join(directory, "manifest.json"), "utf8")) as Manifest;
});
afterEach(() => writeManifest(manifest));
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await database.close();
  await files.close();
  await rm(parent, { recursive: true });
});

async function addRole(code: string): Promise<void> {
  await database.pool.query("insert into access.roles (code, name, permissions) values ($1, $1, '{}')", [code]);
}

async function roles(): Promise<string[]> {
  const { rows } = await database.pool.query<{ code: string }>(
    "select code from access.roles where not shipped order by code",
  );
  return rows.map(({ code }) => code);
}

function writeManifest(changed: Manifest): Promise<void> {
  return writeFile(join(directory, "manifest.json"), JSON.stringify(changed));
}

const column = { name: "id", type: "uuid" };
const strange: [name: string, change: (changed: Manifest) => void][] = [
  ["orders.secrets", ({ tables }) => tables.push({ ...tables[0]!, schema: "orders", table: "secrets" })],
  ["pg_catalog.pg_authid", ({ tables }) => tables.push({ ...tables[0]!, schema: "pg_catalog", table: "pg_authid" })],
  ["platform.migrations", ({ tables }) => tables.push({ ...tables[0]!, schema: "platform", table: "migrations" })],
  ["x.../../etc/passwd", ({ tables }) => tables.push({ ...tables[0]!, schema: "x", table: "../../etc/passwd" })],
  ["access.api_keys.id of old", ({ tables }) => tables[0]!.columns.push({ ...column, name: "id of old" })],
  ["public.other", ({ sequences }) => sequences.push({ name: "public.other", value: 1 })],
];

test.each(strange)(
  "a manifest that names %s, which this release has not, is refused and nothing changes",
  async (name, change) => {
    const changed = structuredClone(manifest);
    change(changed);
    await writeManifest(changed);
    const before = await roles();
    await expect(restoreCommand(directory)).rejects.toThrow(`this release has no ${name}.`);
    expect(await roles()).toEqual(before);
  },
);

test("what was backed up is there again, and nothing else", async () => {
  await addRole("since");
  await restoreCommand(directory);
  expect(await roles()).toEqual(["before"]);
});

test("every table that migrations make is backed up, but for those that each database has of its own", async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_|^information_schema$' order by 1`,
  );
  const own = ["platform.leases", "platform.migration_lock", "platform.migrations"];
  const saved = manifest.tables.map(({ schema, table }) => `${schema}.${table}`);
  expect([...saved, ...own].sort()).toEqual(rows.map(({ name }) => name).sort());
});
