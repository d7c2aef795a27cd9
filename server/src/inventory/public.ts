export { inventoryAudit } from "./audit.ts";
export { onPositionsChanged, type PositionListener } from "./announce-positions.ts";
export { applyMovements } from "./apply-movements.ts";
export { stockImportKind } from "./import-stock.ts";
export { allocate, type AllocationRelease, type AllocationRow, releaseAllocations } from "./keep-allocations.ts";
export { supplyRequestEvents } from "./events.ts";
export { expireHolds, forgetEndedHolds } from "./expire-holds.ts";
export {
  beginHolds,
  dropReservations,
  endHolds,
  extendHolds,
  moveHoldsToOrders,
  readHoldsOfOrders,
  type HeldUnits,
  type Hold,
  type HoldState,
  keepReservations,
  lockHolds,
  movementsOfHold,
  readHolds,
} from "./keep-holds.ts";
export { createPositions, type LockedPosition, lockPositions } from "./lock-positions.ts";
export type { MovementKind, MovementRequest } from "./movement.ts";
export { expectPositions, positionsAfter, PositionsUnderWay } from "./positions-under-way.ts";
export { lockSuppliesFor } from "./supplies/lock-supplies.ts";
export { promisableOf as promisableOfSupply, type Supply, type SupplyPromise } from "./supplies/supply.ts";
export { tellLateSupplies } from "./supplies/tell-late-supplies.ts";
export { SupplyBook } from "./supplies/supply-book.ts";
export { writeSupplies } from "./supplies/write-supplies.ts";
export { onSuppliesMoved } from "./supplies/write-supplies.ts";
export { type Position, type PositionKey, positionKeyOf, shortfall } from "./position.ts";
