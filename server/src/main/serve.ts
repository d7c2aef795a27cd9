import { flushCompileCache } from "node:module";
import type { Logger } from "pino";
import { ensureFirstUser } from "../access/public.ts";
import { openDatabase } from "../platform/db/database.ts";
import { keepPartitions } from "../platform/db/keep-partitions.ts";
import { migrate } from "../platform/db/migrate.ts";
import { buildApi } from "./api.ts";
import { openApplication } from "./application.ts";
import { type Demo, startDemo } from "./demo.ts";
import { serveDemoPictures } from "./demo-pictures.ts";
import { type Environment, provideSecretBox } from "./environment.ts";
import type { StartOptions } from "./start.ts";
import { startWorker } from "./worker.ts";

/** Requests under way may finish for this long after Ctrl-C; then the process ends all the same. */
const DRAIN_LIMIT_MS = 30_000;

/** From the open database until it was asked to stop. */
export async function serve(
  options: StartOptions,
  environment: Environment,
  databaseUrl: string,
  stopping: Promise<void>,
  log: Logger,
): Promise<void> {
  await migrate(databaseUrl);
  await preparePartitions(databaseUrl, log);
  const secrets = await provideSecretBox(environment);
  const { outboundPolicy, messaging } = environment;
  const application = await openApplication({ databaseUrl, log, secrets, outboundPolicy, messaging });
  const firstUser = await ensureFirstUser(application.database, {
    email: environment.adminEmail,
    password: environment.adminPassword,
  });
  const worker = options.worker ? startWorker(application, log) : null;
  const api = options.api ? await buildApi(application, log, environment.trustProxy) : null;
  let demo: Demo | null = null;
  if (api !== null && options.demo) serveDemoPictures(api);
  const address = await api?.listen({ port: environment.port, host: environment.host });
  // By itself Node writes the cache when it ends in good order. A process that is killed would leave the next one to
  // compile everything again: 2.5 s until it is ready instead of 1.1 s. Takes 90 ms the first time, 3 ms later.
  flushCompileCache();
  if (address === undefined) process.stdout.write("Orrery's workers are running.\n");
  else {
    if (options.demo) demo = await startDemo(application.database, environment.directory, address, new Date());
    announce(address, firstUser, demo);
  }

  await stopping;
  setTimeout(() => process.exit(1), DRAIN_LIMIT_MS).unref();
  await demo?.stop();
  application.reader.stop();
  await api?.close();
  await worker?.stop();
  await application.close();
}

/** Before anything is written: at the first start the shipped documents and roles are already entries of ledgers. */
async function preparePartitions(url: string, log: Logger): Promise<void> {
  const database = openDatabase({ url, connections: 1 });
  await keepPartitions(database, log);
  await database.close();
}

function announce(
  address: string,
  firstUser: { email: string; generatedPassword: string | null } | null,
  demo: Demo | null,
): void {
  const lines = [`Orrery is ready: ${address}`, `API reference:   ${address}/docs`];
  if (firstUser === null) lines.push("Sign in with the user that you have; npx orrery user adds one.");
  else if (firstUser.generatedPassword === null)
    lines.push(`Sign in as ${firstUser.email} with ORRERY_ADMIN_PASSWORD.`);
  else lines.push(`Sign in as ${firstUser.email} with the password ${firstUser.generatedPassword} (shown only now).`);
  if (demo !== null) lines.push(`Demo API key:    ${demo.key} (also in ${demo.keyFile})`);
  process.stdout.write(`${lines.join("\n")}\n`);
}
