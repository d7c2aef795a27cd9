import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import type { State } from "./compiled.ts";
import { insertHistory, insertTimers, type Place } from "./engine.ts";

/** An entity, its root locked, that goes on in another version of its workflow. */
export interface EntityMove {
  entityId: string;
  /** As it is now; changed by this. */
  place: Place;
  definitionId: number;
  state: State;
  actor: string;
  now: Date;
  /** Migrated entities start no timers. */
  withoutTimers: boolean;
}

/** Stands in the history in place of an event. */
const MIGRATED = "workflow.migrated";

/** Gives the entity its new place in memory; the row is what `writeMoves` needs. */
export function move(entity: EntityMove): MoveRow {
  const { place, state } = entity;
  const from = place.state;
  place.definitionId = entity.definitionId;
  place.state = state.path;
  place.entry++;
  return { ...entity, from, entry: place.entry };
}

interface MoveRow extends EntityMove {
  from: string;
  entry: number;
}

const moveInstances = statement(
  "workflow.moveInstances",
  `update workflow.instances i set definition_id = u.definition_id, state = u.state, entry = u.entry, entered_at = $5::timestamptz
     from unnest($1::uuid[], $2::int[], $3::text[], $4::int[]) as u (entity_id, definition_id, state, entry)
    where i.entity_id = u.entity_id`,
);

/**
 * Writes new places with their history; timers begin anew, and those of before are void because the entry has changed.
 * No steps run: it is the same work, seen by another version.
 */
export function writeMoves(transaction: Transaction, rows: readonly MoveRow[]): void {
  const [first] = rows;
  if (first === undefined) return;
  const column = <Value>(type: "uuid" | "int" | "text", value: (row: MoveRow) => Value & (string | number)): string =>
    arrayLiteral(type, rows.map(value));
  transaction.write(moveInstances, [
    column("uuid", (row) => row.entityId),
    column("int", (row) => row.definitionId),
    column("text", (row) => row.state.path),
    column("int", (row) => row.entry),
    first.now,
  ]);
  transaction.insert(
    insertHistory,
    rows.map((row) => ({
      entity_id: row.entityId,
      entry: row.entry,
      event: MIGRATED,
      from_state: row.from,
      to_state: row.state.path,
      occurred_at: row.now,
      actor: row.actor,
    })),
  );
  transaction.insert(
    insertTimers,
    rows.flatMap((row) =>
      row.withoutTimers
        ? []
        : row.state.timers.map(({ event, delayMs }) => ({
            entity_id: row.entityId,
            entry: row.entry,
            name: event,
            due_at: new Date(row.now.getTime() + delayMs),
          })),
    ),
  );
}
