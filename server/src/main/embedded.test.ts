import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chmod, lstat, mkdir, mkdtemp, readFile, realpath, rm, stat, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type EmbeddedServer, startEmbedded } from "./embedded.ts";

vi.setConfig({ testTimeout: 60_000 });

const messages: string[] = [];
const log = { info: (message: string) => messages.push(message), warn: (message: string) => messages.push(message) };

/** What a test has started, stopped in reverse order however the test ends. */
const started: (() => Promise<unknown>)[] = [];

/** One database for all tests, started and stopped by each: initializing takes longer than most of them. */
let parent: string;
let directory: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "embedded-"));
  await chmod(parent, 0o711);
  directory = join(parent, "postgresql");
});
afterEach(async () => {
  for (const stop of started.splice(0).reverse()) await stop();
  messages.length = 0;
});
afterAll(async () => {
  await rm(parent, { recursive: true });
});

const PRODUCTION = {};

/** Nothing waits for the disk unless told. */
async function start(settings: Record<string, string> = { fsync: "off" }, place = directory): Promise<EmbeddedServer> {
  const server = await startEmbedded({ directory: place, log, settings });
  started.push(server.stop);
  return server;
}

async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

const postmaster = (): number => Number(readFileSync(join(directory, "data/postmaster.pid"), "utf8").split("\n")[0]);

test("what was committed is there after a restart, at the same address", async () => {
  const first = await start();
  await query(first.url, "create table kept (id int); insert into kept values (1)");
  await first.stop();
  await expect(query(first.url, "select 1")).rejects.toThrow(/ENOENT|ECONNREFUSED/);

  const second = await start();
  expect(second.url).toBe(first.url);
  expect(await query(second.url, "select id from kept")).toEqual([{ id: 1 }]);
});

test("the server is durable, checks its pages, asks for a password and listens on loopback only", async () => {
  const { url } = await start(PRODUCTION);
  const settings = await query(
    url,
    `select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes',
      'data_checksums', 'listen_addresses', 'lc_collate', 'server_encoding', 'TimeZone') order by name collate "C"`,
  );
  expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
    TimeZone: "UTC",
    data_checksums: "on",
    fsync: "on",
    full_page_writes: "on",
    listen_addresses: "127.0.0.1",
    server_encoding: "UTF8",
    synchronous_commit: "on",
  });
  expect(await query(url, "select datcollate from pg_database where datname = 'orrery'")).toEqual([
    { datcollate: "C" },
  ]);
  expect((await stat(join(directory, "password"))).mode & 0o777).toBe(0o600);
  const stranger = new URL(url);
  stranger.password = "guessed";
  await expect(query(stranger.href, "select 1")).rejects.toThrow(/password authentication failed/);
  stranger.search = ""; // By TCP instead of the socket.
  await expect(query(stranger.href, "select 1")).rejects.toThrow(/password authentication failed/);
});

test("the server runs as an unprivileged user in a session of its own, where Ctrl-C does not reach it", async () => {
  await start();
  const status = await readFile(`/proc/${postmaster()}/status`, "utf8");
  expect(/^Uid:\t(\d+)/m.exec(status)?.[1]).not.toBe("0");
  const [, group, session] = /\) \S \d+ (\d+) (\d+)/.exec(await readFile(`/proc/${postmaster()}/stat`, "utf8"))!;
  expect([Number(group), Number(session)]).toEqual([postmaster(), postmaster()]);
});

test("kill -9 of PostgreSQL in mid-load loses no acknowledged row, and it is back within 5 s", async () => {
  const { url } = await start(PRODUCTION);
  await query(url, "create table acknowledged (id int primary key)");
  const acknowledged: number[] = [];
  const load = loadUntilBroken(url, acknowledged);
  for (let kill = 0; kill < 3; kill++) {
    const before = acknowledged.length;
    await expect.poll(() => acknowledged.length, { timeout: 5_000 }).toBeGreaterThan(before + 200);
    const killed = postmaster();
    process.kill(killed, "SIGKILL");
    await expect
      .poll(() => answeringPostmaster(url), { timeout: 5_000, interval: 20 })
      .not.toBeOneOf([killed, undefined]);
  }
  load.end();
  await load.ended;
  const stored = new Set((await query<{ id: number }>(url, "select id from acknowledged")).map(({ id }) => id));
  expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
});

/** The server that answers now; for a moment after the kill of a postmaster its backends still do. */
async function answeringPostmaster(url: string): Promise<number | undefined> {
  try {
    await query(url, "select 1");
    return postmaster();
  } catch {
    return undefined; // Not back yet.
  }
}

/** Eight callers insert numbers and note those that were committed; a broken connection is opened again. */
function loadUntilBroken(url: string, acknowledged: number[]): { end(): void; ended: Promise<unknown> } {
  let isEnding = false;
  let next = 0;
  const caller = async (): Promise<void> => {
    while (!isEnding) {
      const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
      client.on("error", () => undefined);
      try {
        await client.connect();
        while (!isEnding) {
          const id = next++;
          await client.query("insert into acknowledged values ($1)", [id]);
          acknowledged.push(id);
        }
        await client.end();
      } catch {
        await pause(10); // Killed: the number in flight was never acknowledged.
      }
    }
  };
  return { end: () => (isEnding = true), ended: Promise.all(Array.from({ length: 8 }, caller)) };
}

