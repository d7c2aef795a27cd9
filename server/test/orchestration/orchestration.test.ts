import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditTrial, type Exercised, openSite, type Site, tryWorkflows } from "./trial.ts";

// The same few workflows each time; `npm run test:deep` draws new ones, and many.
const SEED = Number(process.env["ORRERY_TEST_SEED"] ?? 4);

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test("whatever happens to orders on random workflows, state, history, timers, tasks and feed are what a naive model says (W1)", async () => {
  const exercised: Exercised = {};
  const numbers = fc.noBias(fc.array(fc.nat(10_000), { minLength: 100, maxLength: 300 }));
  await fc.assert(
    fc.asyncProperty(numbers, async (drawn) => {
      await tryWorkflows(site, drawn, { workflows: 3, orders: 18, batches: 6 }, exercised);
      await auditTrial(site);
    }),
    { numRuns: 2, seed: SEED, endOnFailure: true },
  );
  expect(Object.keys(exercised).sort()).toEqual(["decide", "fire", "hold", "press", "release", "tell"]);
}, 60_000);
