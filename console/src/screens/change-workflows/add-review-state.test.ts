import { expect, test } from "vitest";
import { addReview } from "./add-review-state.ts";
import type { WorkflowJson } from "./statechart.ts";

const workflow: WorkflowJson = {
  id: "flow",
  meta: { entityType: "order", title: "Flow" },
  initial: "created",
  states: {
    created: {
      always: [
        { target: "processing", guard: "somethingPromised" },
        { target: "waiting", guard: "somethingOrdered" },
      ],
      on: { cancel: { actions: { type: "cancelUnits" } }, progressed: { target: "cancelled" } },
    },
    processing: {},
    waiting: {},
    cancelled: { type: "final" },
  },
};
const review = {
  name: "fraudReview",
  label: "confirmed",
  guard: { type: "cel", params: { expression: "order.total > 50000" } },
  entry: [{ type: "openTask" }],
  exit: [],
  accept: "accept",
  reject: "reject",
  rejectTarget: null,
  rejectSteps: [{ type: "cancelUnits" }],
};

test("a review is tried first; accepting goes on as it would have, and what could happen before can happen meanwhile", () => {
  const changed = addReview(workflow, { source: "created", kind: "always", name: "" }, review);
  expect(changed.states?.["created"]?.always).toEqual([
    { target: "fraudReview", guard: review.guard },
    { target: "processing", guard: "somethingPromised" },
    { target: "waiting", guard: "somethingOrdered" },
  ]);
  expect(changed.states?.["fraudReview"]).toEqual({
    meta: { label: "confirmed" },
    entry: { type: "openTask" },
    on: {
      cancel: { actions: { type: "cancelUnits" } },
      progressed: { target: "cancelled" },
      accept: [
        { target: "processing", guard: "somethingPromised" },
        { target: "waiting", guard: "somethingOrdered" },
      ],
      reject: { actions: { type: "cancelUnits" } },
    },
  });
});

test("without a condition nothing passes by the review", () => {
  const changed = addReview(
    workflow,
    { source: "created", kind: "on", name: "progressed" },
    { ...review, guard: null, rejectTarget: "waiting", rejectSteps: [] },
  );
  expect(changed.states?.["created"]?.on?.["progressed"]).toEqual({ target: "fraudReview" });
  expect(changed.states?.["fraudReview"]?.on).toEqual({
    cancel: { actions: { type: "cancelUnits" } },
    accept: { target: "cancelled" },
    reject: { target: "waiting" },
  });
});
