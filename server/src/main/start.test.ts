import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase, type TestDatabase } from "../../test/harness/database.ts";

const CLI = fileURLToPath(new URL("cli.ts", import.meta.url));

let files: TestDatabase;
beforeAll(async () => {
  files = await testDatabase();
});
afterAll(() => files.close());

test("a start that fails half-way ends the process, so that its supervisor starts another", {
  timeout: 60_000,
}, async () => {
  const child = spawn(process.execPath, [CLI, "worker"], {
    stdio: ["ignore", "pipe", "pipe"],
    // Refused when the first user is made: by then connections are open and refreshers run.
    env: { ...process.env, DATABASE_URL: files.url, ORRERY_ADMIN_PASSWORD: "short" },
  });
  const [output, errors] = [text(child.stdout), text(child.stderr)];
  const killing = setTimeout(() => child.kill("SIGKILL"), 40_000);
  const code = await new Promise((resolve) => child.once("close", resolve));
  clearTimeout(killing);
  expect(await errors).toContain("ORRERY_ADMIN_PASSWORD must have at least");
  expect(code).toBe(1);
  // The first start writes roles and documents; there are partitions for them by then, and nobody is warned of rows without.
  expect(await output).toBe("");
});

test("a process that is killed leaves what it compiled to the next one, which is back the sooner (reliability 1)", {
  timeout: 60_000,
}, async () => {
  const cache = await mkdtemp(join(tmpdir(), "orrery-compiled-"));
  const child = spawn(process.execPath, [CLI, "worker"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, DATABASE_URL: files.url, NODE_COMPILE_CACHE: cache },
  });
  const ended = once(child, "exit");
  await Promise.race([saysThatItRuns(child.stdout), ended]);
  child.kill("SIGKILL");
  await ended;
  const left = await readdir(cache, { recursive: true });
  await rm(cache, { recursive: true });
  expect(left.length).toBeGreaterThan(300);
});

/** What it logs before, on a machine that keeps it waiting, does not count. */
async function saysThatItRuns(output: Readable): Promise<void> {
  let said = "";
  for await (const chunk of output) {
    said += String(chunk);
    if (said.includes("Orrery's workers are running.")) return;
  }
}
