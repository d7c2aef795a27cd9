import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../../test/harness/database.ts";
import { runAudit } from "../db/audit-check.ts";
import { type Database, openDatabase } from "../db/database.ts";
import { newId } from "../ids.ts";
import { eventAudit } from "./audit.ts";
import { recordEvents } from "./record-events.ts";
import { beginGeneration } from "./restore-feed.ts";

let own: TestDatabase;
let database: Database;

beforeAll(async () => {
  own = await testDatabase();
  database = openDatabase({ url: own.url });
  const entityId = newId();
  const event = {
    type: "thing.changed",
    entityType: "thing",
    entityId,
    occurredAt: new Date(),
    origin: { actor: "system:test", requestId: null },
    data: {},
  };
  await database.transaction(async (transaction) =>
    recordEvents(
      transaction,
      [1, 2, 3].map((sequence) => ({ ...event, sequence })),
    ),
  );
  await beginGeneration(database);
});
afterAll(async () => {
  await database.close();
  await own.close();
});

async function broken(): Promise<string[]> {
  return (await runAudit(database, eventAudit))
    .filter(({ violations }) => violations.length > 0)
    .map(({ name }) => name);
}

/**
 * Past the guards of the ledgers, as a superuser can. Swapped numbers pass through negative ones, because each number is
 * unique.
 */
async function change(sql: string): Promise<void> {
  await database.pool.query(
    `begin; set local session_replication_role = replica; ${sql};
     update platform.feed set event_id = -event_id where event_id < 0; commit`,
  );
}

const damages = [
  [
    "counted from 1",
    "update platform.events set sequence = 4 where sequence = 3",
    "update platform.events set sequence = 3 where sequence = 4",
  ],
  [
    "every event is in the feed",
    "delete from platform.feed where position = 3",
    "insert into platform.feed select 3, id, recorded_at from platform.events where sequence = 3",
  ],
  [
    "only events that exist",
    "update platform.feed set event_id = 999 where position = 3",
    "update platform.feed set event_id = 3 where position = 3",
  ],
  [
    "dense",
    "update platform.feed set position = 5 where position = 3",
    "update platform.feed set position = 3 where position = 5",
  ],
  [
    "in their own order",
    "update platform.feed set event_id = case event_id when 1 then -2 else -1 end where event_id in (1, 2)",
    "update platform.feed set event_id = case event_id when 1 then -2 else -1 end where event_id in (1, 2)",
  ],
  [
    "ahead of the feed",
    "insert into platform.consumers (name, position) values ('early', 4)",
    "delete from platform.consumers where name = 'early'",
  ],
  [
    "nobody can change",
    "alter table platform.audit_log_default disable trigger append_only",
    "alter table platform.audit_log_default enable trigger append_only",
  ],
] as const;

test("the audit is clean on what the sequencer makes, and names each kind of damage", async () => {
  expect(await broken()).toEqual([]);
  for (const [promise, damage, repair] of damages) {
    await change(damage);
    expect((await broken()).some((name) => name.includes(promise))).toBe(true);
    await change(repair);
    expect(await broken()).toEqual([]);
  }
});
