import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { distinctKeys, type Position, type PositionKey } from "./position.ts";

export interface LockedPosition extends Position {
  /** The moment of the last count or snapshot; facts from before it have been seen by it. */
  countedAt: Date | null;
  damagedCountedAt: Date | null;
  /** The last count told available units: on hand was made of them, the allocated and the damaged ones. */
  countedAvailable: boolean;
  /** Until when facts of a source had been seen by it, where not until `countedAt`. */
  countedSources: Readonly<Record<string, string>> | null;
}

const lock = statement<LockedPosition>(
  "inventory.lockPositions",
  `select position.sku_id as "skuId", position.location_id as "locationId", on_hand as "onHand", reserved, allocated,
     damaged, version, counted_at as "countedAt", damaged_counted_at as "damagedCountedAt",
     counted_available as "countedAvailable", counted_sources as "countedSources"
   from unnest($1::int[], $2::int[]) as key (sku_id, location_id)
   join inventory.positions as position using (sku_id, location_id)
   order by position.sku_id, position.location_id
   for no key update of position`,
);

const create = statement(
  "inventory.createPositions",
  `insert into inventory.positions (sku_id, location_id)
   select key.sku_id, key.location_id from unnest($1::int[], $2::int[]) as key (sku_id, location_id)
   where not exists (
     select from inventory.positions as position
     where position.sku_id = key.sku_id and position.location_id = key.location_id)
   order by key.sku_id, key.location_id
   on conflict do nothing`,
);

/** Locks the positions that exist, in the one lock order, and returns them; missing ones are absent. */
export function lockPositions(transaction: Transaction, keys: readonly PositionKey[]): Promise<LockedPosition[]> {
  if (keys.length === 0) return Promise.resolve([]);
  return transaction.read(lock, keyParameters(distinctKeys(keys)));
}

/** Makes the missing ones, with nothing on hand, so that a fact about a new position is like any other. */
export function createPositions(transaction: Transaction, keys: readonly PositionKey[]): void {
  if (keys.length > 0) transaction.write(create, keyParameters(distinctKeys(keys)));
}

export function keyParameters(keys: readonly PositionKey[]): [string, string] {
  return [
    arrayLiteral(
      "int",
      keys.map((key) => key.skuId),
    ),
    arrayLiteral(
      "int",
      keys.map((key) => key.locationId),
    ),
  ];
}
