import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase, type TestDatabase } from "../../test/harness/database.ts";

let files: TestDatabase;
beforeAll(async () => {
  files = await testDatabase();
});
afterAll(() => files.close());

test("a start that fails half-way ends the process, so that its supervisor starts another", {
  timeout: 60_000,
}, async () => {
  const cli = fileURLToPath(new URL("cli.ts", import.meta.url));
  const child = spawn(process.execPath, [cli, "worker"], {
    stdio: ["ignore", "ignore", "pipe"],
    // Refused when the first user is made: by then connections are open and refreshers run.
    env: { ...process.env, DATABASE_URL: files.url, ORRERY_ADMIN_PASSWORD: "short" },
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const killing = setTimeout(() => child.kill("SIGKILL"), 40_000);
  const code = await new Promise((resolve) => child.once("close", resolve));
  clearTimeout(killing);
  expect(errors).toContain("ORRERY_ADMIN_PASSWORD must have at least");
  expect(code).toBe(1);
});
