import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

/** `npm run check`: everything that is known without running the system. The slow ones stand first. */
const CHECKS: Record<string, string> = {
  "generated files are current": "node scripts/generate.ts --check",
  "types of the server": "tsc -p .",
  "types of the console": "tsc -p console && tsc -p console/test",
  lint: "oxlint --format=unix",
  "unused files, exports and dependencies": "knip",
  "house rules": "node scripts/tidy.ts",
  format: "biome format --reporter=summary",
};

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const failures: string[] = [];

async function runAll(): Promise<void> {
  const waiting = Object.entries(CHECKS);
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await run(...next);
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work));
}

async function run(name: string, command: string): Promise<void> {
  const started = performance.now();
  const { code, output } = await outcomeOf(command);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${code === 0 ? "ok    " : "FAILED"}  ${name} (${seconds} s)`);
  if (code === 0) return;
  failures.push(name);
  console.log(`${output.trimEnd()}\n`);
}

function outcomeOf(command: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(command, {
    cwd: ROOT,
    shell: true,
    env: { ...process.env, PATH: `${ROOT}node_modules/.bin:${process.env["PATH"]}` },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

await runAll();
const total = Object.keys(CHECKS).length;
console.log(`check: ${total - failures.length} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
