import { inject } from "vitest";
import type { DatabaseKind } from "./databases.ts";

export interface TestDatabase {
  url: string;
  /** Drops the database, whoever is still connected. */
  close: () => Promise<void>;
}

/** A database of one's own. Take one per test file. */
export async function testDatabase(kind: DatabaseKind = "migrated"): Promise<TestDatabase> {
  const url = await ask("POST", kind);
  return { url, close: async () => void (await ask("DELETE", "", url)) };
}

async function ask(method: string, path: string, body?: string): Promise<string> {
  const response = await fetch(
    `${inject("testDatabases")}/${path}`,
    body === undefined ? { method } : { method, body },
  );
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}
