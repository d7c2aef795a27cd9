import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../test/harness/database.ts";
import { type Database, openDatabase } from "../platform/db/database.ts";
import { newId } from "../platform/ids.ts";
import { common, type Refusal } from "../platform/refusals.ts";
import { lockDueTimer } from "../workflow/public.ts";
import { fireTimers } from "./fire-timers.ts";
import { remedyTimers } from "./remedy-timers.ts";
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

test("timers that fail with a bug are parked and owned, so that any number of them does not keep a later one from firing", async () => {
  await database.pool.query("delete from workflow.timers");
  await database.pool.query(
    `insert into workflow.timers (entity_id, entry, name, due_at)
     select gen_random_uuid(), 1, 'expire', now() - interval '1 hour' from generate_series(1, 600)`,
  );
  const good = newId();
  await database.pool.query(
    "insert into workflow.timers (entity_id, entry, name, due_at) values ($1, 1, 'expire', now())",
    [good],
  );
  const bug = new TypeError("undefined is not a function");
  const fired: string[] = [];
  const look = (): Promise<unknown> =>
    fireTimers(database, (change) => {
      if (change.orderId !== good) return Promise.reject(bug);
      fired.push(change.orderId);
      return Promise.reject(refuse("transitionNotAllowed"));
    }).catch((error: unknown) => error);
  expect([await look(), await look()]).toEqual([bug, bug]);
  expect(fired).toEqual([good]);
  const { rows } = await database.pool.query(
    `select count(*)::int as parked, (select count(*)::int from tasks.exceptions where kind = 'timerFailed' and closed_at is null) as owned
       from workflow.timers where due_at > now()`,
  );
  expect(rows).toEqual([{ parked: 600, owned: 600 }]);

  await database.pool.query("update workflow.timers set due_at = now()");
  const mended = (): Promise<number> => fireTimers(database, () => Promise.reject(refuse("transitionNotAllowed")));
  expect([await mended(), await mended()]).toEqual([500, 100]);
  const open = await database.pool.query("select from tasks.exceptions where closed_at is null");
  expect(open.rowCount).toBe(0);
}, 60_000);

test("the timers of a batch are locked by one statement, each answered for itself", async () => {
  await database.pool.query("delete from workflow.timers");
  const [due, later, gone] = [newId(), newId(), newId()];
  await database.pool.query(
    "insert into workflow.timers (entity_id, entry, name, due_at) values ($1, 1, 'expire', now()), ($2, 1, 'expire', now() + interval '1 day')",
    [due, later],
  );
  const keys = [gone, due, later].map((entityId) => ({ entityId, entry: 1, name: "expire" }));
  let reads = 0;
  const answers = await database.transaction(async (transaction) => {
    const counted = new Proxy(transaction, {
      get: (target, name) => {
        if (name === "read") reads++;
        const value = Reflect.get(target, name) as unknown;
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
    return await Promise.all(keys.map((key) => lockDueTimer(counted, key)));
  });
  expect([answers, reads]).toEqual([[false, true, false], 1]);
  await database.pool.query("delete from workflow.timers");
});

test("a timer that fails is tried again now, or never: then the gap is somebody's", async () => {
  const [late, given] = [newId(), newId()];
  await database.pool.query(
    "insert into workflow.timers (entity_id, entry, name, due_at) select unnest($1::uuid[]), 1, 'expire', now()",
    [[late, given]],
  );
  await fireTimers(database, () => Promise.reject(new TypeError("a bug"))).catch(() => {});
  const remedy = remedyTimers(() => new Date());
  const about = (entityId: string) => ({
    id: newId(),
    kind: "timerFailed",
    entityType: "order",
    entityId,
    details: { timer: "expire", entry: 1 },
    openedAt: new Date(),
    reason: "Cancelled by hand",
  });
  const origin = { actor: "user:test", requestId: null };
  await database.transaction((transaction) => remedy.retry(transaction, [about(late)], origin));
  await database.transaction((transaction) => remedy.skip!(transaction, [about(given)], origin));
  const timers = await database.pool.query("select entity_id, due_at <= now() as due from workflow.timers");
  expect(timers.rows).toEqual([{ entity_id: late, due: true }]);
  const { rows } = await database.pool.query(
    "select kind, entity_id, resolution from tasks.exceptions where entity_id = any($1::text[]) order by opened_at, entity_id",
    [[late, given]],
  );
  expect(rows).toEqual([
    { kind: "timerFailed", entity_id: late, resolution: "Tried again." },
    { kind: "timerFailed", entity_id: given, resolution: "Skipped: Cancelled by hand" },
    { kind: "timerSkipped", entity_id: given, resolution: null },
  ]);
  await database.pool.query("delete from workflow.timers");
}, 60_000);

test("the exception of a timer ends with that timer, and its remedies touch no other one of the same name", async () => {
  const entity = newId();
  await database.pool.query(
    `insert into workflow.timers (entity_id, entry, name, due_at)
     values ($1, 3, 'expire', now() - interval '1 second'), ($1, 5, 'expire', now() + interval '5 minutes')`,
    [entity],
  );
  await fireTimers(database, () => Promise.reject(new TypeError("a bug"))).catch(() => {});
  const open = async (): Promise<unknown[]> =>
    (
      await database.pool.query(
        "select details ->> 'entry' as entry from tasks.exceptions where entity_id = $1 and closed_at is null",
        [entity],
      )
    ).rows;
  // Another timer of it comes to its end: the one that fails is still somebody's.
  await database.pool.query(
    "insert into workflow.timers (entity_id, entry, name, due_at) values ($1, 3, 'remind', now())",
    [entity],
  );
  await fireTimers(database, () => Promise.reject(refuse("transitionNotAllowed")));
  expect(await open()).toEqual([{ entry: "3" }]);
  const remedy = remedyTimers(() => new Date());
  const failed = { id: newId(), kind: "timerFailed", entityType: "order", entityId: entity, openedAt: new Date() };
  const about = [{ ...failed, details: { timer: "expire", entry: 3 }, reason: "Not needed" }];
  const origin = { actor: "user:test", requestId: null };
  const left = async (): Promise<unknown[]> =>
    (await database.pool.query("select entry, due_at <= now() as due from workflow.timers order by entry")).rows;
  await database.transaction((transaction) => remedy.retry(transaction, about, origin));
  expect(await left()).toEqual([
    { entry: 3, due: true },
    { entry: 5, due: false },
  ]);
  await database.transaction((transaction) => remedy.skip!(transaction, about, origin));
  expect(await left()).toEqual([{ entry: 5, due: false }]);
  // A step has begun it anew in the same stay: that one is not what has failed.
  await database.pool.query(
    "insert into workflow.timers (entity_id, entry, name, due_at) values ($1, 3, 'expire', now() + interval '2 days')",
    [entity],
  );
  await database.transaction((transaction) => remedy.retry(transaction, about, origin));
  await database.transaction((transaction) => remedy.skip!(transaction, about, origin));
  expect(await left()).toEqual([
    { entry: 3, due: false },
    { entry: 5, due: false },
  ]);
  await database.pool.query("delete from workflow.timers");
}, 60_000);
