import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditTrial, type Exercised, openSite, type Site, tryWorkflows } from "../orchestration/trial.ts";

const SEED = Number(process.env["ORRERY_TEST_SEED"] ?? Date.now() % 2_147_483_647);
const TRIALS = Number(process.env["ORRERY_DEEP_TRIALS"] ?? 10);
const SIZE = { workflows: 4, orders: 48, batches: 15 };

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test(`${TRIALS * SIZE.workflows} random workflows, whatever happens to their orders: state, history, timers, tasks and feed are what a naive model says (W1)`, async () => {
  console.info(`ORRERY_TEST_SEED=${SEED}`);
  const begun = performance.now();
  const exercised: Exercised = {};
  const numbers = fc.noBias(fc.array(fc.nat(10_000), { minLength: 100, maxLength: 300 }));
  await fc.assert(
    fc.asyncProperty(numbers, async (drawn) => {
      await tryWorkflows(site, drawn, SIZE, exercised);
      await auditTrial(site);
    }),
    { numRuns: TRIALS, seed: SEED, endOnFailure: true },
  );
  const seconds = Math.round((performance.now() - begun) / 1_000);
  console.info(`${TRIALS * SIZE.orders} orders in ${seconds} s: ${JSON.stringify(exercised)}`);
  expect(Object.keys(exercised).sort()).toEqual(["decide", "fire", "hold", "press", "release", "tell"]);
});
