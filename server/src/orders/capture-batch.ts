import type { ControlSet, QuotaRoom } from "../availability/public.ts";
import type { Hold, LockedPosition, PositionKey, SupplyBook } from "../inventory/public.ts";
import type { CheckoutRow } from "../promising/public.ts";
import type { OrderAggregate } from "./aggregate.ts";
import type { EarlierCaptures } from "./earlier-captures.ts";
import { openPositionsOf } from "./earlier-version.ts";
import type { Promisable } from "./plan-capture.ts";
import type { Proposal, UnitsTaken } from "./proposal.ts";
import { fitsQuotas, type LockedQuotas } from "./quota-limits.ts";
import { type OwnHold, unitsOfHold } from "./take-held-units.ts";

/** What the orders of a batch are decided on, one after the other. */
export interface Batch {
  now: Date;
  locked: Map<number, LockedPosition>;
  taken: UnitsTaken;
  /** Of checkouts that orders of this batch name, locked. */
  holds: ReadonlyMap<string, Hold>;
  checkouts: ReadonlyMap<string, CheckoutRow>;
  /** Units of holds that orders of the batch have taken over: in the rows they count as reserved until the commit. */
  released: UnitsTaken;
  /** Those that were in force when it was proposed. */
  rules: ControlSet;
  /** From which units are to come that somebody in the batch waits for. */
  supplies: SupplyBook;
  quotas: LockedQuotas;
  /** What is left of them. */
  room: QuotaRoom;
  earlier: EarlierCaptures;
  /** Earlier versions that orders of this batch replace, locked. */
  superseded: Map<string, OrderAggregate>;
  /** References decided in this batch: a second one waits for the next batch and finds the first one stored. */
  seen: Set<string>;
}

/** What an earlier version was promised, and what a checkout holds, is the order's own to take. */
export function giveBack(batch: Batch, earlier: OrderAggregate | null, hold: OwnHold): void {
  takeOwn(batch, earlier, hold, -1);
}

/** The order was not taken, so these units are not free after all. */
export function keepEarlier(batch: Batch, earlier: OrderAggregate | null, hold: OwnHold): void {
  takeOwn(batch, earlier, hold, 1);
}

function takeOwn({ taken, released }: Batch, earlier: OrderAggregate | null, hold: OwnHold, sign: 1 | -1): void {
  for (const { skuId, locationId, quantity } of earlier === null ? [] : openPositionsOf(earlier))
    taken.take(skuId, locationId, sign * quantity);
  for (const { skuId, locationId, quantity } of unitsOfHold(hold)) {
    taken.take(skuId, locationId, sign * quantity);
    released.take(skuId, locationId, -sign * quantity);
  }
}

/** Whether positions and quotas still have all that this proposal wants of them (two lines may want the same SKU). */
export function fits(
  { sources, heldSources }: Proposal,
  { taken, room }: Pick<Batch, "taken" | "room">,
  free: (skuId: number, locationId: number) => number,
  promisable: Promisable,
  there: (key: PositionKey) => number,
): boolean {
  const isThere = sources.every(({ skuId, locationId }) => {
    let wanted = 0;
    let held = 0;
    for (const [place, other] of sources.entries()) {
      if (other.skuId !== skuId || other.locationId !== locationId) continue;
      if (place < heldSources) held += other.quantity;
      else wanted += other.quantity;
    }
    if (held > 0 && there({ skuId, locationId }) < held) return false;
    const left = free(skuId, locationId) - taken.of(skuId, locationId) - held;
    return wanted === 0 || promisable(skuId, locationId, left) >= wanted;
  });
  if (!isThere) return false;
  return fitsQuotas(sources, room);
}
