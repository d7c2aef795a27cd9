import type { Transaction } from "../platform/db/database.ts";
import { bulkInsert } from "../platform/db/statements.ts";
import { newId } from "../platform/ids.ts";

/** Something that a person must look at, with who and until when. */
export interface ExceptionToRaise {
  kind: string;
  entityType: string;
  entityId: string;
  reason: string;
  details: Record<string, unknown>;
  ownerTeam: string;
  dueAt: Date;
}

const insertExceptions = bulkInsert<{
  id: string; kind: string; entity_type: string; entity_id: string; reason: string; details: object; owner_team: string; due_at: Date;
}>("tasks.insertExceptions", "tasks.exceptions", {
  id: "uuid", kind: "text", entity_type: "text", entity_id: "text", reason: "text", details: "jsonb", owner_team: "text", due_at: "timestamptz",
}, "on conflict (kind, entity_id) where closed_at is null do nothing");

/** Raises them in the caller's transaction; one that is open already for the same kind and entity changes nothing. */
export function raiseExceptions(transaction: Transaction, exceptions: readonly ExceptionToRaise[]): void {
  transaction.insert(insertExceptions, exceptions.map((exception) => ({
    id: newId(), kind: exception.kind, entity_type: exception.entityType, entity_id: exception.entityId, reason: exception.reason,
    details: exception.details, owner_team: exception.ownerTeam, due_at: exception.dueAt,
  })));
}
