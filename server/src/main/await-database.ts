import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import pg from "pg";
import { classifyFailure } from "../platform/db/failures.ts";

/** A restart or a failover of PostgreSQL is over by then; a longer outage is for whoever supervises the process. */
const LIMIT_MS = 60_000;
const PAUSE_MS = 250;

/**
 * Waits until PostgreSQL takes connections: a process that starts while it restarts, or together with it, must not end
 * for that. Anything else that is wrong (password, name of the database) is told at once.
 */
export async function awaitDatabase(url: string, log: Pick<Logger, "warn">, limitMs: number = LIMIT_MS): Promise<void> {
  const until = performance.now() + limitMs;
  for (let attempt = 0; ; attempt++) {
    try {
      return await connectOnce(url);
    } catch (error) {
      if (classifyFailure(error) !== "connection" || performance.now() > until) throw error;
      if (attempt === 0) log.warn({ err: error }, "PostgreSQL takes no connections yet; waiting for it");
      await pause(PAUSE_MS);
    }
  }
}

async function connectOnce(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // What breaks while it connects fails the call below as well.
  client.on("error", () => undefined);
  await client.connect();
  await client.end();
}
