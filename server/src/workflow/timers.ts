import type { Transaction } from "../platform/db/database.ts";
import { joinReads } from "../platform/db/join-reads.ts";
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

/** The columns of `u (entity_id, entry, name)`. */
const GIVEN = "unnest($1::uuid[], $2::int[], $3::text[]) as u (entity_id, entry, name)";
const SAME = "t.entity_id = u.entity_id and t.entry = u.entry and t.name = u.name";

const given = (timers: readonly TimerKey[]): [string, string, string] => [
  arrayLiteral(
    "uuid",
    timers.map(({ entityId }) => entityId),
  ),
  arrayLiteral(
    "int",
    timers.map(({ entry }) => entry),
  ),
  arrayLiteral(
    "text",
    timers.map(({ name }) => name),
  ),
];

const deleteTimers = statement(
  "workflow.deleteTimers",
  `delete from workflow.timers t using ${GIVEN} where ${SAME} and t.due_at <= now()`,
);

/** Timers that have fired or are void; in the transaction that applies them. One that was begun again meanwhile stays. */
export function removeTimers(transaction: Transaction, timers: readonly TimerKey[]): void {
  transaction.write(deleteTimers, given(timers));
}

// In one order for all who lock several.
const lockKnown = statement(
  "workflow.lockTimers",
  `select from workflow.timers t join ${GIVEN} on ${SAME} order by t.entity_id, t.entry, t.name for update of t`,
);

/** Whoever fires one of them now ends first. */
export async function lockTimers(transaction: Transaction, timers: readonly TimerKey[]): Promise<void> {
  await transaction.read(lockKnown, given(timers));
}

const lockDue = statement<{ entity_id: string; entry: number; name: string }>(
  "workflow.lockDueTimers",
  `select t.entity_id, t.entry, t.name from workflow.timers t join ${GIVEN} on ${SAME} where t.due_at <= now()
    order by t.entity_id, t.entry, t.name for update of t`,
);

/**
 * Whether it is still to be fired: another worker may have done that, or a step may have begun it again. The timers that
 * a batch looks at are locked by one statement.
 */
export const lockDueTimer = joinReads<TimerKey, boolean>(async (transaction, timers) => {
  const nameOf = (entityId: string, entry: number, name: string): string => `${entityId} ${entry} ${name}`;
  const found = await transaction.read(lockDue, given(timers));
  const due = new Set(found.map((row) => nameOf(row.entity_id, row.entry, row.name)));
  return timers.map((timer) => due.has(nameOf(timer.entityId, timer.entry, timer.name)));
});

const delayTimer = statement(
  "workflow.postponeTimer",
  `update workflow.timers set due_at = now() + $4::int * interval '1 millisecond' where entity_id = $1::uuid and entry = $2::int and name = $3::text`,
);

/** It could not be fired and is due again after this, by the database's clock. */
export function postponeTimer(transaction: Transaction, timer: TimerKey, delayMs: number): void {
  transaction.write(delayTimer, [timer.entityId, timer.entry, timer.name, delayMs]);
}

const hasten = statement(
  "workflow.hastenTimers",
  `update workflow.timers t set due_at = now() from ${GIVEN}
    where ${SAME} and t.due_at between now() and now() + $4::int * interval '1 millisecond'`,
);

/** Those that were postponed by at most `postponedMs` are tried again at the next look; one that a step has begun anew is left alone. */
export function hastenTimers(transaction: Transaction, timers: readonly TimerKey[], postponedMs: number): void {
  transaction.write(hasten, [...given(timers), postponedMs]);
}

const drop = statement(
  "workflow.dropTimers",
  `delete from workflow.timers t using ${GIVEN}
    where ${SAME} and t.due_at <= now() + $4::int * interval '1 millisecond'`,
);

/** Those that are due, or were postponed by at most `postponedMs`, never fire. */
export function dropTimers(transaction: Transaction, timers: readonly TimerKey[], postponedMs: number): void {
  transaction.write(drop, [...given(timers), postponedMs]);
}
