import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answer, callerOf, type ProblemBody } from "../harness/caller.ts";
import { HOME, openRetailer, type Retailer } from "../harness/retailer.ts";

let one: Retailer;
let two: Retailer;
beforeAll(async () => {
  one = await openRetailer();
  two = await openRetailer({ beside: one });
});
afterAll(async () => {
  await one.audit();
  await two.close();
  await one.close();
});

test.each([1, 10])(
  "1,000 callers for %i units, all at once, at two processes: exactly so many are sold (reliability 10)",
  async (units) => {
    const sku = await one.sku({ leeds: units });
    // A connection for each caller, so that all requests are on their way together.
    const callers = [one, two].map(({ url, admin }) => callerOf(url, admin.key, 500));
    const answers: Answer<ProblemBody>[] = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) =>
        callers[index % 2]!.ask<ProblemBody>("POST", "/v1/orders", {
          channel: "web",
          externalReference: `last-${units}-${index}`,
          fulfillmentChoices: [HOME],
          lines: [{ sku, quantity: 1, unitPrice: 100 }],
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(units);
    expect(answers.filter(({ body }) => body.code === "unavailable")).toHaveLength(1_000 - units);
    expect(await one.position(sku, "leeds")).toEqual({ onHand: units, allocated: units, available: 0, short: 0 });
    await Promise.all(callers.map((caller) => caller.close()));
  },
);
