import type { Clock } from "../clock.ts";
import type { Transaction } from "../db/database.ts";
import { arrayLiteral, type Statement } from "../db/statements.ts";
import { recordAudit } from "../events/record-audit.ts";
import type { Origin } from "../events/record-events.ts";
import { newId } from "../ids.ts";
import { Refusal } from "../refusals.ts";
import type { ChangeEvent } from "./change-event.ts";
import {
  decideChanges,
  type Accepted,
  type Change,
  type Decision,
  type Entity,
  type EntityRules,
} from "./decide-changes.ts";

/** A row of reference data: its columns carry the names of the fields. */
export type EntityRow<Fields> = Fields & {
  uuid: string;
  code: string;
  version: number;
  createdAt: Date;
  updatedAt: Date;
};

/** How one kind of reference data is stored; its SQL stays in its module. */
export interface EntityStore<Fields extends object> {
  /** For the audit: `location`. */
  entityType: string;
  fieldNames: readonly (keyof Fields & string)[];
  /**
   * `update <schema>.revision set revision = revision + 1 returning revision`. It is the lock of all writers of the
   * schema: revisions then commit in order, and nobody changes anything between our reading and our writing.
   */
  nextRevision: Statement<{ revision: number }>;
  /** The rows with the codes $1::text[]. */
  read: Statement<EntityRow<Fields>>;
  /** May depend on other rows, read under the lock: a channel's network must exist. */
  rules: (
    transaction: Transaction,
    changes: readonly Change<Fields>[],
    existing: readonly EntityRow<Fields>[],
  ) => Promise<EntityRules<Fields>>;
  /** Inserts or updates these, each code once, with a constant number of statements. */
  write: (transaction: Transaction, entities: readonly Entity<Fields>[], revision: number) => void;
  /** Records these as the module's events of a changed entity. */
  recordChanged: (transaction: Transaction, events: readonly ChangeEvent[]) => void;
}

export interface ChangeCall {
  origin: Origin;
  clock: Clock;
  /** The route's operation, for the audit; null where one upload has left its entry already. */
  action: string | null;
}

/** Carries out a list of changes with a constant number of statements. One decision per change, in order. */
export async function changeEntities<Fields extends object>(
  transaction: Transaction,
  store: EntityStore<Fields>,
  changes: readonly Change<Fields>[],
  call: ChangeCall,
): Promise<Decision<Fields>[]> {
  if (changes.length === 0) return [];
  const codes = [...new Set(changes.map(({ code }) => code))];
  const [[next], rows] = await Promise.all([
    transaction.read(store.nextRevision),
    transaction.read(store.read, [arrayLiteral("text", codes)]),
  ]);
  const rules = await store.rules(transaction, changes, rows);
  const existing = new Map(rows.map((row) => [row.code, entityOf(store, row)]));
  const decisions = decideChanges(rules, existing, changes, newId);
  const accepted = decisions.filter(
    (decision): decision is Accepted<Fields> => !(decision instanceof Refusal) && decision.outcome !== "unchanged",
  );
  if (accepted.length > 0) {
    const last = new Map(accepted.map(({ entity }) => [entity.code, entity]));
    store.write(transaction, [...last.values()], next!.revision);
    recordChanges(transaction, store, accepted, call);
  }
  if (call.action !== null) recordCall(transaction, store.entityType, changes, decisions, call, call.action);
  return decisions;
}

function entityOf<Fields extends object>(store: EntityStore<Fields>, row: EntityRow<Fields>): Entity<Fields> {
  const fields = Object.fromEntries(store.fieldNames.map((name) => [name, row[name]])) as Fields;
  return { uuid: row.uuid, code: row.code, version: row.version, fields };
}

function recordChanges<Fields extends object>(
  transaction: Transaction,
  store: EntityStore<Fields>,
  accepted: readonly Accepted<Fields>[],
  call: ChangeCall,
): void {
  const occurredAt = call.clock.now();
  const events = accepted.map(({ entity: { uuid, code, version }, outcome, changed }): ChangeEvent => {
    const data = { version, created: outcome === "created", fields: [...changed] };
    return { entityId: uuid, sequence: version, occurredAt, origin: call.origin, code, data };
  });
  store.recordChanged(transaction, events);
}

/** Codes that one audit entry names; the events name them all. */
const AUDITED_CODES = 20;

function recordCall<Fields>(
  transaction: Transaction,
  entityType: string,
  changes: readonly Change<Fields>[],
  decisions: readonly Decision<Fields>[],
  call: ChangeCall,
  action: string,
): void {
  const counts: Record<string, number> = {};
  for (const decision of decisions) {
    const outcome = decision instanceof Refusal ? "refused" : decision.outcome;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  const codes = changes.slice(0, AUDITED_CODES).map(({ code }) => code);
  const entityId = changes.length === 1 ? codes[0]! : null;
  recordAudit(transaction, [{ origin: call.origin, action, entityType, entityId, details: { codes, ...counts } }]);
}
