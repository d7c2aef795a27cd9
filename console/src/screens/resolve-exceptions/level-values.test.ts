import { expect, test } from "vitest";
import { type LevelsJson, levelsOf, levelsValues } from "./level-values.ts";

test("levels come out of their form as they went in", () => {
  const levels: LevelsJson = {
    title: "Lost connections",
    kinds: ["webhookDisabled"],
    hours: "location",
    escalations: [
      { from: "opened", after: "PT30M", alert: true },
      { after: "P1D", team: "operations" },
    ],
  };
  expect(levelsOf(levelsValues("connections", levels, "UTC"))).toEqual(levels);
  const atOnce = levelsValues("x", { title: "X", escalations: [{ after: "PT0S", alert: true }] }, "UTC");
  expect(atOnce.escalations[0]).toMatchObject({ from: "due", count: 0, unit: "hours" });
  expect(levelsOf(atOnce)).toEqual({ title: "X", escalations: [{ after: "PT0H", alert: true }] });
});
