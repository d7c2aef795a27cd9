import { systemClock } from "../../src/platform/clock.ts";
import { openDatabase } from "../../src/platform/db/database.ts";
import { startImportWorker } from "../../src/platform/imports/run-imports.ts";
import { thingsKind } from "./things.ts";

/** A worker in a process of its own, to be killed. Chunks take a while, so that a kill finds one under way. */
const CHUNK_MS = 10;
const kind = thingsKind(() => new Promise((resolve) => setTimeout(resolve, CHUNK_MS)));
const log = { error: console.error, warn: console.warn };
startImportWorker({
  database: openDatabase({ url: process.argv[2]! }),
  clock: systemClock,
  kinds: [kind],
  log,
  pollMs: 20,
});
