export interface PositionKey {
  skuId: number;
  locationId: number;
}

/** The counters of one SKU at one location. On hand includes damaged units and is negative where truth was missed. */
export interface Position extends PositionKey {
  onHand: number;
  reserved: number;
  allocated: number;
  damaged: number;
  /** Grows by one with every movement. */
  version: number;
}

/** Promised but not there: what the audit accepts, as exactly one open short per position. */
export function shortfall(position: Omit<Position, keyof PositionKey | "version">): number {
  const promised = position.allocated + position.reserved;
  return Math.max(0, Math.min(promised, promised + position.damaged - position.onHand));
}

/** One number per position, for maps and sets: location IDs stay far below 2^21 and SKU IDs below 2^31. */
export function positionKeyOf({ skuId, locationId }: PositionKey): number {
  return skuId * 2_097_152 + locationId;
}

/** The lock order of all positions, everywhere: by SKU, then location. */
export function comparePositionKeys(one: PositionKey, other: PositionKey): number {
  return one.skuId - other.skuId || one.locationId - other.locationId;
}

export function distinctKeys(keys: readonly PositionKey[]): PositionKey[] {
  const distinct = new Map<number, PositionKey>();
  for (const key of keys) distinct.set(positionKeyOf(key), key);
  return [...distinct.values()].sort(comparePositionKeys);
}
