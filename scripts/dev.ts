import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * `npm run dev`: the server, restarted when its sources change, and the console from Vite on port 4001, which passes
 * API calls on to the server. Arguments go to `orrery start`, so `npm run dev -- --demo` works.
 */
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const children: ChildProcess[] = [];
let stopping = false;

function run(args: string[], folder: string): void {
  const child = spawn(process.execPath, args, { cwd: `${ROOT}${folder}`, stdio: "inherit" });
  child.on("exit", (code) => {
    if (!stopping) stop(code ?? 1);
  });
  children.push(child);
}

/** One ends, all end: half a development server only looks like a fault of the other half. */
function stop(code: number): void {
  stopping = true;
  process.exitCode = code;
  for (const child of children) child.kill("SIGTERM");
}

process.on("SIGINT", () => stop(0));
process.on("SIGTERM", () => stop(0));

run(
  ["--watch-path=server/src", "--watch-preserve-output", "server/src/main/cli.ts", "start", ...process.argv.slice(2)],
  "",
);
run(["../node_modules/vite/bin/vite.js"], "console");
