/** Units that were promised and not there. */
export interface MeasuredShort {
  /** The most of them. */
  units: number;
  /** Units that nobody had been promised yet when it was found out: a buffer of as many would have changed nothing. */
  freeBefore: number;
}

/** What was measured of a SKU at a location in the days that are looked at. */
export interface MeasuredShorts {
  shorts: readonly MeasuredShort[];
  /** Units that orders were promised from there. */
  promised: number;
}

/** Units that would have been promised and not there if so many had been kept back: a unit kept back is promised to nobody. */
export function shortUnitsWith({ shorts }: MeasuredShorts, buffer: number): number {
  return shorts.reduce((sum, { units, freeBefore }) => sum + Math.max(0, units - Math.max(0, buffer - freeBefore)), 0);
}

/**
 * The smallest buffer with which no more than a share of the promised units would have been short. Null: nothing was
 * promised, so there is no share to keep to.
 */
export function smallestBuffer(measured: MeasuredShorts, maxShortPercent: number): number | null {
  if (measured.promised <= 0) return null;
  const isEnough = (buffer: number): boolean =>
    shortUnitsWith(measured, buffer) * 100 <= maxShortPercent * measured.promised;
  let low = 0;
  let high = Math.max(0, ...measured.shorts.map(({ units, freeBefore }) => units + freeBefore));
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
