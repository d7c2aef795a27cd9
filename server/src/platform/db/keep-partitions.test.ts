import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../../test/harness/database.ts";
import { forgetOldAnswers } from "../http/forget-answers.ts";
import { type Database, openDatabase } from "./database.ts";
import { keepPartitions } from "./keep-partitions.ts";

const LEDGERS = [
  "availability.quota_uses",
  "inventory.movements",
  "inventory.supply_movements",
  "platform.audit_log",
  "platform.events",
  "workflow.history",
];
const REFUSED = "42501";
let own: TestDatabase;
let database: Database;
const warnings: string[] = [];
const log = { warn: (_details: object, message: string) => void warnings.push(message) };

beforeAll(async () => {
  own = await testDatabase();
  database = openDatabase({ url: own.url });
});
afterAll(async () => {
  await database.close();
  await own.close();
});

test("every ledger has a partition for this month and three more; rows that came too early are moved, and somebody is warned", async () => {
  const insert =
    "insert into platform.audit_log (actor, action, recorded_at) values ('system:test', 'x', now() - $1::interval)";
  for (const age of ["0 days", "40 days", "40 days"]) await database.pool.query(insert, [age]);
  const both = await Promise.all([keepPartitions(database, log), keepPartitions(database, log)]);
  expect(both.reduce((sum, kept) => sum + kept.movedRows, 0)).toBe(3);
  expect(warnings).toContain("rows had landed in default partitions and were moved");

  const { rows } = await database.pool.query<{ ledger: string; months: number }>(
    `select inhparent::regclass::text as ledger, count(*)::int as months from pg_inherits
     join pg_partitioned_table on partrelid = inhparent and inhrelid <> partdefid group by 1 order by 1`,
  );
  expect(rows.map((row) => row.ledger)).toEqual(LEDGERS);
  expect(rows.map((row) => row.months >= (row.ledger === "platform.audit_log" ? 5 : 4))).toEqual(
    LEDGERS.map(() => true),
  );
  const left = await database.pool.query("select from platform.audit_log_default");
  expect(left.rowCount).toBe(0);
  const kept = await database.pool.query("select distinct id from platform.audit_log");
  expect(kept.rowCount).toBe(3);

  const again = await keepPartitions(database, log);
  expect(again).toEqual({ created: [], movedRows: 0, skipped: [] });
});

test("nobody changes, deletes or truncates what a ledger holds, in none of its partitions, not even the database's owner (reliability 13)", async () => {
  await keepPartitions(database, log);
  await database.pool.query("insert into platform.audit_log (actor, action) values ('system:test', 'x')");
  await database.pool.query("insert into platform.feed values (1, 1, now())");
  const { rows } = await database.pool.query<{ name: string }>(
    `select unnest($1::text[]) as name
     union all select inhrelid::regclass::text from pg_inherits where inhparent = any($1::text[]::regclass[])`,
    [[...LEDGERS, "platform.feed"]],
  );
  expect(rows.length).toBeGreaterThan(4 * LEDGERS.length);
  for (const { name } of rows)
    await expect(database.pool.query(`truncate ${name}`)).rejects.toMatchObject({ code: REFUSED });
  const { rows: partitions } = await database.pool.query<{ name: string }>(
    "select distinct tableoid::regclass::text as name from platform.audit_log",
  );
  expect(partitions.length).toBeGreaterThan(1);
  for (const { name } of [...partitions, { name: "platform.audit_log" }, { name: "platform.feed" }]) {
    await expect(database.pool.query(`update ${name} set recorded_at = now()`)).rejects.toMatchObject({
      code: REFUSED,
    });
    await expect(database.pool.query(`delete from ${name}`)).rejects.toMatchObject({ code: REFUSED });
  }
  // What a retention would do.
  const oldest = partitions.map(({ name }) => name).sort()[0]!;
  await database.pool.query(`alter table platform.audit_log detach partition ${oldest}`);
  await database.pool.query(`drop table ${oldest}`);
});

test("first answers are kept for 30 days and then forgotten", async () => {
  await database.pool.query(
    `insert into platform.idempotency_keys (principal, key, request_hash, status, response, created_at)
     select 'p', number::text, '', 200, '{}', now() - number * interval '1 day' from generate_series(1, 60) as number`,
  );
  expect(await forgetOldAnswers(database)).toBe(false);
  const { rows } = await database.pool.query<{ oldest: number }>(
    "select count(*)::int as oldest from platform.idempotency_keys",
  );
  expect(rows[0]!.oldest).toBe(29);
});
