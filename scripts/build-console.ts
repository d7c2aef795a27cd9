import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const CONSOLE = fileURLToPath(new URL("../console", import.meta.url));

/** What the built console depends on. Folders are among them, so that a deleted file counts as a change. */
const SOURCES = [
  "index.html",
  "package.json",
  "tsconfig.json",
  "*.ts",
  "../package-lock.json",
  "src",
  "src/**",
  "public/**",
];

/** Below this, one packet carries the file as it is. */
const SMALLEST_COMPRESSED_BYTES = 1_400;

/** Builds the console unless `console/dist` is newer than everything it is made of (a few ms to see). */
export async function buildConsoleIfStale(): Promise<void> {
  const built = join(CONSOLE, "dist/index.html");
  if (existsSync(built) && statSync(built).mtimeMs > newest(SOURCES)) return;
  await buildConsole();
}

async function buildConsole(): Promise<void> {
  console.log("Building the console …");
  const vite = createRequire(join(CONSOLE, "package.json")).resolve("vite/package.json");
  const build = spawn(process.execPath, [join(vite, "../bin/vite.js"), "build", "--logLevel", "warn"], {
    cwd: CONSOLE,
    stdio: "inherit",
  });
  const [code] = await once(build, "exit");
  if (code !== 0) throw new Error("The console could not be built; its errors stand above.");
  compress();
}

/** The server sends the compressed neighbors of a file to browsers that take them: 1.8 MB travel as 0.5 MB. */
function compress(): void {
  for (const path of globSync("dist/**/*.{html,js,css,svg}", { cwd: CONSOLE })) {
    const place = join(CONSOLE, path);
    const content = readFileSync(place);
    if (content.length < SMALLEST_COMPRESSED_BYTES) continue;
    writeFileSync(`${place}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
    writeFileSync(`${place}.gz`, gzipSync(content));
  }
}

function newest(patterns: string[]): number {
  const times = globSync(patterns, { cwd: CONSOLE }).map((path) => statSync(join(CONSOLE, path)).mtimeMs);
  return Math.max(...times);
}
