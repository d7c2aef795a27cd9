/** Totals must stay exact in a double and in JSON: 2^53 − 1 minor units. */
export const MAX_SAFE_AMOUNT = Number.MAX_SAFE_INTEGER;

/** Orders of one bulk call. */
export const MAX_BULK_ITEMS = 1_000;

/** An order that is not historical may be dated back at most this far (late marketplace files). */
export const MAX_ORDER_AGE_MS = 24 * 60 * 60 * 1000;

/** Clocks of channels may run ahead by this much. */
export const MAX_CLOCK_SKEW_MS = 5 * 60 * 1000;
