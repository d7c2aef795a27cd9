import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect } from "../client.ts";
import { loadOlist } from "./load.ts";
import { figuresOfApi } from "./reconcile-api.ts";
import { type Figures, figuresOfFiles } from "./reconcile-files.ts";

const START_LIMIT_MS = 60_000;

const PERMISSIONS = [
  "catalog:read",
  "catalog:write",
  "network:read",
  "network:write",
  "inventory:read",
  "inventory:write",
  "orders:read",
  "orders:write",
  "orders:cancel",
  "orders:migrate",
  "fulfillment:read",
  "fulfillment:write",
  "fulfillment:deliver",
  "tasks:read",
  "tasks:write",
];

/**
 * `npm run olist -- DIR`: loads the data set into Orrery through its public API and compares what the system says with
 * what the files say. With ORRERY_URL and ORRERY_KEY (a key with orders:migrate) into a running one, else into a new one
 * that is thrown away; `--keep` leaves that one running.
 */
const [directory] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
if (directory === undefined) throw new Error("Say where the files are: npm run olist -- DIR");
const server = process.env["ORRERY_URL"]
  ? { url: process.env["ORRERY_URL"], key: process.env["ORRERY_KEY"] ?? "", stop: async () => {} }
  : await startOwn();
try {
  const client = connect(server.url, server.key);
  await loadOlist(client, directory, (line) => process.stdout.write(`${line}\n`));
  const [ofFiles, ofApi] = [await figuresOfFiles(directory), await figuresOfApi(client)];
  process.exitCode = compare(ofFiles, ofApi) ? 0 : 1;
  if (process.argv.includes("--keep")) {
    process.stdout.write(`Orrery stays at ${server.url}, with the key ${server.key}; Ctrl-C ends it.\n`);
    await new Promise<void>((resolve) => process.once("SIGINT", () => resolve()));
  }
} finally {
  await server.stop();
}

function compare(ofFiles: Figures, ofApi: Figures): boolean {
  const rows = [...flatten(ofFiles), ...flatten(ofApi)].map(([name]) => name);
  const [left, right] = [new Map(flatten(ofFiles)), new Map(flatten(ofApi))];
  let equal = true;
  process.stdout.write(`\n${"figure".padEnd(36)}${"files".padStart(14)}${"Orrery".padStart(14)}\n`);
  for (const name of new Set(rows)) {
    const same = left.get(name) === right.get(name);
    equal &&= same;
    process.stdout.write(
      `${name.padEnd(36)}${String(left.get(name) ?? "–").padStart(14)}${String(right.get(name) ?? "–").padStart(14)}${same ? "" : "   differs"}\n`,
    );
  }
  process.stdout.write(equal ? "\nBoth sides agree.\n" : "\nThe sides differ.\n");
  return equal;
}

function flatten(figures: Figures): [string, number][] {
  return Object.entries(figures).flatMap(
    ([name, value]: [string, number | Record<string, number>]): [string, number][] =>
      typeof value === "number"
        ? [[name, value]]
        : Object.entries(value)
            .sort(([one], [other]) => (one < other ? -1 : 1))
            .map(([key, number]) => [`${name}: ${key}`, number]),
  );
}

async function startOwn(): Promise<{ url: string; key: string; stop: () => Promise<void> }> {
  const data = await mkdtemp(join(tmpdir(), "orrery-olist-"));
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const credentials = { email: "olist@example.com", password: crypto.randomUUID() };
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("../../server/src/main/cli.ts", import.meta.url)), "start"],
    {
      env: {
        ...process.env,
        PORT: String(port),
        ORRERY_DIR: data,
        ORRERY_ADMIN_EMAIL: credentials.email,
        ORRERY_ADMIN_PASSWORD: credentials.password,
      },
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  try {
    await untilReady(url);
    return { url, key: await createKey(url, credentials), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function untilReady(url: string): Promise<void> {
  for (
    const until = Date.now() + START_LIMIT_MS;
    Date.now() < until;
    await new Promise((resolve) => setTimeout(resolve, 200))
  ) {
    if (
      await fetch(`${url}/health/ready`).then(
        (response) => response.ok,
        () => false,
      )
    )
      return;
  }
  throw new Error("Orrery did not start within a minute.");
}

/** Signs in as the first user and makes a key with the permissions of a migration. */
async function createKey(url: string, credentials: { email: string; password: string }): Promise<string> {
  const headers = { "content-type": "application/json", origin: url };
  const session = await fetch(`${url}/v1/session`, { method: "POST", headers, body: JSON.stringify(credentials) });
  const cookie = session.headers.get("set-cookie")?.split(";")[0];
  if (!session.ok || cookie === undefined)
    throw new Error(`Signing in failed: ${session.status} ${await session.text()}`);
  const created = await fetch(`${url}/v1/api-keys`, {
    method: "POST",
    headers: { ...headers, cookie },
    body: JSON.stringify({ name: "Olist example", permissions: PERMISSIONS }),
  });
  const answer = (await created.json()) as { secret?: string };
  const key = answer.secret;
  if (!created.ok || key === undefined)
    throw new Error(`Creating a key failed: ${created.status} ${JSON.stringify(answer)}`);
  return key;
}
