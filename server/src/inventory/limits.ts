/** Units of one quantity. Sums stay within int4, which counters are, up to twice as many. */
export const MAX_QUANTITY = 1_000_000_000;

/** A source's clock may be this much ahead; then its time is taken for now. Facts from later than that are refused. */
export const MAX_SOURCE_CLOCK_AHEAD_MS = 5 * 60_000;
