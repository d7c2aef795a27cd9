import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { recordAudit } from "../events/record-audit.ts";
import type { Origin } from "../events/record-events.ts";
import { answerOnce, type RequestKey } from "../http/idempotency.ts";
import { endImport } from "./imports.sql.ts";
import { hasEnded, type ImportView } from "./list-imports.ts";
import { imports } from "./refusals.ts";

/** Ends an import behind the chunk under way. What has taken effect stays; `rowsDone` says how far it came. */
export async function cancelImport(
  database: Database,
  found: Pick<ImportView, "id" | "state">,
  call: { key: RequestKey | null; origin: Origin; clock: Clock },
): Promise<void> {
  const { key, origin, clock } = call;
  const { id } = found;
  await database.transaction((transaction) =>
    answerOnce(transaction, key, 200, async () => {
      if (found.state === "cancelled") return { id };
      const end = { state: "cancelled" as const, failure: "Cancelled by a user.", occurredAt: clock.now(), origin };
      if (hasEnded(found.state) || !(await endImport(transaction, id, end))) throw imports.refuse("importEnded");
      recordAudit(transaction, [{ origin, action: "cancelImport", entityType: "import", entityId: id }]);
      return { id };
    }),
  );
}
