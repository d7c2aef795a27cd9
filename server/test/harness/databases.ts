import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { pino } from "pino";
import { type EmbeddedServer, startEmbedded } from "../../src/main/embedded.ts";
import { migrate } from "../../src/platform/db/migrate.ts";
import { createSecretBox } from "../../src/platform/secrets.ts";

/**
 * The databases of one test run: one server, a template of each kind, and a fresh copy of it for whoever asks. Server and
 * templates come up with the first request, so that tests of pure functions pay nothing for them.
 */
export interface TestDatabases {
  /** Returns the URL of a new database. */
  create(kind: DatabaseKind): Promise<string>;
  drop(url: string): Promise<void>;
  close(): Promise<void>;
}

/** Without any table; migrated and without rows; as a first start leaves it, with partitions and what a release ships. */
export type DatabaseKind = "empty" | "migrated" | "started";

interface TestServer {
  admin: pg.Pool;
  templateOf: (kind: DatabaseKind) => Promise<string>;
  urlOf: (database: string) => string;
  stop: () => Promise<void>;
}

const DIRECTORY_PREFIX = "orrery-test-";
const ABANDON_START_MS = 5_000;
const quiet = { info: (): void => undefined, warn: (message: string): void => console.warn(message) };

export function openTestDatabases(settings: Record<string, string>): TestDatabases {
  let starting: Promise<TestServer> | undefined;
  const server = (): Promise<TestServer> => (starting ??= startServer(settings));
  return {
    async create(kind) {
      const { admin, templateOf, urlOf } = await server();
      const name = freshName();
      await createDatabase(admin, name, await templateOf(kind));
      return urlOf(name);
    },
    async drop(url) {
      const { admin } = await server();
      await admin.query(`drop database if exists ${new URL(url).pathname.slice(1)} with (force)`);
    },
    async close() {
      if (starting === undefined) return;
      // Whoever asked for a database has been told of a failure; a start that hangs is left to the next run.
      const started = await Promise.race([starting.catch(() => undefined), pause(ABANDON_START_MS, undefined)]);
      await started?.stop();
    },
  };
}

const freshName = (): string => `orrery_test_${randomBytes(6).toString("hex")}`;

/** Copying files took 25–50 ms a database, copying through the log (the default, WAL_LOG) 130–260 ms. */
async function createDatabase(admin: pg.Pool, name: string, template: string): Promise<void> {
  await admin.query(`create database ${name} template ${template} strategy file_copy`);
}

async function startServer(settings: Record<string, string>): Promise<TestServer> {
  const given = process.env.ORRERY_TEST_DATABASE_URL;
  const { url, stop } = given === undefined ? await startTemporary(settings) : { url: given, stop: async () => {} };
  const urlOf = (database: string): string => {
    const address = new URL(url);
    address.pathname = `/${database}`;
    return address.href;
  };
  const admin = new pg.Pool({ connectionString: urlOf("postgres"), max: 2 });
  admin.on("error", () => undefined); // Of an idle connection; the next statement would say more.
  const templates = new Map<DatabaseKind, Promise<string>>([["empty", Promise.resolve("template1")]]);
  const made: string[] = [];
  const makeTemplate = async (from: DatabaseKind, fill: (url: string) => Promise<void>): Promise<string> => {
    const name = `${freshName()}_template`;
    await createDatabase(admin, name, await templateOf(from));
    made.push(name);
    await fill(urlOf(name));
    return name;
  };
  const templateOf = (kind: DatabaseKind): Promise<string> => {
    const template =
      templates.get(kind) ??
      (kind === "started"
        ? makeTemplate("migrated", startOnce)
        : makeTemplate("empty", async (url) => void (await migrate(url))));
    templates.set(kind, template);
    return template;
  };
  return {
    admin,
    templateOf,
    urlOf,
    stop: async () => {
      for (const name of made) await admin.query(`drop database if exists ${name} with (force)`);
      await admin.end();
      await stop();
    },
  };
}

/** Publishing what a release ships takes 300 ms of CPU: once for all retailers of a test run. */
async function startOnce(url: string): Promise<void> {
  const [{ openApplication }, { keepPartitions }] = await Promise.all([
    import("../../src/main/application.ts"),
    import("../../src/platform/db/keep-partitions.ts"),
  ]);
  const log = pino({ level: "error" });
  const application = await openApplication({ databaseUrl: url, log, secrets: createSecretBox([randomBytes(32)]) });
  await keepPartitions(application.database, log);
  application.reader.stop();
  await application.close();
}

async function startTemporary(settings: Record<string, string>): Promise<Pick<EmbeddedServer, "url" | "stop">> {
  await removeLeftovers();
  const directory = join(tmpdir(), `${DIRECTORY_PREFIX}${process.pid}`);
  await mkdir(directory, { mode: 0o711 });
  const server = await startEmbedded({ directory: join(directory, "postgresql"), log: quiet, settings });
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(directory, { recursive: true });
  };
  return { url: server.url, stop };
}

/** A run that was killed leaves its server running: the next run ends it and removes its files. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = name.startsWith(DIRECTORY_PREFIX) ? Number(name.slice(DIRECTORY_PREFIX.length)) : Number.NaN;
    if (Number.isNaN(owner) || existsSync(`/proc/${owner}`)) continue;
    // Another run may be at it as well, and finds or loses what this one does.
    await removeRun(join(tmpdir(), name)).catch((error: Error) => quiet.warn(error.message));
  }
}

async function removeRun(directory: string): Promise<void> {
  if (existsSync(join(directory, "postgresql/data/postmaster.pid"))) {
    const left = await startEmbedded({ directory: join(directory, "postgresql"), log: quiet });
    await left.stop();
  }
  await rm(directory, { recursive: true, force: true });
}
