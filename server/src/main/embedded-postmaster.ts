import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { copyFile, readFile, rename, rm, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Cluster, ENVIRONMENT, type Log } from "./embedded-cluster.ts";

/** The server's processes: found by /proc, launched, waited for, ended. */

const POLL_MS = 20;
/** Replaying the log after a crash takes seconds; a server that is not ready in ten minutes needs a person. */
export const STARTUP_LIMIT_MS = 600_000;
const STARTUP_NEWS_MS = 10_000;

/** Fast shutdown rolls back what runs and writes a checkpoint; after this, recovery at the next start does the rest. */
const FAST_SHUTDOWN_MS = 30_000;
const IMMEDIATE_SHUTDOWN_MS = 10_000;
const ORPHAN_LIMIT_MS = 30_000;

const LOG_BYTES = 16 * 1024 * 1024;
const OLD_LOGS = 4;
const TOLD_LINES = 12;

interface PidFile {
  pid: number;
  status: string;
}

/** PostgreSQL's own record of its server: process on line 1, state on line 8. */
function readPidFile(data: string): PidFile | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const pid = Number(lines[0]);
  return Number.isSafeInteger(pid) && pid > 0 ? { pid, status: (lines[7] ?? "").trim() } : undefined;
}

/**
 * Whether the process is a PostgreSQL of this data directory. Its working directory tells, where a bare number may
 * belong by now to a zombie (containers without an init) or to a stranger.
 */
export function isServerProcess(pid: number, data: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === data && readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "postgres";
  } catch {
    // Ended, a zombie, or another user's: not ours in any case.
    return false;
  }
}

function serverProcesses(data: string): number[] {
  const pids = readdirSync("/proc").map(Number);
  return pids.filter((pid) => Number.isSafeInteger(pid) && isServerProcess(pid, data));
}

/** The server that an earlier owner left behind when it was killed, once it is ready. */
export async function findPostmaster(cluster: Cluster): Promise<number | undefined> {
  for (const deadline = Date.now() + STARTUP_LIMIT_MS; Date.now() < deadline; await pause(POLL_MS)) {
    const file = readPidFile(cluster.data);
    if (file === undefined || !isServerProcess(file.pid, cluster.data)) return undefined;
    if (file.status === "ready") return file.pid;
  }
  throw new Error(`A PostgreSQL is running in ${cluster.data} and has been neither ready nor gone for ten minutes.`);
}

/** Starts the server and returns its process number when it accepts connections. */
export async function launchPostmaster(cluster: Cluster, log: Log, stopping: AbortSignal): Promise<number> {
  await clearAway(cluster);
  await rotateLog(cluster.logFile);
  const output = openSync(cluster.logFile, "a", 0o600);
  const alreadyLogged = (await stat(cluster.logFile)).size;
  let failure: string | undefined;
  const child = spawn(join(cluster.binaries, "postgres"), ["-D", cluster.data], {
    ...cluster.user,
    cwd: "/",
    env: ENVIRONMENT,
    // A session of its own: Ctrl-C in the terminal reaches Node alone, which drains before it stops the database.
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  child.once("error", (error) => (failure = error.message));
  child.once("exit", (code, signal) => (failure ??= `it ended with ${signal ?? `exit code ${code}`}`));
  child.unref();

  const started = Date.now();
  let nextNews = started + STARTUP_NEWS_MS;
  for (;;) {
    const file = readPidFile(cluster.data);
    if (file !== undefined && file.pid === child.pid && file.status === "ready") return file.pid;
    if (failure !== undefined) throw await explainFailure(cluster, failure, alreadyLogged);
    if (stopping.aborted || Date.now() - started > STARTUP_LIMIT_MS) {
      if (child.pid !== undefined) await shutDown(child.pid, cluster, log);
      throw await explainFailure(cluster, "it was stopped before it was ready", alreadyLogged);
    }
    if (Date.now() > nextNews) {
      log.info(`PostgreSQL is recovering; see ${cluster.logFile}`);
      nextNews += STARTUP_NEWS_MS;
    }
    await pause(POLL_MS);
  }
}

/** PostgreSQL says why it does not start in its log only. */
async function explainFailure(cluster: Cluster, failure: string, alreadyLogged: number): Promise<Error> {
  const written = (await readFile(cluster.logFile)).subarray(alreadyLogged).toString("utf8").trimEnd();
  const reasons = written.split("\n").slice(-TOLD_LINES).join("\n");
  return new Error(`The embedded PostgreSQL did not start: ${failure}.\n${reasons}\nLog: ${cluster.logFile}`);
}

/**
 * Makes room for a new server. Backends that outlive their killed postmaster would write beside it, so they end
 * first: what they have committed is in the log, and what they have not was not acknowledged.
 * A number in postmaster.pid that lives on as a zombie or a stranger would make PostgreSQL refuse to start; a number
 * that is gone is left to PostgreSQL's own checks.
 */
async function clearAway(cluster: Cluster): Promise<void> {
  const deadline = Date.now() + ORPHAN_LIMIT_MS;
  for (let orphans = serverProcesses(cluster.data); orphans.length > 0; orphans = serverProcesses(cluster.data)) {
    if (Date.now() > deadline) throw new Error(`Processes of the last PostgreSQL do not end: ${orphans.join(", ")}`);
    for (const pid of orphans) send(pid, "SIGKILL");
    await pause(POLL_MS);
  }
  const file = readPidFile(cluster.data);
  if (file !== undefined && exists(file.pid)) await rm(join(cluster.data, "postmaster.pid"));
}

/** Ends the server: sessions are cut, transactions rolled back, a checkpoint written. */
export async function shutDown(pid: number, cluster: Cluster, log: Log): Promise<void> {
  const hasEnded = async (limitMs: number): Promise<boolean> => {
    for (const deadline = Date.now() + limitMs; Date.now() < deadline; await pause(POLL_MS)) {
      if (!isServerProcess(pid, cluster.data)) return true;
    }
    return false;
  };
  if (!isServerProcess(pid, cluster.data)) return;
  send(pid, "SIGINT");
  if (await hasEnded(FAST_SHUTDOWN_MS)) return;
  log.warn(`PostgreSQL did not end in ${FAST_SHUTDOWN_MS / 1000} s; it is cut off and recovers at the next start.`);
  send(pid, "SIGQUIT");
  if (await hasEnded(IMMEDIATE_SHUTDOWN_MS)) return;
  send(pid, "SIGKILL");
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended between the look and the signal.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/**
 * Keeps five logs of 16 MB. PostgreSQL holds the file open and appends, so it is copied and emptied rather than
 * renamed; a line written between the two is lost.
 */
export async function rotateLog(file: string): Promise<void> {
  const found = await stat(file).catch(ignoreMissing);
  if (found === undefined || found.size < LOG_BYTES) return;
  for (let age = OLD_LOGS - 1; age > 0; age--) {
    await rename(`${file}.${age}`, `${file}.${age + 1}`).catch(ignoreMissing);
  }
  await copyFile(file, `${file}.1`);
  await truncate(file);
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
