import { type ChildProcess, spawn } from "node:child_process";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ALL_PERMISSIONS, ALL_RIGHTS, createApiKey } from "../access/public.ts";
import type { Database } from "../platform/db/database.ts";

const SCRIPT = fileURLToPath(new URL("../../../examples/demo/run.ts", import.meta.url));
const KEY_FILE = "demo-api-key";
const STOP_LIMIT_MS = 10_000;

export interface Demo {
  key: string;
  keyFile: string;
  stop(): Promise<void>;
}

/** Starts the demo's shoppers, pickers and carriers in a process of their own; they know only the public API and a key. */
export async function startDemo(database: Database, directory: string, url: string, now: Date): Promise<Demo> {
  const keyFile = join(directory, KEY_FILE);
  const key = await demoKey(database, keyFile, now);
  const child = spawn(process.execPath, [SCRIPT], {
    env: { ...process.env, ORRERY_URL: url, ORRERY_KEY: key },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    // Ctrl-C reaches the whole group: this process tells it to stop when the last answers have been given.
    detached: true,
  });
  return { key, keyFile, stop: () => stop(child) };
}

/** The key of the last start, when it still works; else a new one, kept where only this user reads it. */
async function demoKey(database: Database, file: string, now: Date): Promise<string> {
  const kept = await readFile(file, "utf8").then(
    (text) => text.trim(),
    () => null,
  );
  if (kept !== null && (await isKnown(database, kept))) return kept;
  const { secret } = await database.transaction((transaction) =>
    createApiKey(transaction, {
      key: { name: "Demo", permissions: [...ALL_PERMISSIONS] },
      grantor: ALL_RIGHTS,
      origin: { actor: "system:demo", requestId: null },
      now,
    }),
  );
  await writeFile(file, `${secret}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  return secret;
}

/** A database that was thrown away does not know the key of the file beside it. */
async function isKnown(database: Database, key: string): Promise<boolean> {
  const prefix = key.split("_")[2];
  if (prefix === undefined) return false;
  const { rows } = await database.pool.query(
    "select from access.api_keys where prefix = $1 and revoked_at is null and (expires_at is null or expires_at > now())",
    [prefix],
  );
  return rows.length > 0;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const limit = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  await ended;
  clearTimeout(limit);
}
