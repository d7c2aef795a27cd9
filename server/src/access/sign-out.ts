import type { Transaction } from "../platform/db/database.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { endSession } from "./sessions.sql.ts";

/** The session ends everywhere, not only in this browser. */
export function signOut(transaction: Transaction, token: string, userId: string, origin: Origin): void {
  endSession(transaction, token);
  recordAudit(transaction, [{ origin, action: "signOut", entityType: "user", entityId: userId }]);
}
