#!/usr/bin/env node
import { Command } from "commander";
import { version } from "./version.ts";

/** The command line: each command's code is loaded only when it runs. */
const program = new Command("orrery").description("Order management: availability, orders, sourcing, fulfillment.").version(version);

program
  .command("start")
  .description("API, workers and console in one process, with an embedded PostgreSQL unless DATABASE_URL is set")
  .option("--demo", "fill an empty database with a believable retailer and keep a trading day moving")
  .action(async (options: { demo?: boolean }) => (await import("./start.ts")).start({ api: true, worker: true, demo: options.demo ?? false }));

program
  .command("api")
  .description("only the API and the console")
  .action(async () => (await import("./start.ts")).start({ api: true, worker: false, demo: false }));

program
  .command("worker")
  .description("only the workers: event feed, imports, sourcing of waiting orders")
  .action(async () => (await import("./start.ts")).start({ api: false, worker: true, demo: false }));

program
  .command("migrate")
  .description("bring the database's structure up to this release")
  .action(async () => (await import("./migrate-command.ts")).migrateCommand());

program
  .command("audit")
  .description("prove on the live database that every counter equals its ledger and nothing is promised beyond the truth")
  .action(async () => (await import("./audit-command.ts")).auditCommand());

await program.parseAsync();
