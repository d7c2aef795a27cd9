import { expect } from "vitest";
import { actorNames } from "../../src/access/public.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { openDatabase, type Database } from "../../src/platform/db/database.ts";
import type { ImportView } from "../../src/platform/imports/list-imports.ts";
import { importRoutes } from "../../src/platform/imports/routes.ts";
import { startImportWorker } from "../../src/platform/imports/run-imports.ts";
import { testApi, type TestAnswer, type TestApi } from "../harness/api.ts";
import { testDatabase } from "../harness/database.ts";
import { createThings, thingsKind } from "./things.ts";

export interface Effect {
  row_number: number;
  text: string;
  number: number;
}

/** The import of things: API, workers, and what became of the rows. */
export interface ImportSite {
  database: Database;
  api: TestApi;
  send(body: string | Buffer, headers?: Record<string, string>): Promise<TestAnswer>;
  /** Sends a file that must be accepted; returns the import's ID. */
  upload(body: string | Buffer): Promise<string>;
  worker(beforeChunk?: (fromRow: number) => void | Promise<void>): { stop(): Promise<void> };
  read(id: string): Promise<ImportView>;
  newest(): Promise<ImportView>;
  becomes(id: string, state: ImportView["state"]): Promise<void>;
  effects(id: string): Promise<Effect[]>;
  staged(id: string): Promise<number>;
  close(): Promise<void>;
}

const quiet = { error: () => undefined, warn: () => undefined };

export async function openImportSite(): Promise<ImportSite> {
  const files = await testDatabase();
  const database = openDatabase({ url: files.url });
  await createThings(database);
  const permissions = ["imports:read", "imports:write", "things:write"];
  const api = await testApi(
    importRoutes({ database, clock: systemClock, kinds: [thingsKind()], actorNames: actorNames(database) }),
    permissions,
  );
  const site: ImportSite = {
    database,
    api,
    send: (body, headers = {}) =>
      api.call("POST", "/v1/imports/things?fileName=things.csv", {
        body,
        headers: { "content-type": "text/csv", ...headers },
      }),
    upload: async (body) => {
      const answer = await site.send(body);
      expect([answer.status, answer.text]).toEqual([202, expect.any(String)]);
      return answer.json<ImportView>().id;
    },
    worker: (beforeChunk) =>
      startImportWorker({ database, clock: systemClock, kinds: [thingsKind(beforeChunk)], log: quiet, pollMs: 10 }),
    read: async (id) => (await api.call("GET", `/v1/imports/${id}`)).json<ImportView>(),
    newest: async () => (await api.call("GET", "/v1/imports?limit=1")).json<{ data: ImportView[] }>().data[0]!,
    becomes: async (id, state) => {
      await expect.poll(async () => (await site.read(id)).state, { timeout: 15_000, interval: 20 }).toBe(state);
    },
    effects: async (id) => {
      const sql = "select row_number, text, number from test.effects where import_id = $1 order by row_number";
      return (await database.pool.query<Effect>(sql, [id])).rows;
    },
    staged: async (id) => {
      const { rows } = await database.pool.query(
        "select count(*)::int as count from test.staged where import_id = $1",
        [id],
      );
      return rows[0].count as number;
    },
    close: async () => {
      await api.close();
      await database.close();
      await files.close();
    },
  };
  return site;
}