/** Another Node process that owns the server until it is killed. */
async function startInOtherProcess(place = directory): Promise<ChildProcess> {
  const code = `import { startEmbedded } from ${JSON.stringify(import.meta.resolve("./embedded.ts"))};
    const server = await startEmbedded({ directory: ${JSON.stringify(place)}, log: { info() {}, warn() {} } });
    process.on("SIGTERM", () => server.stop().then(() => process.exit()));
    console.log("ready");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  started.push(() => end(child, "SIGTERM"));
  await new Promise((resolve) => child.stdout!.once("data", resolve));
  return child;
}

const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await ended;
};

test("after kill -9 of its owner the running server is adopted, supervised and stopped", async () => {
  const owner = await startInOtherProcess();
  const pid = postmaster();
  await end(owner, "SIGKILL");
  const { url, stop } = await start();
  expect(postmaster()).toBe(pid);
  expect(messages.join()).toContain("Adopted");

  process.kill(pid, "SIGKILL");
  await expect.poll(() => answeringPostmaster(url), { timeout: 5_000 }).not.toBeOneOf([pid, undefined]);
  await stop();
  expect(existsSync(join(directory, "data/postmaster.pid"))).toBe(false);
});

test("of processes that start at once on an empty directory one initializes it, and all use the same server", async () => {
  const place = join(parent, "empty");
  const starts = [start({}, place), startInOtherProcess(place), start({}, place), startInOtherProcess(place)];
  const servers = await Promise.all(starts);
  const urls = servers.flatMap((server) => ("url" in server ? [server.url] : []));
  expect(new Set(urls).size).toBe(1);
  expect(await query(urls[0]!, "select count(*)::int as databases from pg_database where datname = 'orrery'")).toEqual([
    { databases: 1 },
  ]);
});

test("when the owner stops, a guest brings the server back at the same address", async () => {
  const owner = await startInOtherProcess();
  const guest = await start();
  const pid = postmaster();
  await end(owner, "SIGTERM");
  await expect.poll(() => answeringPostmaster(guest.url), { timeout: 5_000 }).not.toBeOneOf([pid, undefined]);
});

test("a command that is done ends only a server that nobody else uses", async () => {
  const command = await start();
  const pid = postmaster();
  const guest = await start();
  const session = new pg.Client({ connectionString: guest.url });
  await session.connect();
  await command.release();
  expect((await session.query<{ up: number }>("select 1 as up")).rows).toEqual([{ up: 1 }]);
  expect(postmaster()).toBe(pid);
  await session.end();
  await expect.poll(() => messages.join(), { timeout: 5_000 }).toContain("Adopted");
  await guest.stop();
  await (await start()).release();
  expect(existsSync(join(directory, "data/postmaster.pid"))).toBe(false);
});

test("a command leaves a server running that it found running", async () => {
  const owner = await startInOtherProcess();
  const pid = postmaster();
  await end(owner, "SIGKILL");
  const command = await start();
  await command.release();
  expect(postmaster()).toBe(pid);
  await (await start()).stop();
});

test("a postmaster.pid whose number belongs to somebody else by now does not keep the server from starting", async () => {
  const first = await start();
  const [, ...rest] = (await readFile(join(directory, "data/postmaster.pid"), "utf8")).split("\n");
  await first.stop();
  await writeFile(join(directory, "data/postmaster.pid"), [process.pid, ...rest].join("\n"));
  const { url } = await start();
  expect(await query(url, "select 1 as up")).toEqual([{ up: 1 }]);
});

test("a server that does not start says why", async () => {
  await expect(startEmbedded({ directory, log, settings: { shared_buffers: "plenty" } })).rejects.toThrow(
    /did not start: it ended with exit code 1\.[^]*invalid value for parameter "shared_buffers": "plenty"/,
  );
});

test("a log of more than 16 MB is put aside, and the server goes on in an empty one", async () => {
  await writeFile(join(directory, "postgres.log"), "old\n");
  await truncate(join(directory, "postgres.log"), 16 * 1024 * 1024 + 1);
  await start();
  expect((await readFile(join(directory, "postgres.log.1"), "utf8")).slice(0, 4)).toBe("old\n");
  expect(await readFile(join(directory, "postgres.log"), "utf8")).toContain("ready to accept connections");
  expect((await stat(join(directory, "postgres.log"))).size).toBeLessThan(100_000);
});

test("a port that somebody else has taken is exchanged for a free one", async () => {
  const first = await start();
  await first.stop();
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(Number(new URL(first.url).port), "127.0.0.1", resolve));
  started.push(async () => squatter.close());
  const second = await start();
  expect(new URL(second.url).port).not.toBe(new URL(first.url).port);
  expect(await query(second.url, "select 1 as up")).toEqual([{ up: 1 }]);
});

test.runIf(process.getuid?.() === 0)(
  "as root below a closed directory, the data moves to where its user can go",
  async () => {
    const closed = join(parent, "closed");
    await mkdir(closed, { mode: 0o700 });
    const wanted = join(closed, "postgresql");
    const { url, stop } = await start({ fsync: "off" }, wanted);
    const place = await realpath(wanted);
    started.unshift(() => rm(place, { recursive: true }));
    expect(place).toMatch(/^\/var\/lib\/orrery\/postgresql-/);
    expect((await lstat(wanted)).isSymbolicLink()).toBe(true);
    expect(messages.join()).toContain(`the database is kept in ${place}`);
    await query(url, "create table kept ()");
    await stop();

    const again = await start({ fsync: "off" }, wanted);
    expect(await query(again.url, "select to_regclass('kept')::text as found")).toEqual([{ found: "kept" }]);
    await again.stop();
  },
);
