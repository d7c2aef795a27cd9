import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { pino } from "pino";
import { buildApi } from "../../server/src/main/api.ts";
import { openApplication } from "../../server/src/main/application.ts";
import { startEmbedded } from "../../server/src/main/embedded.ts";
import { migrate } from "../../server/src/platform/db/migrate.ts";
import { createSecretBox } from "../../server/src/platform/secrets.ts";
import { describeSchema } from "./describe-schema.ts";

/** What a server on a fresh database says of itself: its OpenAPI document and the structure of its database. */
export async function describeServer(): Promise<{ openapi: string; schema: string }> {
  const directory = await mkdtemp(join(tmpdir(), "orrery-generate-"));
  const log = { info: () => undefined, warn: (message: string) => console.warn(message) };
  const embedded = await startEmbedded({ directory, log, settings: { fsync: "off" } });
  try {
    await migrate(embedded.url);
    return { schema: await readSchema(embedded.url), openapi: await readOpenApi(embedded.url) };
  } finally {
    await embedded.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function readSchema(url: string): Promise<string> {
  const client = new Client(url);
  await client.connect();
  try {
    return await describeSchema(client);
  } finally {
    await client.end();
  }
}

async function readOpenApi(databaseUrl: string): Promise<string> {
  const application = await openApplication({
    databaseUrl,
    log: pino({ level: "silent" }),
    secrets: createSecretBox([randomBytes(32)]),
  });
  try {
    const server = await buildApi(application, false);
    await server.ready();
    const document = server.swagger();
    await server.close();
    return `${JSON.stringify(document, null, 2)}\n`;
  } finally {
    await application.close();
  }
}
