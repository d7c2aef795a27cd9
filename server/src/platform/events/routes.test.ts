import { once } from "node:events";
import { type AddressInfo, createConnection, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../../test/harness/database.ts";
import { type Database, openDatabase } from "../db/database.ts";
import { buildServer } from "../http/server.ts";
import type { Principal } from "../http/route.ts";
import { newId } from "../ids.ts";
import { createFeedReader, type FeedReader } from "./feed-reader.ts";
import { readFeedStatus } from "./feed-status.ts";
import { recordEvents } from "./record-events.ts";
import { beginGeneration } from "./restore-feed.ts";
import { eventRoutes } from "./routes.ts";
import { type Sequencer, startSequencer } from "./sequencer.ts";

const log = { info: () => {}, warn: () => {} };
let own: TestDatabase;
let database: Database;
let sequencer: Sequencer;
let reader: FeedReader;
let server: FastifyInstance;
let address: string;
let reads = 0;

const everybody: Principal = {
  actor: "user:test",
  name: "Test",
  permissions: new Set(["events:read"]),
  locationCodes: null,
  channelCodes: null,
  credential: "test",
};
const callers = new Map<string, Principal>([
  ["all", everybody],
  ["store", { ...everybody, credential: "store", locationCodes: new Set(["store-1"]) }],
  ["web", { ...everybody, credential: "web", channelCodes: new Set(["web"]) }],
  ["doomed", { ...everybody, credential: "doomed" }],
]);

beforeAll(async () => {
  own = await testDatabase();
  database = openDatabase({ url: own.url });
  sequencer = startSequencer({ database, log });
  const counted: Database = {
    ...database,
    read: async (...parameters) => {
      reads++;
      return await database.read(...parameters);
    },
  };
  reader = createFeedReader({ database: counted, log });
  const authenticate = (request: { headers: Record<string, unknown> }): Principal | null =>
    callers.get(String(request.headers["x-caller"])) ?? null;
  server = await buildServer({
    routes: eventRoutes({ database: counted, reader, authenticate }),
    authenticate,
    logger: false,
    version: "0",
    rateLimit: { perSecond: 1e6, burst: 1e6 },
  });
  await server.listen({ port: 0, host: "127.0.0.1" });
  address = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  reader.stop();
  await server.close();
  await sequencer.stop();
  await database.close();
  await own.close();
});

interface Page {
  data: { id: string; type: string; cursor: string; subject: string; specversion: string }[];
  next: string;
  caughtUp: boolean;
}

async function list(query: string, caller = "all"): Promise<Page> {
  const response = await fetch(`${address}/v1/events?${query}`, { headers: { "x-caller": caller } });
  expect(response.status).toBe(200);
  return (await response.json()) as Page;
}

async function record(
  count: number,
  data: Record<string, unknown> = {},
  entityId = newId(),
  type = "thing.changed",
): Promise<void> {
  await database.transaction(async (transaction) =>
    recordEvents(
      transaction,
      Array.from({ length: count }, (_, index) => ({
        type,
        entityType: "thing",
        entityId,
        sequence: index + 1,
        occurredAt: new Date(),
        origin: { actor: "system:test", requestId: null },
        data,
      })),
    ),
  );
  while ((await readFeedStatus(database)).pending > 0) await pause(5);
}

interface Stream {
  events: { cursor: string; type: string }[];
  ended: Promise<void>;
  lastId(): string;
  close(): void;
}

async function stream(headers: Record<string, string>, query = ""): Promise<Stream> {
  const closing = new AbortController();
  const response = await fetch(`${address}/v1/events/stream${query}`, {
    headers: { "x-caller": "all", ...headers },
    signal: closing.signal,
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const events: Stream["events"] = [];
  let lastId = "";
  const ended = (async () => {
    let text = "";
    try {
      for await (const chunk of response.body!) {
        text += Buffer.from(chunk).toString();
        for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
          const block = text.slice(0, end).split("\n");
          text = text.slice(end + 2);
          lastId = block.find((line) => line.startsWith("id: "))?.slice(4) ?? lastId;
          const data = block.find((line) => line.startsWith("data: "));
          if (data !== undefined) events.push(JSON.parse(data.slice(6)) as Stream["events"][number]);
        }
      }
    } catch (error) {
      if (!closing.signal.aborted) throw error;
    }
  })();
  while (lastId === "") await pause(5);
  return { events, ended, lastId: () => lastId, close: () => closing.abort() };
}

async function until(condition: () => boolean): Promise<void> {
  for (const started = performance.now(); !condition(); await pause(10)) {
    if (performance.now() - started > 10_000) throw new Error("It does not happen.");
  }
}

test("paging by `next` brings every event once, also behind filters, and says when it has caught up", async () => {
  const { next: start } = await list("after=latest");
  await record(120, {}, newId(), "thing.many");
  await record(3, {}, newId(), "thing.few");
  const ids: string[] = [];
  let page: Page;
  let after = start;
  do {
    page = await list(`after=${after}&limit=50`);
    ids.push(...page.data.map((event) => event.id));
    after = page.next;
  } while (!page.caughtUp);
  expect(new Set(ids).size).toBe(123);
  expect(ids).toHaveLength(123);
  const few = await list(`after=${start}&types=thing.few`);
  expect(few.data.map((event) => event.type)).toEqual(["thing.few", "thing.few", "thing.few"]);
  const one = await list(`after=${start}&entityId=${few.data[0]!.subject}&limit=2`);
  expect(one.data).toEqual(few.data.slice(0, 2));
  expect((await list(`after=${one.next}&entityId=${few.data[0]!.subject}&limit=2`)).data).toEqual(few.data.slice(2));
});

test("a long poll answers as soon as something happens, and empty when nothing does", async () => {
  const { next } = await list("after=latest");
  const started = performance.now();
  const waiting = list(`after=${next}&waitMs=10000`);
  await pause(100);
  await record(1);
  expect((await waiting).data).toHaveLength(1);
  expect(performance.now() - started).toBeLessThan(3_000);
  const empty = await list(`after=${(await waiting).next}&waitMs=100`);
  expect(empty).toMatchObject({ data: [], caughtUp: true, next: (await waiting).next });
});

test("a stream that breaks resumes behind its last event: nothing twice, nothing missed", async () => {
  const first = await stream({});
  await record(5);
  await until(() => first.events.length === 5);
  first.close();
  await first.ended;
  await record(300);
  const second = await stream({ "last-event-id": first.lastId() });
  await until(() => second.events.length >= 300);
  await record(2);
  await until(() => second.events.length >= 302);
  const positions = [...first.events, ...second.events].map((event) => Number(event.cursor.split(".")[1]));
  expect(positions).toEqual(Array.from({ length: 307 }, (_, index) => positions[0]! + index));
  second.close();
});

test("100 clients of a process cost the database no more than one", async () => {
  callers.set("crowd", { ...everybody, credential: "crowd" });
  const measure = async (): Promise<number> => {
    reads = 0;
    for (let round = 0; round < 10; round++) await record(10);
    return reads;
  };
  const names = Array.from({ length: 100 }, (_, index) => `crowd-${index % 10}`);
  for (const name of names) callers.set(name, { ...everybody, credential: name });
  const streams = await Promise.all(names.map((name) => stream({ "x-caller": name })));
  const many = await measure();
  await until(() => streams.every((each) => each.events.length === 100));
  for (const each of streams.slice(1)) each.close();
  await Promise.all(streams.slice(1).map((each) => each.ended));
  const one = await measure();
  streams[0]!.close();
  expect(many).toBeLessThan(2 * one + 20);
});

test("whoever is limited to a location or channel sees only events that name nothing else", async () => {
  const { next } = await list("after=latest");
  await record(1, { location: "store-1", channel: "web" }, newId(), "thing.mine");
  await record(1, { location: "store-2", channel: "app" }, newId(), "thing.foreign");
  await record(1, { locations: ["store-1", "store-2"] }, newId(), "thing.mixed");
  await record(1, {}, newId(), "thing.nameless");
  const types = async (caller: string, query = ""): Promise<string[]> =>
    (await list(`after=${next}${query}`, caller)).data.map((event) => event.type);
  expect(await types("all")).toEqual(["thing.mine", "thing.foreign", "thing.mixed", "thing.nameless"]);
  expect(await types("store")).toEqual(["thing.mine"]);
  expect(await types("web")).toEqual(["thing.mine"]);
  const watched = await stream({ "x-caller": "store", "last-event-id": next });
  await record(1, { location: "store-1" }, newId(), "thing.last");
  await until(() => watched.events.some((event) => event.type === "thing.last"));
  expect(watched.events.map((event) => event.type)).toEqual(["thing.mine", "thing.last"]);
  watched.close();
  const mixed = (await list(`after=${next}&types=thing.mixed`)).data[0]!;
  expect(await types("store", `&entityId=${mixed.subject}`)).toEqual([]);
});

test("a stream ends when its credential does, and a credential has at most 20", async () => {
  const watched = await stream({ "x-caller": "doomed" });
  callers.delete("doomed");
  await record(1);
  await watched.ended;
  expect(watched.events).toEqual([]);

  callers.set("greedy", { ...everybody, credential: "greedy" });
  const open = await Promise.all(Array.from({ length: 20 }, () => stream({ "x-caller": "greedy" })));
  const refused = await fetch(`${address}/v1/events/stream`, { headers: { "x-caller": "greedy" } });
  expect(refused.status).toBe(429);
  open[0]!.close();
  await open[0]!.ended;
  await pause(100);
  open.push(await stream({ "x-caller": "greedy" }));
  for (const each of open) each.close();
});

test("a client that does not read costs one page of memory, holds nobody up, and later misses nothing", async () => {
  const sockets = new Set<Socket>();
  server.server.on("connection", (socket: Socket) => sockets.add(socket));
  const { next } = await list("after=latest");
  const lazy = createConnection((server.server.address() as AddressInfo).port, "127.0.0.1");
  await once(lazy, "connect");
  lazy.write(`GET /v1/events/stream?after=${next} HTTP/1.1\r\nHost: x\r\nx-caller: all\r\n\r\n`);
  lazy.pause();
  const eager = await stream({});
  for (let round = 0; round < 20; round++) await record(200, { filler: "x".repeat(5_000) });
  await until(() => eager.events.length === 4_000);
  eager.close();
  expect(Math.max(...Array.from(sockets, (socket) => socket.writableLength))).toBeLessThan(3_000_000);

  let seen = 0;
  let rest = "";
  lazy.on("data", (data) => {
    const lines = (rest + data.toString()).split("\n");
    rest = lines.pop()!;
    seen += lines.filter((line) => line.startsWith("data: ")).length;
  });
  lazy.resume();
  await until(() => seen === 4_000);
  lazy.destroy();
});

test("cursors of another generation get 410, of the future or of nonsense 422", async () => {
  const { next } = await list("after=latest");
  const status = async (path: string, headers: Record<string, string> = {}): Promise<number> =>
    (await fetch(`${address}${path}`, { headers: { "x-caller": "all", ...headers } })).status;
  expect(await status("/v1/events?after=1.999999999")).toBe(422);
  expect(await status("/v1/events?after=nonsense")).toBe(422);
  expect(await status("/v1/events/stream", { "last-event-id": "1.999999999" })).toBe(422);
  const watched = await stream({ "last-event-id": next });
  await beginGeneration(database);
  expect(await status(`/v1/events?after=${next}`)).toBe(410);
  expect(await status("/v1/events/stream", { "last-event-id": next })).toBe(410);
  await record(1);
  await watched.ended;
  expect(watched.events).toEqual([]);
  expect((await list("after=latest")).next).toMatch(/^2\./);
});

test("a server that stops does not wait for its streams, not even for one that nobody reads", async () => {
  const unread = createConnection((server.server.address() as AddressInfo).port, "127.0.0.1");
  await once(unread, "connect");
  unread.on("error", () => {});
  unread.write("GET /v1/events/stream HTTP/1.1\r\nHost: x\r\nx-caller: all\r\n\r\n");
  unread.pause();
  const read = await stream({});
  await record(2_000, { filler: "x".repeat(5_000) });
  await until(() => read.events.length === 2_000);
  // It would wait for ever: the clock of this test is its timeout.
  reader.stop();
  await server.close();
  expect(server.server.listening).toBe(false);
  await read.ended;
  unread.destroy();
});
