import { expect, test } from "vitest";
import { type QueueJson, queueOf, queueValues } from "./queue-values.ts";

test("a queue comes out of its form as it went in, with own hours and all levels", () => {
  const queue: QueueJson = {
    title: "Fraud review",
    team: "fraud",
    priority: 70,
    due: "PT4H",
    hours: { timeZone: "Europe/London", calendar: { openingHours: { mon: [{ from: "09:00", to: "17:00" }] } } },
    escalations: [{ after: "PT2H", team: "operations", priority: 90, alert: true }, { after: "P1D" }],
  };
  const again = queueOf(queueValues("fraud-review", queue, "UTC"));
  expect(again).toMatchObject({ ...queue, hours: { timeZone: "Europe/London" } });
  expect(again.hours).toMatchObject({ calendar: { openingHours: { mon: [{ from: "09:00", to: "17:00" }], tue: [] } } });
  expect(queueOf(queueValues("x", { title: "X", team: "x", due: "PT90M" }, "UTC"))).toEqual({
    title: "X",
    team: "x",
    due: "PT90M",
  });
});
