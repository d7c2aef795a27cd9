import { pino } from "pino";
import { migrate } from "../../platform/db/migrate.ts";
import { provideDatabase, readEnvironment } from "../environment.ts";

/** `orrery migrate`: applies what is missing and names it. */
export async function migrateCommand(): Promise<void> {
  const server = await provideDatabase(readEnvironment(), pino({ level: "warn" }));
  try {
    const applied = await migrate(server.url);
    process.stdout.write(applied.length === 0 ? "The database is up to date.\n" : `Applied ${applied.join(", ")}.\n`);
  } finally {
    await server.release();
  }
}
