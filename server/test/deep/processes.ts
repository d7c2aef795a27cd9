import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../src/main/cli.ts", import.meta.url));
const START_LIMIT_MS = 60_000;

/** What a process writes when it is up. */
const UP = /^Orrery is ready|^Orrery's workers are running/m;
const RESTART_PAUSE_MS = 100;

/**
 * `orrery start|api|worker` in a process of its own, which can be killed and started again on the same port. Like whatever
 * supervises it in production, it starts a process again that could not come up (the database died meanwhile); one that
 * was up and ends by itself has a fault.
 */
export class OrreryProcess {
  readonly url: string;
  readonly #command: "start" | "api" | "worker";
  readonly #environment: Record<string, string>;
  #child: ChildProcess | undefined;
  /** What it has logged at level error, over all its lives, and ends that nobody asked for. */
  readonly failures: string[] = [];

  private constructor(command: OrreryProcess["command"], port: number, databaseUrl: string) {
    this.#command = command;
    this.url = `http://127.0.0.1:${port}`;
    this.#environment = {
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      ORRERY_ADMIN_PASSWORD: "correct horse battery",
    };
  }

  get command(): "start" | "api" | "worker" {
    return this.#command;
  }

  static async start(command: "start" | "api" | "worker", databaseUrl: string): Promise<OrreryProcess> {
    const made = new OrreryProcess(command, await freePort(), databaseUrl);
    await made.start();
    return made;
  }

  /** Milliseconds until it was ready: it answered, or (a worker) runs. */
  async start(): Promise<number> {
    const begun = performance.now();
    this.#spawn();
    if (this.#command === "worker") return 0;
    while (!(await this.isReady())) {
      if (performance.now() - begun > START_LIMIT_MS)
        throw new Error(`orrery ${this.#command} is not ready after a minute.`);
      await pause(10);
    }
    return performance.now() - begun;
  }

  #spawn(): void {
    const child = spawn(process.execPath, [CLI, this.#command], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ...this.#environment },
    });
    this.#child = child;
    let partial = "";
    let isUp = false;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      isUp ||= UP.test(partial + text);
      const lines = (partial + text).split("\n");
      partial = lines.pop()!;
      this.failures.push(...lines.filter((line) => line.includes('"level":50') || line.includes('"level":60')));
    });
    child.once("exit", (code) => {
      if (this.#child !== child) return;
      if (isUp) this.failures.push(`orrery ${this.#command} was up and ended with ${code}.`);
      setTimeout(() => {
        if (this.#child === child) this.#spawn();
      }, RESTART_PAUSE_MS);
    });
  }

  async isReady(): Promise<boolean> {
    return await fetch(`${this.url}/health/ready`).then(
      async (response) => {
        await response.arrayBuffer();
        return response.ok;
      },
      () => false,
    );
  }

  /** As the kernel does it when memory is out: no time for anything. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No port.");
  return address.port;
}
