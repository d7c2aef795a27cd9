import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { newId } from "../platform/ids.ts";
import { inventoryEvents } from "./events.ts";
import { keyParameters } from "./lock-positions.ts";
import { comparePositionKeys, type PositionKey, positionKeyOf } from "./position.ts";

/** Why a position may be short from now on, or no longer. */
export interface ShortCause extends PositionKey {
  reason: string;
  source: string;
  origin: Origin;
}

interface ShortChange {
  id: string;
  skuId: number;
  locationId: number;
  sku: string;
  location: string;
  /** 0: closed. */
  quantity: number;
  reason: string;
  source: string;
  version: number;
  changedAt: Date;
}

/**
 * Runs under the positions' locks but as a statement of its own: its snapshot sees the short that another transaction
 * opened while this one waited for the lock.
 */
const reconcile = statement<ShortChange>(
  "inventory.reconcileShorts",
  `with truth as materialized (
     select cause.*, short.id as open_id, short.quantity as open_quantity,
       greatest(0, least(allocated::bigint + reserved, allocated::bigint + reserved + damaged - on_hand)) as quantity
     from unnest($1::int[], $2::int[], $3::uuid[], $4::text[], $5::text[])
       as cause (sku_id, location_id, new_id, reason, source)
     join inventory.positions as position using (sku_id, location_id)
     left join inventory.shorts as short
       on short.sku_id = position.sku_id and short.location_id = position.location_id and short.closed_at is null
   ), changed as (
     update inventory.shorts as short
     set quantity = case when truth.quantity > 0 then truth.quantity else short.quantity end,
       changed_at = now(), closed_at = case when truth.quantity = 0 then now() end, version = short.version + 1
     from truth
     where short.id = truth.open_id and truth.quantity <> truth.open_quantity
     returning short.*
   ), opened as (
     insert into inventory.shorts (id, sku_id, location_id, quantity, reason, source)
     select new_id, sku_id, location_id, quantity, reason, source from truth where open_id is null and quantity > 0
     returning *
   )
   select short.id, sku_id as "skuId", location_id as "locationId", sku.code as sku, location.code as location,
     case when closed_at is null then quantity else 0 end as quantity, reason, source, short.version,
     changed_at as "changedAt"
   from (select * from changed union all select * from opened) as short
   join catalog.skus as sku on sku.id = sku_id
   join network.locations as location on location.id = location_id`,
);

/**
 * Makes the open shorts equal the shortfalls of the positions that were moved, and tells it as events. The commit
 * waits for it, so callers need not.
 */
export function reconcileShorts(transaction: Transaction, causes: readonly ShortCause[]): void {
  if (causes.length === 0) return;
  const lastCauses = new Map(causes.map((cause) => [positionKeyOf(cause), cause]));
  const ordered = [...lastCauses.values()].sort(comparePositionKeys);
  const changes = transaction.read(reconcile, [
    ...keyParameters(ordered),
    arrayLiteral(
      "uuid",
      ordered.map(() => newId()),
    ),
    arrayLiteral(
      "text",
      ordered.map((cause) => cause.reason),
    ),
    arrayLiteral(
      "text",
      ordered.map((cause) => cause.source),
    ),
  ]);
  const recorded = changes.then((rows) =>
    inventoryEvents.record(
      transaction,
      rows.map((row) => eventOf(row, lastCauses.get(positionKeyOf(row))!.origin)),
    ),
  );
  transaction.beforeCommit(recorded);
}

function eventOf(change: ShortChange, origin: Origin) {
  const type = change.quantity === 0 ? "short.closed" : change.version === 1 ? "short.opened" : "short.changed";
  const { sku, location, quantity, reason, source } = change;
  const data = { sku, location, quantity, reason, source };
  return { type, entityId: change.id, sequence: change.version, occurredAt: change.changedAt, origin, data } as const;
}
