import fc from "fast-check";

/**
 * A failing property prints its seed and its shrunken example. `ORRERY_TEST_SEED=123 npm test -- path` runs the same
 * examples again; `ORRERY_TEST_RUNS=10000` tries more of them.
 */
const seed = process.env.ORRERY_TEST_SEED;
const runs = process.env.ORRERY_TEST_RUNS;
fc.configureGlobal({
  ...(seed === undefined ? {} : { seed: Number(seed) }),
  ...(runs === undefined ? {} : { numRuns: Number(runs) }),
});
