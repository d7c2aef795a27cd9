import { expect, test } from "vitest";
import { compareExceptionLevels, compareQueues } from "./compare-queues.ts";
import type { TaskQueue } from "./task-queues.ts";

const queue: TaskQueue = {
  title: "Fraud review",
  team: "fraud",
  due: "PT4H",
  helpers: ["operations"],
  escalations: [{ after: "PT2H", team: "operations", priority: 90 }],
};

test("two versions of a queue are told apart in sentences that people read", () => {
  expect(compareQueues(queue, { ...queue })).toEqual([]);
  const { helpers: _, ...alone } = queue;
  const changed: TaskQueue = { ...alone, due: "P1DT30M", priority: 70, escalations: [] };
  expect(compareQueues(queue, changed).map(({ change, sentence }) => `${change}: ${sentence}`)).toEqual([
    "removed: The teams that help: no longer operations.",
    "added: The priority: from now on 70.",
    "changed: The time for a task: from now on 1 d 30 min, no longer 4 h.",
    "changed: What happens if nobody does it: from now on nothing, no longer 2 h, operations, 90.",
  ]);
});

test("so are two versions of the levels of exceptions", () => {
  const before = { title: "All", escalations: [{ after: "PT0S", alert: true }] };
  const after = { ...before, escalations: [{ from: "opened" as const, after: "PT2H", team: "operations" }] };
  expect(compareExceptionLevels(before, after).map(({ sentence }) => sentence)).toEqual([
    "What happens if nobody deals with one: from now on opened, 2 h, operations, no longer 0 s, true.",
  ]);
});
