import { afterAll, beforeAll, expect, test } from "vitest";
import { openRetailer, type Retailer } from "../harness/retailer.ts";
import { tryChaos } from "./trial.ts";

let retailer: Retailer;
beforeAll(async () => {
  retailer = await openRetailer({ worker: true });
});
afterAll(async () => {
  await retailer.audit();
  await retailer.close();
});

test("300 events, duplicated, reordered, poisoned, forged and replayed: the same as the ordered run (reliability 5)", async () => {
  const { mostTries } = await tryChaos(retailer, 100, 7);
  expect(mostTries).toBe(5);
}, 60_000);
