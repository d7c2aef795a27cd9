import { runAudit } from "../../platform/db/audit-check.ts";
import { auditChecks } from "../audit-checks.ts";
import { withDatabase } from "./with-database.ts";

/** `orrery audit`: proves the promises on the live database; exit code 1 and a list when one is broken. */
export async function auditCommand(): Promise<void> {
  await withDatabase("audit", async (database) => {
    const results = await runAudit(database, auditChecks);
    for (const { name, violations, more, durationMs } of results) {
      process.stdout.write(
        `${violations.length === 0 ? "holds " : "BROKEN"}  ${name}  (${Math.round(durationMs)} ms)\n`,
      );
      for (const violation of violations) process.stdout.write(`        ${JSON.stringify(violation)}\n`);
      if (more) process.stdout.write("        … and more\n");
    }
    const broken = results.filter((result) => result.violations.length > 0).length;
    process.stdout.write(
      broken === 0
        ? `The audit is clean: ${results.length} promises hold.\n`
        : `The audit found ${broken} of ${results.length} promises broken.\n`,
    );
    if (broken > 0) process.exitCode = 1;
  });
}
