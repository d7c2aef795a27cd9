import { readFile, mkdir, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join, resolve } from "node:path";
import type { Logger } from "pino";
import type { TrustedProxies } from "../platform/http/server.ts";
import { type OutboundPolicy, parseAddressRange, PUBLIC_ONLY } from "../platform/outbound/address-policy.ts";
import { createSecretBox, newSecretKey, parseSecretKey, type SecretBox } from "../platform/secrets.ts";
import { awaitDatabase } from "./await-database.ts";
import { startEmbedded } from "./embedded.ts";
import { type Messaging, readMessaging } from "./messaging-settings.ts";

export interface Environment {
  port: number;
  host: string;
  directory: string;
  databaseUrl: string | undefined;
  adminEmail: string | undefined;
  adminPassword: string | undefined;
  trustProxy: TrustedProxies;
  /** The first one seals, all of them open; absent: one is kept in the directory. */
  secretKeys: Buffer[] | undefined;
  outboundPolicy: OutboundPolicy;
  messaging: Messaging;
}

/** Reads the environment once; a value that cannot be used is an error that names the variable. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const port = Number(variables["PORT"] ?? "4000");
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT must be a number from 0 to 65535, not ${variables["PORT"]}.`);
  const host = variables["HOST"] ?? "127.0.0.1";
  return {
    port,
    host,
    directory: resolve(variables["ORRERY_DIR"] ?? ".orrery"),
    databaseUrl: variables["DATABASE_URL"] || undefined,
    adminEmail: variables["ORRERY_ADMIN_EMAIL"] || undefined,
    adminPassword: variables["ORRERY_ADMIN_PASSWORD"] || undefined,
    trustProxy: readTrustedProxies(variables["ORRERY_TRUST_PROXY"] ?? ""),
    secretKeys: readSecretKeys(variables["ORRERY_SECRET_KEY"] ?? ""),
    outboundPolicy: readOutboundPolicy(
      variables["ORRERY_OUTBOUND_ALLOW"] ?? "",
      variables["ORRERY_OUTBOUND_PORTS"] ?? "",
    ),
    messaging: readMessaging(variables, `http://${host}:${port}`),
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

function readSecretKeys(text: string): Buffer[] | undefined {
  if (text === "") return undefined;
  return text.split(",").map((part) => {
    const key = parseSecretKey(part.trim());
    if (key === null)
      throw new Error("ORRERY_SECRET_KEY must be keys of 32 bytes in base64 or hexadecimal, parted by commas.");
    return key;
  });
}

function readOutboundPolicy(networks: string, ports: string): OutboundPolicy {
  const partsOf = (text: string): string[] => (text === "" ? [] : text.split(",").map((part) => part.trim()));
  return {
    allowedNetworks: partsOf(networks).map((part) => {
      const range = parseAddressRange(part);
      if (range === null)
        throw new Error(
          `ORRERY_OUTBOUND_ALLOW must be addresses and ranges parted by commas, such as 10.0.0.0/8, not ${networks}.`,
        );
      return range;
    }),
    ports:
      ports === ""
        ? PUBLIC_ONLY.ports
        : partsOf(ports).map((part) => {
            const port = Number(part);
            if (!Number.isInteger(port) || port < 1 || port > 65_535)
              throw new Error(`ORRERY_OUTBOUND_PORTS must be ports parted by commas, such as 443,80, not ${ports}.`);
            return port;
          }),
  };
}

/** With the keys of ORRERY_SECRET_KEY, or with one that is made at the first start and kept in ORRERY_DIR. */
export async function provideSecretBox({ secretKeys, directory }: Environment): Promise<SecretBox> {
  if (secretKeys !== undefined) return createSecretBox(secretKeys);
  const path = join(directory, "secret-key");
  await mkdir(directory, { recursive: true });
  // Of two processes that start at once one makes it, and both read it.
  await writeFile(path, `${newSecretKey()}\n`, { flag: "wx", mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  const key = parseSecretKey((await readFile(path, "utf8")).trim());
  if (key === null) throw new Error(`${path} does not hold a key of 32 bytes in base64.`);
  return createSecretBox([key]);
}

export interface DatabaseServer {
  url: string;
  stop(): Promise<void>;
  /** For a command that is done: leaves a server running that others use. */
  release(): Promise<void>;
}

/** The server of DATABASE_URL, or the embedded one in ORRERY_DIR. */
export async function provideDatabase(environment: Environment, log: Logger): Promise<DatabaseServer> {
  if (environment.databaseUrl !== undefined) {
    await awaitDatabase(environment.databaseUrl, log);
    return { url: environment.databaseUrl, stop: async () => {}, release: async () => {} };
  }
  return await startEmbedded({
    directory: join(environment.directory, "postgres"),
    log,
  });
}
