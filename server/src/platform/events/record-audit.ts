import { bulkInsert } from "../db/statements.ts";
import type { Transaction } from "../db/database.ts";
import type { Origin } from "./record-events.ts";

export interface AuditEntry {
  origin: Origin;
  /** The route's operation, for example `captureOrder`. */
  action: string;
  entityType: string | null;
  entityId: string | null;
  /** Codes, quantities, changed field names. No secrets, no personal data. */
  details?: Record<string, unknown>;
}

interface AuditRow {
  actor: string;
  action: string;
  entity_type: string | null;
  entity_id: string | null;
  request_id: string | null;
  details: Record<string, unknown>;
}

const insertAudit = bulkInsert<AuditRow>("platform.insertAudit", "platform.audit_log", {
  actor: "text",
  action: "text",
  entity_type: "text",
  entity_id: "text",
  request_id: "text",
  details: "jsonb",
});

/** Every changing request leaves exactly one entry, in the transaction that makes the change. */
export function recordAudit(transaction: Transaction, entries: readonly AuditEntry[]): void {
  transaction.insert(
    insertAudit,
    entries.map((entry) => ({
      actor: entry.origin.actor,
      action: entry.action,
      entity_type: entry.entityType,
      entity_id: entry.entityId,
      request_id: entry.origin.requestId,
      details: entry.details ?? {},
    })),
  );
}
