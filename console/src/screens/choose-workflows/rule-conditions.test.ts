import { expect, test } from "vitest";
import { readParts, writeParts } from "./rule-conditions.ts";

const known = [
  { path: "order.channel" },
  { path: "order.customerTier" },
  { path: "fulfillmentOrder.location.code" },
  { path: "order.pickupLocations", isList: true },
  { path: "order.total", isAmount: true },
];

test("a condition that is made of choices is read as such, and written as the same condition", () => {
  for (const condition of [
    "true",
    'order.channel == "web"',
    'order.channel in ["web", "app"] && order.customerTier == "gold"',
    '"leeds" in order.pickupLocations',
    "order.total >= 50000",
    'order.total >= 0 && order.channel == "web"',
    '("leeds" in order.pickupLocations || "york" in order.pickupLocations) && order.channel == "web"',
    'fulfillmentOrder.location.code == "with \\"quotes\\" && more"',
  ]) {
    const parts = readParts(condition, known);
    expect(parts).not.toBeNull();
    expect(writeParts(parts ?? [], known)).toBe(condition);
  }
  expect(readParts('order.channel=="web"&&order.customerTier in ["a","b"]', known)).toEqual([
    { path: "order.channel", values: ["web"] },
    { path: "order.customerTier", values: ["a", "b"] },
  ]);
});

test("a condition that says more stays as it was written", () => {
  for (const condition of [
    "order.total > 5",
    'order.channel == "web" || order.customerTier == "gold"',
    'order.channel != "web"',
    'order.brand == "Orrery"',
    "order.channel in []",
    'order.channel == "web" &&',
    '"leeds" in order.brands',
    '"leeds" in order.channel',
    'order.pickupLocations == "leeds"',
    '("leeds" in order.pickupLocations || "web" in order.channel)',
    '"leeds" in order.pickupLocations || order.channel == "web"',
    "",
  ])
    expect(readParts(condition, known), condition).toBeNull();
});

test("a part without values decides nothing", () => {
  expect(writeParts([{ path: "order.channel", values: [] }], known)).toBe("true");
});
