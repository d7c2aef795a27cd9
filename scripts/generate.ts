import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { collectEvents, listEventTypes } from "./generate/collect-events.ts";
import { generateConsoleClient, readFolder } from "./generate/console-client.ts";
import { describeServer } from "./generate/describe-server.ts";

/**
 * `npm run generate` rewrites the files that are derived from the code and committed; with `--check` it changes
 * nothing and fails when one of them is not what the code says.
 */
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CLIENT = "console/src/api/generated";
const EVENT_TYPES = "console/src/api/event-types.gen.ts";

async function derive(): Promise<Map<string, string>> {
  const { openapi, schema } = await describeServer();
  const client = await generateConsoleClient(openapi);
  const events = await collectEvents(ROOT);
  return new Map([
    ["server/openapi.json", openapi],
    ["server/schema.sql", schema],
    ["server/events.json", events],
    [EVENT_TYPES, listEventTypes(events)],
    ...[...client].map(([path, text]): [string, string] => [`${CLIENT}/${path}`, text]),
  ]);
}

/** What lies there now, including files of the client that are no longer generated. */
async function present(paths: Iterable<string>): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const [path, text] of await readFolder(join(ROOT, CLIENT))) found.set(`${CLIENT}/${path}`, text);
  for (const path of paths) {
    if (path.startsWith(CLIENT)) continue;
    const text = await readFile(join(ROOT, path), "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
    if (text !== undefined) found.set(path, text);
  }
  return found;
}

async function write(path: string, text: string | undefined): Promise<void> {
  const place = join(ROOT, path);
  if (text === undefined) return await rm(place);
  await mkdir(dirname(place), { recursive: true });
  await writeFile(place, text);
}

const wanted = await derive();
const found = await present(wanted.keys());
const stale = [...new Set([...wanted.keys(), ...found.keys()])].filter((path) => wanted.get(path) !== found.get(path));

if (process.argv.includes("--check")) {
  for (const path of stale) console.log(`${path} is not what the code says`);
  if (stale.length > 0) console.log("mend: npm run generate, and commit what it changed");
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const path of stale) {
    await write(path, wanted.get(path));
    console.log(`${wanted.has(path) ? "wrote" : "removed"} ${path}`);
  }
  if (stale.length === 0) console.log("Everything generated is current.");
}
