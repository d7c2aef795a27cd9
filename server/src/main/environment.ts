import { join, resolve } from "node:path";
import type { Logger } from "pino";
import { awaitDatabase } from "./await-database.ts";
import { startEmbedded } from "./embedded.ts";

export interface Environment {
  port: number;
  host: string;
  directory: string;
  databaseUrl: string | undefined;
  adminEmail: string | undefined;
  adminPassword: string | undefined;
}

/** Reads the environment once; a value that cannot be used is an error that names the variable. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const port = Number(variables["PORT"] ?? "4000");
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT must be a number from 0 to 65535, not ${variables["PORT"]}.`);
  return {
    port,
    host: variables["HOST"] ?? "127.0.0.1",
    directory: resolve(variables["ORRERY_DIR"] ?? ".orrery"),
    databaseUrl: variables["DATABASE_URL"] || undefined,
    adminEmail: variables["ORRERY_ADMIN_EMAIL"] || undefined,
    adminPassword: variables["ORRERY_ADMIN_PASSWORD"] || undefined,
  };
}

export interface DatabaseServer {
  url: string;
  stop(): Promise<void>;
}

/** The server of DATABASE_URL, or the embedded one in ORRERY_DIR. */
export async function provideDatabase(environment: Environment, log: Logger): Promise<DatabaseServer> {
  if (environment.databaseUrl !== undefined) {
    await awaitDatabase(environment.databaseUrl, log);
    return { url: environment.databaseUrl, stop: async () => {} };
  }
  return await startEmbedded({
    directory: join(environment.directory, "postgres"),
    log,
  });
}
