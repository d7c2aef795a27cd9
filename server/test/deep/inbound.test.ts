import { afterAll, beforeAll, expect, test } from "vitest";
import { openRetailer, type Retailer } from "../harness/retailer.ts";
import { tryChaos } from "../inbound/trial.ts";

let retailer: Retailer;
beforeAll(async () => {
  retailer = await openRetailer({ worker: true });
});
afterAll(async () => {
  await retailer.audit();
  await retailer.close();
});

test("10,000 events, duplicated, reordered, poisoned, forged and replayed: the same as the ordered run (reliability 5)", async () => {
  const trial = await tryChaos(retailer, 3_400, 11);
  console.log(`Inbound events: ${JSON.stringify(trial)}`);
  expect(trial.mostTries).toBe(5);
});
