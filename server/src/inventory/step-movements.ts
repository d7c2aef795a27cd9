import type { LockedPosition } from "./lock-positions.ts";
import type { MovementRequest, MovementStep } from "./movement.ts";
import { positionKeyOf } from "./position.ts";

/** A step with the changes of physical units that took effect; promises always do. */
export interface LedgerStep extends MovementStep {
  deltaOnHand: number;
  deltaDamaged: number;
}

/**
 * What movements make of locked positions: each takes effect on what the one before it has left, in the order given.
 * Pure; a position that is not there is a bug of the caller.
 */
export function stepMovements(
  movements: readonly MovementRequest[],
  positions: readonly LockedPosition[],
): LedgerStep[] {
  const rows = new Map(positions.map((position) => [positionKeyOf(position), position]));
  const latest = new Map<number, LedgerStep>();
  return movements.map((movement) => {
    const key = positionKeyOf(movement);
    const row = rows.get(key);
    if (row === undefined) throw new Error(`A movement of a position that is not locked: ${JSON.stringify(movement)}`);
    const before = latest.get(key);
    if (before !== undefined) before.last = false;
    const step = stepOf(movement, before ?? row, row);
    latest.set(key, step);
    return step;
  });
}

function stepOf(movement: MovementRequest, before: LockedPosition | LedgerStep, row: LockedPosition): LedgerStep {
  const { skuId, locationId, onHand = 0, reserved = 0, allocated = 0 } = movement;
  const deltaDamaged = isAtOrBefore(movement.occurredAt, row.damagedCountedAt) ? 0 : (movement.damaged ?? 0);
  const deltaOnHand = physicalChange(movement, deltaDamaged, row);
  return {
    skuId,
    locationId,
    onHand: before.onHand + deltaOnHand,
    reserved: before.reserved + reserved,
    allocated: before.allocated + allocated,
    damaged: before.damaged + deltaDamaged,
    version: before.version + 1,
    deltaOnHand,
    deltaDamaged,
    alreadyCounted: onHand === deltaOnHand ? null : onHand - deltaOnHand,
    last: true,
  };
}

/** A fact that the last count has seen leaves on hand alone, or, where available units were counted, what is available. */
function physicalChange(movement: MovementRequest, deltaDamaged: number, row: LockedPosition): number {
  const { onHand = 0, allocated = 0, damaged = 0, source, occurredAt } = movement;
  if (onHand === 0 && damaged === 0) return 0;
  const seenUntil = row.countedSources?.[source];
  const isCounted = isAtOrBefore(occurredAt, seenUntil === undefined ? row.countedAt : new Date(seenUntil));
  if (!isCounted) return onHand;
  return row.countedAvailable ? allocated + deltaDamaged : 0;
}

function isAtOrBefore(moment: Date, limit: Date | null): boolean {
  return limit !== null && moment.getTime() <= limit.getTime();
}
