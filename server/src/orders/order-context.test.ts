import { describe, expect, test } from "vitest";
import { FUNCTIONS } from "../platform/expressions/functions.ts";
import { fulfillmentOrderConditions, orderConditions } from "./order-context.ts";

describe("what people who write conditions are told", () => {
  test.each(FUNCTIONS.map(({ example }) => example))("%s can be used as it stands", (example) => {
    expect(orderConditions.compile(example)).not.toHaveProperty("faults");
    expect(fulfillmentOrderConditions.compile(example)).not.toHaveProperty("faults");
  });
});

test("what a condition asks of lines may go through all of them once", () => {
  const usual = 'order.lines.exists(l, l.sku.startsWith("GIFT") || l.quantity * l.unitPrice > 50000)';
  expect(orderConditions.compile(usual)).not.toHaveProperty("faults");
});
