#!/usr/bin/env -S node --max-semi-space-size=16
import { enableCompileCache } from "node:module";
import { Command } from "commander";
import { version } from "./version.ts";

// Keeps what Node has compiled and stripped of types for the next start, which then takes half the time.
enableCompileCache();

/** The command line: each command's code is loaded only when it runs. */
const program = new Command("orrery")
  .description("Order management: availability, orders, sourcing, fulfillment.")
  .version(version);

program
  .command("start")
  .description("API, workers and console in one process, with an embedded PostgreSQL unless DATABASE_URL is set")
  .option("--demo", "fill an empty database with a believable retailer and keep a trading day moving")
  .action(async (options: { demo?: boolean }) =>
    (await import("./start.ts")).start({ api: true, worker: true, demo: options.demo ?? false }),
  );

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
  .action(async () => (await import("./commands/migrate.ts")).migrateCommand());

program
  .command("audit")
  .description(
    "prove on the live database that every counter equals its ledger and nothing is promised beyond the truth",
  )
  .action(async () => (await import("./commands/audit.ts")).auditCommand());

const collect = (value: string, all: string[]): string[] => [...all, value];

program
  .command("user <email>")
  .description("add a user")
  .option("--name <name>", "shown beside what the user does")
  .option("--role <role>", "a role; repeat for more", collect, [])
  .option("--location <code>", "limit to this location; repeat for more", collect, [])
  .option("--password <password>", "else one is generated and printed once")
  .action(async (email: string, options) => (await import("./commands/user.ts")).userCommand(email, options));

program
  .command("key <name>")
  .description("make an API key and print it")
  .option("--permission <permission>", "a permission; repeat for more; all of them when absent", collect, [])
  .option("--channel <code>", "limit to this channel; repeat for more", collect, [])
  .option("--location <code>", "limit to this location; repeat for more", collect, [])
  .option("--expires <time>", "when it ends (ISO 8601)")
  .action(async (name: string, options) => (await import("./commands/key.ts")).keyCommand(name, options));

program
  .command("import <kind> <file>")
  .description(
    "upload a CSV file (stock, skus, locations, networks, channels) to a running Orrery and follow it to its end",
  )
  .option("--url <url>", "where Orrery runs", "http://127.0.0.1:4000")
  .option("--key <key>", "API key; else ORRERY_KEY")
  .option("--option <name=value>", "an option of the kind, such as source=wms; repeat for more", collect, [])
  .action(async (kind: string, file: string, options) =>
    (await import("./commands/transfer.ts")).importCommand(kind, file, options.option, options),
  );

const config = program
  .command("config")
  .description("what business users have published (workflows, rules, templates) as files, from one Orrery to another");

const atOrrery = (command: Command): Command =>
  command
    .option("--url <url>", "where Orrery runs", "http://127.0.0.1:4000")
    .option("--key <key>", "API key; else ORRERY_KEY");

atOrrery(config.command("export <path>"))
  .description(
    "write every document in force to a file of its own below a directory, or all to one file (configuration.json)",
  )
  .action(async (path: string, options) => (await import("./commands/config.ts")).exportConfig(path, options));

atOrrery(config.command("diff <path>"))
  .description("tell what importing the files would change; exit code 1 when there is something")
  .action(async (path: string, options) => (await import("./commands/config.ts")).diffConfig(path, options));

atOrrery(config.command("import <path>"))
  .description("publish the files that differ from what is in force")
  .option("--note <note>", "why, for those who look at the versions later", "Imported from files.")
  .option("--replace-drafts", "also where somebody works on a draft, which is lost")
  .action(async (path: string, options) => (await import("./commands/config.ts")).importConfig(path, options));

program
  .command("export <list> [file]")
  .description("write a whole list (orders, positions, skus, locations, networks, channels) as CSV")
  .option("--url <url>", "where Orrery runs", "http://127.0.0.1:4000")
  .option("--key <key>", "API key; else ORRERY_KEY")
  .action(async (list: string, file: string | undefined, options) =>
    (await import("./commands/transfer.ts")).exportCommand(list, file, options),
  );

program
  .command("backup <directory>")
  .description("one snapshot of the whole database into a new directory, taken while it is used")
  .action(async (directory: string) => (await import("./commands/backup.ts")).backupCommand(directory));

program
  .command("restore <directory>")
  .description("a backup into a new, empty database")
  .action(async (directory: string) => (await import("./commands/backup.ts")).restoreCommand(directory));

program
  .command("doctor")
  .description("look at what the person at night would look at, and say what to do")
  .action(async () => (await import("./commands/doctor.ts")).doctorCommand());

program
  .command("simulate-recommendations")
  .description("what recommending only what lies together would have changed in the orders of this database")
  .action(async () => (await import("./commands/simulate-recommendations.ts")).simulateRecommendationsCommand());

program
  .command("demo")
  .description("start with the demo's retailer (start --demo)")
  .action(async () => (await import("./start.ts")).start({ api: true, worker: true, demo: true }));

program.parseAsync().catch((error: unknown) => {
  // What a failed start has opened already would keep the process alive, doing nothing, and nobody would start another.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`, () => process.exit(1));
});
