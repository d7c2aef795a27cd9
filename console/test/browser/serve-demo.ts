import { spawn } from "node:child_process";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { buildConsoleIfStale } from "../../../scripts/build-console.ts";

export const CREDENTIALS = { email: "admin@example.com", password: "correct-horse-battery" };
const CLI = fileURLToPath(new URL("../../../server/src/main/cli.ts", import.meta.url));
const SEED_LIMIT_MS = 150_000;

declare module "vitest" {
  interface ProvidedContext {
    url: string;
    /** Of the server's own PostgreSQL, for clocks that a test moves. */
    databaseUrl: string;
  }
}

/** Starts Orrery with the demo's retailer, once for all tests, and waits until it is filled in; ORRERY_URL names one that runs already. */
export default async function serveDemo(project: TestProject): Promise<(() => Promise<void>) | void> {
  const running = process.env["ORRERY_URL"];
  if (running !== undefined) {
    project.provide("url", running);
    project.provide("databaseUrl", process.env["DATABASE_URL"] ?? "");
    return;
  }
  const { url, databaseUrl, stop } = await serveOrrery();
  project.provide("url", url);
  project.provide("databaseUrl", databaseUrl);
  return stop;
}

export interface Served {
  url: string;
  databaseUrl: string;
  stop: () => Promise<void>;
}

/** A filled-in Orrery of its own in a throw-away directory, for tests that need it set up in another way. */
export async function serveOrrery(settings: Readonly<Record<string, string>> = {}): Promise<Served> {
  await buildConsoleIfStale();
  const data = await mkdtemp(join(tmpdir(), "orrery-browser-"));
  await chmod(data, 0o755);
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const child = spawn(process.execPath, [CLI, "start", "--demo"], {
    env: {
      ...process.env,
      PORT: String(port),
      ORRERY_DIR: data,
      // Tests receive webhooks on this machine.
      ORRERY_OUTBOUND_ALLOW: "127.0.0.1",
      ORRERY_ADMIN_EMAIL: CREDENTIALS.email,
      ORRERY_ADMIN_PASSWORD: CREDENTIALS.password,
      ...settings,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  try {
    await new Promise<void>((resolve, reject) => {
      let output = "";
      const limit = setTimeout(
        () => reject(new Error(`The demo was not filled in within ${SEED_LIMIT_MS / 1000} s:\n${output}`)),
        SEED_LIMIT_MS,
      );
      child.stdout.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (!output.includes("was filled in")) return;
        clearTimeout(limit);
        resolve();
      });
      child.once("exit", (code) => reject(new Error(`The server ended with ${code}:\n${output}`)));
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, databaseUrl: await databaseUrlOf(data), stop };
}

/** What `orrery start` leaves for the commands beside it. */
async function databaseUrlOf(directory: string): Promise<string> {
  const [port, password] = await Promise.all(
    ["port", "password"].map(async (name) => (await readFile(join(directory, "postgres", name), "utf8")).trim()),
  );
  return `postgresql://postgres:${password}@127.0.0.1:${port}/orrery`;
}
