import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/**
 * As `npm start` does it. Left alone, Node lets the young generation grow to 100 MB on a machine with much memory: the
 * server then takes 315 MB where it takes 220, for no measurable difference in CPU.
 */
const NODE_ARGUMENTS = ["--max-semi-space-size=16"];
/** The check of every npm script, and what answers `usage()`. */
const IMPORTS = ["../../scripts/require-node.js", "meter.js"].flatMap((file) => [
  "--import",
  fileURLToPath(new URL(file, import.meta.url)),
]);
const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 10_000;

export interface ServerOptions {
  /** `start` has the workers in the same process, `api` has not. */
  command?: "start" | "api";
  /** Over those that every bench gets: port, database, data directory, first user, log level. */
  env?: Record<string, string>;
  /** Arguments of Node before the file, for example `--cpu-prof`. */
  nodeArguments?: readonly string[];
}

export interface ProcessOptions extends Omit<ServerOptions, "command"> {
  file: string;
  args: readonly string[];
  /** Where its output goes. */
  logFile: string;
  /** Answers 200 as soon as the process is ready. */
  readyPath: string;
}

/** What meter.js answers. */
export interface Usage {
  /** Microseconds of CPU, all threads. */
  cpu: number;
  /** Bytes. */
  rss: number;
  heapUsed: number;
  external: number;
  /** Milliseconds that the event loop was held up at most since `watchStalls` was asked for; 0 before. */
  longestStall: number;
}

/** A server in a process of its own that can be called and asked what it uses. */
export class ServerProcess {
  readonly url: string;
  /** Milliseconds from the spawn to the first answer. */
  readonly startedInMs: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string, startedInMs: number) {
    this.#child = child;
    this.url = url;
    this.startedInMs = startedInMs;
  }

  static async start(options: ProcessOptions): Promise<ServerProcess> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const begun = performance.now();
    const child = spawn(
      process.execPath,
      [...NODE_ARGUMENTS, ...(options.nodeArguments ?? []), ...IMPORTS, options.file, ...options.args],
      { stdio: ["ignore", "pipe", "pipe", "ipc"], env: { ...process.env, PORT: String(port), ...options.env } },
    );
    const log = createWriteStream(options.logFile);
    child.stdout!.pipe(log, { end: false });
    child.stderr!.pipe(log, { end: false });
    while (!(await answers(`${url}${options.readyPath}`))) {
      const late = performance.now() - begun > START_LIMIT_MS;
      if (late) child.kill("SIGKILL");
      if (late || child.exitCode !== null)
        throw new Error(`${options.file} did not start:\n${await tail(options.logFile)}`);
      await pause(5);
    }
    return new ServerProcess(child, url, performance.now() - begun);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  async usage(message: "usage" | "watchStalls" = "usage"): Promise<Usage> {
    const answer = once(this.#child, "message");
    this.#child.send(message);
    return (await answer)[0] as Usage;
  }

  /** Microseconds of CPU that the process spends while `work` runs. */
  async cpuDuring<T>(work: () => Promise<T>): Promise<{ result: T; cpu: number }> {
    const before = await this.usage();
    const result = await work();
    return { result, cpu: (await this.usage()).cpu - before.cpu };
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    const stopped = await Promise.race([ended.then(() => true), pause(STOP_LIMIT_MS, false, { ref: false })]);
    if (!stopped) this.#child.kill("SIGKILL");
    await ended;
  }
}

async function tail(file: string): Promise<string> {
  return (await readFile(file, "utf8")).slice(-4_000);
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false; // Nobody listens yet.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No free port.");
  return address.port;
}
