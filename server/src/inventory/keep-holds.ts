import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, bulkInsert, statement } from "../platform/db/statements.ts";
import type { Origin } from "../platform/events/record-events.ts";
import type { MovementKind, MovementRequest } from "./movement.ts";
import type { PositionKey } from "./position.ts";

export type HoldState = "held" | "expired" | "released" | "transferred";

export interface HeldUnits extends PositionKey {
  quantity: number;
}

export interface Hold {
  id: string;
  state: HoldState;
  expiresAt: Date;
  /** The order that has taken its units over. */
  orderId: string | null;
  units: HeldUnits[];
}

type HoldRow = Omit<Hold, "units">;
type UnitsRow = HeldUnits & { holdId: string };

const HOLD = `hold.id, hold.state, hold.expires_at as "expiresAt", hold.order_id as "orderId"`;

const readRows = statement<HoldRow>(
  "inventory.readHolds",
  `select ${HOLD} from inventory.holds as hold where hold.id = any($1::uuid[])`,
);

const lockRows = statement<HoldRow>(
  "inventory.lockHolds",
  `select ${HOLD} from inventory.holds as hold where hold.id = any($1::uuid[]) order by hold.id for no key update`,
);

const readUnits = statement<UnitsRow>(
  "inventory.readHeldUnits",
  `select hold_id as "holdId", sku_id as "skuId", location_id as "locationId", quantity
     from inventory.reservations where hold_id = any($1::uuid[]) order by hold_id, sku_id, location_id`,
);

/** Holds as they are, to propose on; whoever decides locks them. */
export function readHolds(transaction: Pick<Transaction, "read">, ids: readonly string[]): Promise<Map<string, Hold>> {
  return holdsOf(transaction, readRows, ids);
}

/** Locks holds in the order of their IDs; goes before any position. What they hold is read behind the lock. */
export function lockHolds(transaction: Transaction, ids: readonly string[]): Promise<Map<string, Hold>> {
  return holdsOf(transaction, lockRows, ids);
}

async function holdsOf(
  transaction: Pick<Transaction, "read">,
  readHoldRows: typeof readRows,
  ids: readonly string[],
): Promise<Map<string, Hold>> {
  if (ids.length === 0) return new Map();
  const list = arrayLiteral("uuid", [...new Set(ids)]);
  const [rows, units] = await Promise.all([
    transaction.read(readHoldRows, [list]),
    // A statement of its own: it sees what the one that was waited for has left.
    transaction.read(readUnits, [list]),
  ]);
  const byHold = Map.groupBy(units, ({ holdId }) => holdId);
  return new Map(
    rows.map((row) => {
      const held = (byHold.get(row.id) ?? []).map(({ skuId, locationId, quantity }) => ({
        skuId,
        locationId,
        quantity,
      }));
      return [row.id, { ...row, units: held }];
    }),
  );
}

const insertHolds = bulkInsert<{ id: string; expires_at: Date }>("inventory.insertHolds", "inventory.holds", {
  id: "uuid",
  expires_at: "timestamptz",
});

const insertReservations = bulkInsert<{ hold_id: string; sku_id: number; location_id: number; quantity: number }>(
  "inventory.insertReservations",
  "inventory.reservations",
  { hold_id: "uuid", sku_id: "int", location_id: "int", quantity: "int" },
);

/** Begins holds. Their rows only: the movements go through `applyMovements`, with `movementsOfHold`. */
export function beginHolds(transaction: Transaction, holds: readonly Pick<Hold, "id" | "expiresAt">[]): void {
  transaction.insert(
    insertHolds,
    holds.map(({ id, expiresAt }) => ({ id, expires_at: expiresAt })),
  );
}

/** The rows behind what a hold has just reserved, once for each position. */
export function keepReservations(transaction: Transaction, holds: readonly Pick<Hold, "id" | "units">[]): void {
  transaction.insert(
    insertReservations,
    holds.flatMap(({ id, units }) =>
      units.map(({ skuId, locationId, quantity }) => ({
        hold_id: id,
        sku_id: skuId,
        location_id: locationId,
        quantity,
      })),
    ),
  );
}

