import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../test/harness/database.ts";
import { type Database, openDatabase } from "../platform/db/database.ts";
import { newId } from "../platform/ids.ts";
import { common, type Refusal } from "../platform/refusals.ts";
import { fireTimers } from "./fire-timers.ts";
import { refuse } from "./refusals.ts";

let own: TestDatabase;
let database: Database;
beforeAll(async () => {
  own = await testDatabase();
  database = openDatabase({ url: own.url });
});
afterAll(async () => {
  await database.close();
  await own.close();
});

/** One timer is due; the change that it asks for is refused. True when the timer is still there afterwards. */
async function survives(refusal: Refusal): Promise<boolean> {
  await database.pool.query("delete from workflow.timers");
  await database.pool.query(
    "insert into workflow.timers (entity_id, entry, name, due_at) values ($1, 1, 'expire', now() - interval '1 minute')",
    [newId()],
  );
  await fireTimers(database, () => Promise.reject(refusal)).catch((error: unknown) => expect(error).toBe(refusal));
  return (await database.pool.query("select from workflow.timers")).rowCount === 1;
}

test("a timer that its state does not take is void", async () => {
  expect(await survives(refuse("transitionNotAllowed"))).toBe(false);
  expect(await survives(common.refuse("notFound"))).toBe(false);
});

test("no timer is lost while the database cannot be reached, is contended, or did not tell whether it committed", async () => {
  for (const code of ["databaseUnavailable", "outcomeUnknown", "busy", "overloaded"] as const)
    expect([code, await survives(common.refuse(code))]).toEqual([code, true]);
});
