import { expect, test } from "vitest";
import { copyOf } from "./new-content.ts";

test("a copy has its own code, and no target leads into the workflow that it was copied from", () => {
  const content = {
    id: "delivery",
    version: "2",
    meta: { entityType: "fulfillmentOrder", title: "Delivery" },
    initial: "open",
    states: {
      open: { on: { reject: "#delivery.rejected", note: { description: "#delivery is no target here" } } },
      rejected: { type: "final" },
    },
  };
  expect(copyOf(content, "delivery", "express", "Express")).toEqual({
    id: "express",
    meta: { entityType: "fulfillmentOrder", title: "Express" },
    initial: "open",
    states: {
      open: { on: { reject: "#express.rejected", note: { description: "#delivery is no target here" } } },
      rejected: { type: "final" },
    },
  });
});