const deleteReservations = statement(
  "inventory.dropReservations",
  "delete from inventory.reservations where hold_id = any($1::uuid[])",
);

/** Under the holds' locks: nothing is reserved for them any more. */
export function dropReservations(transaction: Transaction, ids: readonly string[]): void {
  if (ids.length > 0) transaction.write(deleteReservations, [arrayLiteral("uuid", ids)]);
}

const extend = statement(
  "inventory.extendHolds",
  `update inventory.holds as hold set expires_at = given.expires_at
   from unnest($1::uuid[], $2::timestamptz[]) as given (id, expires_at) where hold.id = given.id`,
);

export function extendHolds(transaction: Transaction, holds: readonly { id: string; expiresAt: Date }[]): void {
  if (holds.length === 0) return;
  transaction.write(extend, [
    arrayLiteral(
      "uuid",
      holds.map(({ id }) => id),
    ),
    arrayLiteral(
      "timestamptz",
      holds.map(({ expiresAt }) => expiresAt),
    ),
  ]);
}

const readOfOrders = statement<{ id: string }>(
  "inventory.readHoldsOfOrders",
  "select id from inventory.holds where order_id = any($1::uuid[])",
);

/** The holds whose units these orders have taken over. */
export async function readHoldsOfOrders(
  transaction: Transaction,
  orderIds: readonly string[],
): Promise<{ id: string }[]> {
  return orderIds.length === 0 ? [] : await transaction.read(readOfOrders, [arrayLiteral("uuid", orderIds)]);
}

const moveToOrders = statement(
  "inventory.moveHoldsToOrders",
  `update inventory.holds as hold set order_id = given.later
   from unnest($1::uuid[], $2::uuid[]) as given (earlier, later) where hold.order_id = given.earlier`,
);

/** Under the holds' locks: what an order had taken over is the later version's that replaces it. */
export function moveHoldsToOrders(
  transaction: Transaction,
  versions: readonly { earlier: string; later: string }[],
): void {
  if (versions.length === 0) return;
  transaction.write(moveToOrders, [
    arrayLiteral(
      "uuid",
      versions.map(({ earlier }) => earlier),
    ),
    arrayLiteral(
      "uuid",
      versions.map(({ later }) => later),
    ),
  ]);
}

const end = statement(
  "inventory.endHolds",
  `update inventory.holds as hold set state = given.state, order_id = given.order_id, ended_at = now()
   from unnest($1::uuid[], $2::text[], $3::uuid[]) as given (id, state, order_id) where hold.id = given.id`,
);

export interface EndOfHold {
  id: string;
  state: Exclude<HoldState, "held">;
  orderId: string | null;
}

/** Under the holds' locks; what was reserved is dropped, and its movements are the caller's. */
export function endHolds(transaction: Transaction, ends: readonly EndOfHold[]): void {
  if (ends.length === 0) return;
  transaction.write(end, [
    arrayLiteral(
      "uuid",
      ends.map(({ id }) => id),
    ),
    arrayLiteral(
      "text",
      ends.map(({ state }) => state),
    ),
    arrayLiteral(
      "uuid",
      ends.map(({ orderId }) => orderId),
    ),
  ]);
  dropReservations(
    transaction,
    ends.map(({ id }) => id),
  );
}

/** What reserving these units (or, with -1, giving them back) does to their positions. */
export function movementsOfHold(
  { id, units }: Pick<Hold, "id" | "units">,
  sign: 1 | -1,
  { kind, occurredAt, origin }: { kind: MovementKind; occurredAt: Date; origin: Origin },
): MovementRequest[] {
  return units.map(({ skuId, locationId, quantity }) => ({
    skuId,
    locationId,
    kind,
    reserved: sign * quantity,
    occurredAt,
    source: "checkouts",
    sourceDocument: id,
    origin,
  }));
}
