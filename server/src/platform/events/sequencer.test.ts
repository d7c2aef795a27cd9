import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../../test/harness/database.ts";
import { type Database, openDatabase } from "../db/database.ts";
import { newId } from "../ids.ts";
import { readFeedStatus } from "./feed-status.ts";
import { readFeed } from "./read-feed.ts";
import { recordEvents } from "./record-events.ts";
import { beginGeneration } from "./restore-feed.ts";
import { type Sequencer, startSequencer } from "./sequencer.ts";

const log = { info: () => {}, warn: () => {} };
let own: TestDatabase;
let database: Database;
const running: Sequencer[] = [];

beforeAll(async () => {
  own = await testDatabase();
  database = openDatabase({ url: own.url });
  await database.pool.query("create table public.entities (id uuid primary key, sequence int not null)");
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((sequencer) => sequencer.stop()));
});
afterAll(async () => {
  await database.close();
  await own.close();
});

function sequencer(): Sequencer {
  const started = startSequencer({ database, log });
  running.push(started);
  return started;
}

async function record(entityId = newId(), sequence = 1): Promise<void> {
  await database.transaction(async (transaction) =>
    recordEvents(transaction, [
      {
        type: "thing.changed",
        entityType: "thing",
        entityId,
        sequence,
        occurredAt: new Date(),
        origin: { actor: "system:test", requestId: null },
        data: {},
      },
    ]),
  );
}

async function untilSequenced(timeoutMs = 10_000): Promise<number> {
  const started = performance.now();
  while ((await readFeedStatus(database)).pending > 0) {
    if (performance.now() - started > timeoutMs) throw new Error("The feed does not catch up.");
    await pause(10);
  }
  return performance.now() - started;
}

/** Locks an entity, counts its events on, takes its time, and then commits or not. */
async function writeAtRandom(client: pg.Client, entities: readonly string[], transactions: number): Promise<void> {
  for (let number = 0; number < transactions; number++) {
    await client.query("begin");
    const events = 1 + Math.floor(Math.random() * 3);
    const entity = entities[Math.floor(Math.random() * entities.length)];
    for (let event = 0; event < events; event++) {
      await client.query(
        `with entity as (update public.entities set sequence = sequence + 1 where id = $1 returning sequence)
         insert into platform.events (type, entity_type, entity_id, sequence, occurred_at, actor, data)
         select 'thing.changed', 'thing', $1, sequence, now(), 'system:test', '{}' from entity`,
        [entity],
      );
      if (Math.random() < 0.5) await pause(Math.random() * 15);
    }
    await client.query(Math.random() < 0.1 ? "rollback" : "commit");
  }
}

async function terminateSequencers(): Promise<void> {
  await database.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'orrery sequencer' and datname = current_database()",
  );
}

test("no event is lost, doubled or inverted: 8 writers, random delays, a long transaction, two sequencers that keep losing their connections", async () => {
  const entities = Array.from({ length: 12 }, () => newId());
  await database.pool.query("insert into public.entities select unnest($1::uuid[]), 0", [entities]);
  sequencer();
  sequencer();
  const clients = Array.from({ length: 9 }, () => new pg.Client(own.url));
  await Promise.all(clients.map((client) => client.connect()));
  const slow = clients.pop()!;
  const slowEntity = newId();
  await slow.query("begin");
  await slow.query(
    `insert into platform.events (type, entity_type, entity_id, sequence, occurred_at, actor, data)
     values ('thing.changed', 'thing', $1, 1, now(), 'system:test', '{}')`,
    [slowEntity],
  );

  let writing = true;
  const killing = (async () => {
    for (; writing; await pause(150)) await terminateSequencers();
  })();
  await Promise.all(clients.map((client) => writeAtRandom(client, entities, 60)));
  writing = false;
  await killing;
  // Everything else was appended while the slow one is still under way.
  await untilSequenced();
  await slow.query("commit");
  await untilSequenced();
  await Promise.all([...clients, slow].map((client) => client.end()));

  const { rows } = await database.pool.query<{
    events: number;
    fed: number;
    distinct: number;
    top: number;
    inverted: number;
    lost: number;
  }>(
    `select (select count(*)::int from platform.events) as events, count(*)::int as fed, count(distinct event_id)::int as distinct, max(position)::int as top,
       (select count(*)::int from (
          select sequence - lag(sequence, 1, 0) over (partition by entity_id order by position) as step
          from platform.feed join platform.events on id = event_id) steps where step <> 1) as inverted,
       (select count(*)::int from platform.events where not exists (select from platform.feed where event_id = id)) as lost
     from platform.feed`,
  );
  const { events, ...found } = rows[0]!;
  expect(events).toBeGreaterThan(500);
  expect(found).toEqual({ fed: events, distinct: events, top: events, inverted: 0, lost: 0 });
});

test("another process takes over within 2 s when the holder is killed", async () => {
  const module = new URL("sequencer.ts", import.meta.url).href;
  const holder = spawn(process.execPath, [
    "--input-type=module",
    "-e",
    `
    const { startSequencer } = await import(${JSON.stringify(module)});
    const log = { info: () => console.log("holder"), warn: () => {} };
    startSequencer({ database: { url: ${JSON.stringify(own.url)} }, log });
  `,
  ]);
  await once(holder.stdout, "data");
  const heir = sequencer();
  await record();
  await untilSequenced();
  expect(heir.isHolder()).toBe(false);

  holder.kill("SIGKILL");
  await once(holder, "exit");
  await record();
  expect(await untilSequenced()).toBeLessThan(2_000);
  expect(heir.isHolder()).toBe(true);
});

test("after a restore the feed goes on behind its last position, in a new generation, with IDs that nobody has seen", async () => {
  await record();
  const { position, generation } = await readFeedStatus(database);
  const { rows } = await database.pool.query<{ id: number }>("select max(id)::int as id from platform.events");
  await beginGeneration(database);
  const restored = await readFeedStatus(database);
  expect(restored).toMatchObject({ generation: generation + 1, position: position + 1, pending: 0 });

  sequencer();
  await record();
  await untilSequenced();
  const { events } = await readFeed(database, { after: restored.position, limit: 10 });
  expect(events).toHaveLength(1);
  expect(events[0]!.id).toBeGreaterThan(rows[0]!.id + 1_000_000);
});
