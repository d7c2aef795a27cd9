import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, bulkInsert, statement } from "../platform/db/statements.ts";
import type { LockedPosition } from "./lock-positions.ts";
import type { MovementRequest, MovementStep } from "./movement.ts";
import { positionKeyOf } from "./position.ts";

const update = statement(
  "inventory.updatePromises",
  `update inventory.positions as position
   set reserved = promised.reserved, allocated = promised.allocated, version = promised.version
   from unnest($1::int[], $2::int[], $3::int[], $4::int[], $5::bigint[])
     as promised (sku_id, location_id, reserved, allocated, version)
   where position.sku_id = promised.sku_id and position.location_id = promised.location_id`,
);

const insert = bulkInsert<{
  sku_id: number;
  location_id: number;
  kind: string;
  delta_reserved: number;
  delta_allocated: number;
  on_hand: number;
  reserved: number;
  allocated: number;
  damaged: number;
  version: number;
  occurred_at: Date;
  source: string;
  source_document: string | undefined;
  reason: string | undefined;
  actor: string;
}>("inventory.insertPromises", "inventory.movements", {
  sku_id: "int",
  location_id: "int",
  kind: "text",
  delta_reserved: "int",
  delta_allocated: "int",
  on_hand: "int",
  reserved: "int",
  allocated: "int",
  damaged: "int",
  version: "bigint",
  occurred_at: "timestamptz",
  source: "text",
  source_document: "text",
  reason: "text",
  actor: "text",
});

/**
 * Promises on rows that the caller has locked and read: what they become is computed here and written by two plain
 * statements, where finding it out in SQL takes 5 times as long (64 movements: 0.6 ms of the backend instead of 3.1).
 *
 * The counters are overwritten, not added to, and their version is not compared. No update can get lost by that: the
 * rows come from `lockPositions` in this transaction, which answers what it locked (after waiting for another writer, the
 * row as that one left it), every other writer needs the same lock until the commit, and a transaction moves positions
 * once, after all its decisions. Comparing versions could only find a second movement of the same transaction, and only
 * by waiting for the answer of a statement that nobody waits for. Should that rule ever be broken, the ledger's sums no
 * longer equal the counters, and the audit says so.
 */
export function writePromises(
  transaction: Transaction,
  promises: readonly MovementRequest[],
  locked: ReadonlyMap<number, LockedPosition>,
): MovementStep[] {
  if (promises.length === 0) return [];
  const steps = stepThrough(promises, locked);
  const results = steps.filter((step) => step.last);
  transaction.write(update, [
    arrayLiteral(
      "int",
      results.map((position) => position.skuId),
    ),
    arrayLiteral(
      "int",
      results.map((position) => position.locationId),
    ),
    arrayLiteral(
      "int",
      results.map((position) => position.reserved),
    ),
    arrayLiteral(
      "int",
      results.map((position) => position.allocated),
    ),
    arrayLiteral(
      "bigint",
      results.map((position) => position.version),
    ),
  ]);
  transaction.insert(
    insert,
    promises.map((promise, index) => rowOf(promise, steps[index]!)),
  );
  return steps;
}

/** Several promises on one position step one by one, in the order given. */
function stepThrough(
  promises: readonly MovementRequest[],
  locked: ReadonlyMap<number, LockedPosition>,
): MovementStep[] {
  const latest = new Map<number, MovementStep>();
  return promises.map((promise) => {
    const key = positionKeyOf(promise);
    const before = latest.get(key);
    if (before !== undefined) before.last = false;
    const { skuId, locationId, onHand, reserved, allocated, damaged, version } = before ?? locked.get(key)!;
    const step: MovementStep = {
      skuId,
      locationId,
      onHand,
      reserved: reserved + (promise.reserved ?? 0),
      allocated: allocated + (promise.allocated ?? 0),
      damaged,
      version: version + 1,
      alreadyCounted: null,
      last: true,
    };
    latest.set(key, step);
    return step;
  });
}

function rowOf(promise: MovementRequest, step: MovementStep): Parameters<typeof insert.parameters>[0][number] {
  return {
    sku_id: step.skuId,
    location_id: step.locationId,
    kind: promise.kind,
    delta_reserved: promise.reserved ?? 0,
    delta_allocated: promise.allocated ?? 0,
    on_hand: step.onHand,
    reserved: step.reserved,
    allocated: step.allocated,
    damaged: step.damaged,
    version: step.version,
    occurred_at: promise.occurredAt,
    source: promise.source,
    source_document: promise.sourceDocument,
    reason: promise.reason,
    actor: promise.origin.actor,
  };
}
