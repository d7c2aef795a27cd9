import { bulkInsert } from "../db/statements.ts";
import type { Transaction } from "../db/database.ts";

/** Who acts: "user:<id>", "key:<id>" or "system:<name>". Names and addresses stay out: events outlive erasure. */
export type Actor = string;

/** Who asks for a change and under which request; every changing use case gets one. */
export interface Origin {
  actor: Actor;
  requestId: string | null;
}

/** A fact. `data` holds IDs, codes, quantities and amounts, never personal data. */
export interface EventRecord {
  /** `<entityType>.<pastTense>`, for example `order.captured`; listed in the module's README. */
  type: string;
  entityType: string;
  entityId: string;
  /** The entity's own counter, without gaps, taken under the entity's lock. */
  sequence: number;
  occurredAt: Date;
  origin: Origin;
  /** Version of `data`'s schema; 1 unless its declaration says otherwise. */
  schemaVersion?: number;
  data: Record<string, unknown>;
}

interface EventRow {
  type: string;
  entity_type: string;
  entity_id: string;
  sequence: number;
  occurred_at: Date;
  actor: string;
  request_id: string | null;
  schema_version: number;
  data: Record<string, unknown>;
}

/** For facts that a statement finds out by itself and that are too many to come here first: it selects these columns. */
export const INSERT_EVENTS =
  "insert into platform.events (type, entity_type, entity_id, sequence, occurred_at, actor, request_id, data)";

const insertEvents = bulkInsert<EventRow>("platform.insertEvents", "platform.events", {
  type: "text",
  entity_type: "text",
  entity_id: "uuid",
  sequence: "int",
  occurred_at: "timestamptz",
  actor: "text",
  request_id: "text",
  schema_version: "smallint",
  data: "jsonb",
});

/** Appends facts in the order given. Call once per transaction, after the entities are locked. */
export function recordEvents(transaction: Transaction, events: readonly EventRecord[]): void {
  transaction.insert(
    insertEvents,
    events.map((event) => ({
      type: event.type,
      entity_type: event.entityType,
      entity_id: event.entityId,
      sequence: event.sequence,
      occurred_at: event.occurredAt,
      actor: event.origin.actor,
      request_id: event.origin.requestId,
      schema_version: event.schemaVersion ?? 1,
      data: event.data,
    })),
  );
}
