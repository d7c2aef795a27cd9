import { pino } from "pino";
import { type Database, openDatabase } from "../../platform/db/database.ts";
import { provideDatabase, readEnvironment } from "../environment.ts";

/** Runs a command on the database of DATABASE_URL, or on the embedded one, which is started when it does not run. */
export async function withDatabase(command: string, work: (database: Database) => Promise<void>): Promise<void> {
  const server = await provideDatabase(readEnvironment(), pino({ level: "warn" }));
  const database = openDatabase({ url: server.url, connections: 2, applicationName: `orrery ${command}` });
  try {
    await work(database);
  } finally {
    await database.close();
    await server.release();
  }
}
