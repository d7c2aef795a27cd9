import { pino } from "pino";
import { runAudit } from "../platform/db/audit-check.ts";
import { openDatabase } from "../platform/db/database.ts";
import { auditChecks } from "../reporting/public.ts";
import { provideDatabase, readEnvironment } from "./environment.ts";

/** `orrery audit`: proves the promises on the live database; exit code 1 and a list when one is broken. */
export async function auditCommand(): Promise<void> {
  const server = await provideDatabase(readEnvironment(), pino({ level: "warn" }));
  const database = openDatabase({ url: server.url, connections: 1, applicationName: "orrery audit" });
  try {
    const results = await runAudit(database, auditChecks);
    for (const { name, violations, more, durationMs } of results) {
      process.stdout.write(`${violations.length === 0 ? "holds " : "BROKEN"}  ${name}  (${Math.round(durationMs)} ms)\n`);
      for (const violation of violations) process.stdout.write(`        ${JSON.stringify(violation)}\n`);
      if (more) process.stdout.write("        … and more\n");
    }
    const broken = results.filter((result) => result.violations.length > 0).length;
    process.stdout.write(broken === 0 ? `The audit is clean: ${results.length} promises hold.\n` : `The audit found ${broken} of ${results.length} promises broken.\n`);
    if (broken > 0) process.exitCode = 1;
  } finally {
    await database.close();
    await server.stop();
  }
}
