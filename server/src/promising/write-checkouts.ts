import {
  applyMovements,
  beginHolds,
  dropReservations,
  endHolds,
  extendHolds,
  type HeldUnits,
  keepReservations,
  type LockedPosition,
  movementsOfHold,
  positionKeyOf,
} from "../inventory/public.ts";
import type { Transaction } from "../platform/db/database.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { keepAnswers, type RequestKey } from "../platform/http/idempotency.ts";
import type { Basket, BasketInput } from "./basket.ts";
import { insertCheckouts, updateCheckouts } from "./checkouts.sql.ts";
import type { PlaceQuote } from "./quote.ts";
import type { Source } from "./source-basket.ts";

/** A checkout to begin, to change, to extend or to release; everybody's of one moment share a transaction. */
export interface CheckoutChange {
  id: string;
  kind: "begin" | "change" | "extend" | "release";
  /** Understood already; null: nothing of it changes. */
  basket: Basket | null;
  content: Omit<BasketInput, "channel"> | null;
  /** From now on; null: as it was. */
  holdMinutes: number | null;
  /** Holds what there is, instead of refusing what cannot be held as a whole. */
  allowPartial: boolean;
  /** The version that the change was made on. */
  version: number | null;
  origin: Origin;
  key: RequestKey | null;
}

export interface Decided {
  item: CheckoutChange;
  /** Null: nothing is held for it any more. */
  expiresAt: Date | null;
  sources: readonly Source[];
  quote: PlaceQuote[];
  /** What it held until now. */
  before: readonly HeldUnits[];
}

const ACTIONS = {
  begin: "createCheckout",
  change: "changeCheckout",
  extend: "changeCheckout",
  release: "releaseCheckout",
} as const;

/** What was decided, with one statement for each table. */
export function writeCheckouts(
  transaction: Transaction,
  now: Date,
  decided: readonly Decided[],
  positions: readonly LockedPosition[],
): void {
  const of = (...kinds: CheckoutChange["kind"][]) => decided.filter(({ item }) => kinds.includes(item.kind));
  const moving = of("begin", "change");
  const units = new Map(moving.map(({ item, sources }) => [item.id, unitsOf(sources)]));
  beginHolds(
    transaction,
    of("begin").map(({ item, expiresAt }) => ({ id: item.id, expiresAt: expiresAt! })),
  );
  extendHolds(
    transaction,
    of("change", "extend").map(({ item, expiresAt }) => ({ id: item.id, expiresAt: expiresAt! })),
  );
  dropReservations(
    transaction,
    of("change").map(({ item }) => item.id),
  );
  endHolds(
    transaction,
    of("release").map(({ item }) => ({ id: item.id, state: "released", orderId: null })),
  );
  keepReservations(
    transaction,
    moving.map(({ item }) => ({ id: item.id, units: units.get(item.id)! })),
  );
  const rowOf = ({ item, sources, quote }: Decided) => ({
    id: item.id,
    channelId: item.basket!.channel.id,
    basket: item.content!,
    sources,
    quote,
  });
  insertCheckouts(transaction, of("begin").map(rowOf));
  updateCheckouts(transaction, of("change", "extend").map(rowOf));
  const movements = decided.flatMap(({ item, before }) => {
    const by = { occurredAt: now, origin: item.origin };
    const next = units.get(item.id) ?? (item.kind === "extend" ? before : []);
    return [
      ...movementsOfHold({ id: item.id, units: less(before, next) }, -1, { ...by, kind: "release" }),
      ...movementsOfHold({ id: item.id, units: less(next, before) }, 1, { ...by, kind: "reservation" }),
    ];
  });
  void applyMovements(transaction, movements, positions);
  keepAnswers(
    transaction,
    decided.flatMap(({ item }) =>
      item.key === null ? [] : [{ key: item.key, status: 201, response: { id: item.id } }],
    ),
  );
  recordAudit(
    transaction,
    decided.map(({ item }) => ({
      origin: item.origin,
      action: ACTIONS[item.kind],
      entityType: "checkout",
      entityId: item.id,
    })),
  );
}

/** One row for each position, however many lines come from it. */
function unitsOf(sources: readonly Source[]): HeldUnits[] {
  return [...Map.groupBy(sources, positionKeyOf).values()].map((some) => ({
    skuId: some[0]!.skuId,
    locationId: some[0]!.locationId,
    quantity: some.reduce((sum, { quantity }) => sum + quantity, 0),
  }));
}

/** Units of the first list that are not in the second. */
function less(some: readonly HeldUnits[], others: readonly HeldUnits[]): HeldUnits[] {
  const there = new Map(others.map((unit) => [positionKeyOf(unit), unit.quantity]));
  return some
    .map((unit) => ({ ...unit, quantity: unit.quantity - (there.get(positionKeyOf(unit)) ?? 0) }))
    .filter(({ quantity }) => quantity > 0);
}
