import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { recordAudit } from "../events/record-audit.ts";
import type { Origin } from "../events/record-events.ts";
import { endImport } from "./imports.sql.ts";
import { imports } from "./refusals.ts";

/** Ends an import behind the chunk under way. What has taken effect stays; `rowsDone` says how far it came. */
export async function cancelImport(
  database: Database,
  importId: string,
  call: { origin: Origin; clock: Clock },
): Promise<void> {
  const { origin, clock } = call;
  await database.transaction(async (transaction) => {
    const end = { state: "cancelled" as const, failure: "Cancelled by a user.", occurredAt: clock.now(), origin };
    if (!(await endImport(transaction, importId, end))) throw imports.refuse("importEnded");
    recordAudit(transaction, [{ origin, action: "cancelImport", entityType: "import", entityId: importId }]);
  });
}
