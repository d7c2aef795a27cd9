import { isIP } from "node:net";
import { join, resolve } from "node:path";
import type { Logger } from "pino";
import type { TrustedProxies } from "../platform/http/server.ts";
import { awaitDatabase } from "./await-database.ts";
import { startEmbedded } from "./embedded.ts";

export interface Environment {
  port: number;
  host: string;
  directory: string;
  databaseUrl: string | undefined;
  adminEmail: string | undefined;
  adminPassword: string | undefined;
  trustProxy: TrustedProxies;
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
    trustProxy: readTrustedProxies(variables["ORRERY_TRUST_PROXY"] ?? ""),
  };
}

const NAMED_RANGES = ["loopback", "linklocal", "uniquelocal"];

function readTrustedProxies(text: string): TrustedProxies {
  if (text === "") return false;
  const places = text.split(",").map((place) => place.trim());
  for (const place of places) {
    if (!NAMED_RANGES.includes(place) && !isRange(place))
      throw new Error(
        `ORRERY_TRUST_PROXY must be addresses and ranges parted by commas, such as 10.0.0.0/8 or loopback, not ${text}.`,
      );
  }
  return places;
}

function isRange(place: string): boolean {
  const [address, bits, ...rest] = place.split("/");
  const version = isIP(address!);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
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
