import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, bulkInsert, statement } from "../platform/db/statements.ts";

/** A timer of one entry of one entity into a state; void once the entity has moved on. */
export interface TimerKey {
  entityId: string;
  entry: number;
  name: string;
}

export interface NewTimer extends TimerKey {
  dueAt: Date;
}

const putTimerRows = bulkInsert<{ entity_id: string; entry: number; name: string; due_at: Date }>(
  "workflow.putTimers",
  "workflow.timers",
  { entity_id: "uuid", entry: "int", name: "text", due_at: "timestamptz" },
  "on conflict (entity_id, entry, name) do update set due_at = excluded.due_at",
);

/** Starts timers, each once per entity, entry and name; one that runs already is due at the new time. */
export function putTimers(transaction: Transaction, timers: readonly NewTimer[]): void {
  const last = new Map(timers.map((timer) => [`${timer.entityId} ${timer.entry} ${timer.name}`, timer]));
  transaction.insert(
    putTimerRows,
    [...last.values()].map(({ entityId, entry, name, dueAt }) => ({ entity_id: entityId, entry, name, due_at: dueAt })),
  );
}

const deleteTimers = statement(
  "workflow.deleteTimers",
  `delete from workflow.timers t using unnest($1::uuid[], $2::int[], $3::text[]) as u (entity_id, entry, name)
    where t.entity_id = u.entity_id and t.entry = u.entry and t.name = u.name and t.due_at <= now()`,
);

/** Timers that have fired or are void; in the transaction that applies them. One that was begun again meanwhile stays. */
export function removeTimers(transaction: Transaction, timers: readonly TimerKey[]): void {
  transaction.write(deleteTimers, [
    arrayLiteral(
      "uuid",
      timers.map((timer) => timer.entityId),
    ),
    arrayLiteral(
      "int",
      timers.map((timer) => timer.entry),
    ),
    arrayLiteral(
      "text",
      timers.map((timer) => timer.name),
    ),
  ]);
}

const lockDue = statement(
  "workflow.lockDueTimer",
  `select from workflow.timers where entity_id = $1::uuid and entry = $2::int and name = $3::text and due_at <= now() for update`,
);

/** Whether it is still to be fired: another worker may have done that, or a step may have begun it again. */
export async function lockDueTimer(transaction: Transaction, timer: TimerKey): Promise<boolean> {
  return (await transaction.read(lockDue, [timer.entityId, timer.entry, timer.name])).length > 0;
}

const delayTimer = statement(
  "workflow.postponeTimer",
  `update workflow.timers set due_at = now() + $4::int * interval '1 millisecond' where entity_id = $1::uuid and entry = $2::int and name = $3::text`,
);

/** It could not be fired and is due again after this, by the database's clock. */
export function postponeTimer(transaction: Transaction, timer: TimerKey, delayMs: number): void {
  transaction.write(delayTimer, [timer.entityId, timer.entry, timer.name, delayMs]);
}

const hasten = statement(
  "workflow.hastenTimer",
  `update workflow.timers set due_at = now()
    where entity_id = $1::uuid and entry = $2::int and name = $3::text and due_at between now() and now() + $4::int * interval '1 millisecond'`,
);

/** One that was postponed by at most `postponedMs` is tried again at the next look; one that a step has begun anew is left alone. */
export function hastenTimer(transaction: Transaction, timer: TimerKey, postponedMs: number): void {
  transaction.write(hasten, [timer.entityId, timer.entry, timer.name, postponedMs]);
}

const drop = statement(
  "workflow.dropTimer",
  `delete from workflow.timers
    where entity_id = $1::uuid and entry = $2::int and name = $3::text and due_at <= now() + $4::int * interval '1 millisecond'`,
);

/** One that is due, or was postponed by at most `postponedMs`, never fires. */
export function dropTimer(transaction: Transaction, timer: TimerKey, postponedMs: number): void {
  transaction.write(drop, [timer.entityId, timer.entry, timer.name, postponedMs]);
}
