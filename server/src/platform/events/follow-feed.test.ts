import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../../test/harness/database.ts";
import { type Database, openDatabase } from "../db/database.ts";
import { statement } from "../db/statements.ts";
import { newId } from "../ids.ts";
import { createFeedReader, type FeedReader } from "./feed-reader.ts";
import { readFeedStatus } from "./feed-status.ts";
import { type FeedConsumer, type Following, followFeed, type FollowOptions } from "./follow-feed.ts";
import { recordEvents } from "./record-events.ts";
import { type Sequencer, startSequencer } from "./sequencer.ts";

const log = { info: () => {}, warn: () => {} };
let own: TestDatabase;
let database: Database;
let sequencer: Sequencer;
let reader: FeedReader;
const following: Following[] = [];

beforeAll(async () => {
  own = await testDatabase();
  database = openDatabase({ url: own.url });
  sequencer = startSequencer({ database, log });
  reader = createFeedReader({ database, log });
  await database.pool.query("create table public.effects (consumer text not null, event_id bigint not null)");
});
afterEach(async () => {
  await Promise.all(following.splice(0).map((each) => each.stop()));
});
afterAll(async () => {
  reader.stop();
  await sequencer.stop();
  await database.close();
  await own.close();
});

const insertEffect = statement(
  "test.insertEffect",
  "insert into public.effects (consumer, event_id) select $1, unnest($2::bigint[])",
);

function follow(consumer: Partial<FeedConsumer> & { name: string }, options: Partial<FollowOptions> = {}): void {
  const handle: FeedConsumer["handle"] = async (transaction, events) =>
    transaction.write(insertEffect, [consumer.name, events.map((event) => event.id)]);
  following.push(
    followFeed(
      { types: null, startAt: "beginning", handle, ...consumer },
      { database, reader, log, onBlocked: async () => {}, onRecovered: async () => {}, ...options },
    ),
  );
}

async function record(types: readonly string[]): Promise<void> {
  await database.transaction(async (transaction) =>
    recordEvents(
      transaction,
      types.map((type) => ({
        type,
        entityType: "thing",
        entityId: newId(),
        sequence: 1,
        occurredAt: new Date(),
        origin: { actor: "system:test", requestId: null },
        data: {},
      })),
    ),
  );
}

async function effectsOf(consumer: string): Promise<number[]> {
  const { rows } = await database.pool.query<{ event_id: number }>(
    "select event_id from public.effects where consumer = $1 order by 1",
    [consumer],
  );
  return rows.map((row) => row.event_id);
}

async function idsOf(type: string): Promise<number[]> {
  const { rows } = await database.pool.query<{ id: number }>(
    "select id from platform.events where type = $1 order by 1",
    [type],
  );
  return rows.map((row) => row.id);
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  for (const started = performance.now(); !(await condition()); await pause(20)) {
    if (performance.now() - started > 15_000) throw new Error("It does not happen.");
  }
}

test("every event takes effect exactly once, in three processes that fail and lose their connections", async () => {
  for (let process = 0; process < 3; process++) {
    follow({
      name: "counter",
      types: ["thing.counted"],
      batch: 7,
      handle: async (transaction, events) => {
        transaction.write(insertEffect, ["counter", events.map((event) => event.id)]);
        if (Math.random() < 0.2) throw new Error("by chance");
      },
    });
  }
  for (let round = 0; round < 20; round++) {
    await record(Array.from({ length: 20 }, (_, index) => (index % 3 === 0 ? "thing.ignored" : "thing.counted")));
    await database.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and random() < 0.2",
    );
    await pause(30);
  }
  const expected = await idsOf("thing.counted");
  await until(async () => (await effectsOf("counter")).length >= expected.length);
  expect(await effectsOf("counter")).toEqual(expected);
});

test("a bad event holds its consumer up and nobody else; its neighbors before it are applied, and it is reported once", async () => {
  let mended = false;
  const reports: string[] = [];
  const handle: FeedConsumer["handle"] = async (transaction, events) => {
    if (!mended && events.some((event) => event.type === "thing.poisonous")) throw new Error("cannot digest");
    transaction.write(insertEffect, ["eater", events.map((event) => event.id)]);
  };
  const { position } = await readFeedStatus(database);
  await database.pool.query("insert into platform.consumers (name, position) values ('eater', $1)", [position]);
  await record(["thing.before", "thing.before", "thing.poisonous", "thing.after"]);
  follow(
    { name: "eater", types: ["thing.before", "thing.poisonous", "thing.after"], handle },
    {
      onBlocked: async (name, error) => void reports.push(`${name}: ${String(error)}`),
      onRecovered: async (name) => void reports.push(`${name} recovered`),
    },
  );
  follow({ name: "neighbor", types: ["thing.after"] });

  await until(() => reports.length > 0);
  expect(await effectsOf("eater")).toEqual(await idsOf("thing.before"));
  await until(async () => (await effectsOf("neighbor")).length === 1);
  mended = true;
  await until(async () => (await effectsOf("eater")).length === 4);
  expect(reports).toEqual(["eater: Error: cannot digest", "eater recovered"]);
});

test("a reaction that starts at the end does not react to the past", async () => {
  await record(["thing.past"]);
  await until(async () => (await readFeedStatus(database)).pending === 0);
  follow({ name: "reaction", types: ["thing.past", "thing.future"], startAt: "end" });
  await until(
    async () => (await database.pool.query("select from platform.consumers where name = 'reaction'")).rowCount === 1,
  );
  await record(["thing.future"]);
  await until(async () => (await effectsOf("reaction")).length > 0);
  expect(await effectsOf("reaction")).toEqual(await idsOf("thing.future"));
});

test("what another process has applied meanwhile is not applied again by who had read it ahead", async () => {
  const slow: FeedReader = Object.create(reader, {
    read: {
      value: async (query: Parameters<FeedReader["read"]>[0]) => {
        const page = await reader.read(query);
        await pause(300);
        return page;
      },
    },
  });
  follow({ name: "twins", types: ["thing.twinned"] }, { reader: slow });
  await pause(1_000);
  follow({ name: "twins", types: ["thing.twinned"] });
  await pause(1_000);
  for (let round = 0; round < 4; round++) {
    await record(["thing.twinned"]);
    await pause(500);
  }
  const expected = await idsOf("thing.twinned");
  await until(async () => (await effectsOf("twins")).length >= expected.length);
  await pause(400);
  expect(await effectsOf("twins")).toEqual(expected);
});

test("who wants a rare type goes through the feed once, and its cursor follows", async () => {
  let looked = 0;
  const counting: FeedReader = Object.create(reader, {
    read: {
      value: async (query: Parameters<FeedReader["read"]>[0]) => {
        const page = await reader.read(query);
        looked += page.last - query.after;
        return page;
      },
    },
  });
  const { position } = await readFeedStatus(database);
  for (let round = 0; round < 3; round++) await record(Array.from({ length: 4_000 }, () => "thing.common"));
  await record(["thing.rare"]);
  await database.pool.query("insert into platform.consumers (name, position) values ('seeker', $1)", [position]);
  follow({ name: "seeker", types: ["thing.rare"] }, { reader: counting });
  await until(async () => (await effectsOf("seeker")).length > 0);
  const { rows } = await database.pool.query<{ position: number }>(
    "select position from platform.consumers where name = 'seeker'",
  );
  expect(rows[0]!.position).toBe((await readFeedStatus(database)).position);
  expect(looked).toBeLessThan(2 * 12_000);
});
