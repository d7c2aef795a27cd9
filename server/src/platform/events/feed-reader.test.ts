import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type TestDatabase, testDatabase } from "../../../test/harness/database.ts";
import { type Database, openDatabase } from "../db/database.ts";
import { newId } from "../ids.ts";
import { createFeedReader, type FeedReader } from "./feed-reader.ts";
import { recordEvents } from "./record-events.ts";

let own: TestDatabase;
let database: Database;
let reader: FeedReader;
let stopWaiting: AbortController;
/** Positions of the events that were read one by one, and not as a whole page of the feed. */
let readAlone: string[];
let connectionLost = false;

beforeAll(async () => {
  own = await testDatabase();
});
beforeEach(async () => {
  database = openDatabase({ url: own.url });
  readAlone = [];
  const read = database.read.bind(database);
  vi.spyOn(database, "read").mockImplementation((statement, parameters) => {
    if (statement.name !== "platform.readFeedAt") return read(statement, parameters);
    if (connectionLost) return Promise.reject(new Error("The connection is lost."));
    readAlone.push(String(parameters![0]));
    return read(statement, parameters);
  });
  reader = createFeedReader({ database, log: { warn: () => {} } });
  stopWaiting = new AbortController();
  void reader.waitBeyond(Number.MAX_SAFE_INTEGER, 60_000, stopWaiting.signal);
  await pause(100);
});
afterEach(async () => {
  stopWaiting.abort();
  reader.stop();
  await pause(100);
  await database.close();
});
afterAll(async () => {
  await own.close();
});

/** Appends as a sequencer would, of this release or (without types) of an earlier one. Answers the first position. */
async function append(types: readonly string[], typed = true): Promise<number> {
  const mark = newId();
  await database.transaction(async (transaction) =>
    recordEvents(
      transaction,
      types.map((type) => ({
        type,
        entityType: "thing",
        entityId: mark,
        sequence: 1,
        occurredAt: new Date(),
        origin: { actor: "system:test", requestId: null },
        data: {},
      })),
    ),
  );
  const { rows } = await database.pool.query<{ position: number }>("select position from platform.feed_state");
  const first = rows[0]!.position + 1;
  await database.pool.query(
    `with appended as (
       insert into platform.feed (position, event_id, recorded_at, type)
       select $1 - 1 + row_number() over (order by id), id, recorded_at, case when $2 then type end
       from platform.events where entity_id = $3 returning position
     )
     update platform.feed_state set position = (select max(position) from appended)`,
    [first, typed, mark],
  );
  await pause(150);
  return first;
}

test("only events of a wanted type are read, once for all who want them", async () => {
  const first = await append(["thing.seen", "thing.sold", "thing.seen", "thing.sold"]);
  const query = { after: first - 1, limit: 10, types: ["thing.sold"] };
  const pages = await Promise.all([reader.read(query), reader.read(query), reader.read(query)]);
  for (const page of pages) {
    expect(page.events.map(({ position, type }) => [position, type])).toEqual([
      [first + 1, "thing.sold"],
      [first + 3, "thing.sold"],
    ]);
    expect([page.last, page.head.position]).toEqual([first + 3, first + 3]);
  }
  expect(readAlone).toEqual([`{${first + 1},${first + 3}}`]);
  const everything = await reader.read({ ...query, types: null });
  expect(everything.events.map(({ position }) => position)).toEqual([first, first + 1, first + 2, first + 3]);
  expect(readAlone.slice(1)).toEqual([`{${first},${first + 2}}`]);
});

test("a page of types nobody has seen reads no event at all", async () => {
  const first = await append(["thing.seen", "thing.seen"]);
  const page = await reader.read({ after: first - 1, limit: 10, types: ["thing.sold"] });
  expect([page.events, page.last, readAlone]).toEqual([[], first + 1, []]);
});

test("what an earlier release appended without its type is found by type, in memory and in the database", async () => {
  const first = await append(["thing.seen", "thing.sold"], false);
  const query = { after: first - 1, limit: 10, types: ["thing.sold"] };
  const inMemory = await reader.read(query);
  const distant = await createFeedReader({ database, log: { warn: () => {} } }).read(query);
  for (const page of [inMemory, distant])
    expect(page.events.map(({ position, type }) => [position, type])).toEqual([[first + 1, "thing.sold"]]);
});

test("an event that could not be read is read the next time", async () => {
  const first = await append(["thing.sold"]);
  const query = { after: first - 1, limit: 10, types: ["thing.sold"] };
  connectionLost = true;
  await expect(reader.read(query)).rejects.toThrow("The connection is lost.");
  connectionLost = false;
  expect((await reader.read(query)).events.map(({ position }) => position)).toEqual([first]);
});
