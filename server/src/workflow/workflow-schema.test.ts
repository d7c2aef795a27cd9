import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { fulfillmentOrderEntityType, orderEntityType } from "../orders/entity-types.ts";
import { workflowSchema } from "./workflow-schema.ts";

const FOLDER = new URL("../../workflows/", import.meta.url);
const files = readdirSync(FOLDER).filter((file) => file.endsWith(".json"));
const read = (file: string) => JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) as Workflow;

interface Workflow {
  states: Record<string, Record<string, unknown>>;
  [part: string]: unknown;
}

/** As an editor of an integration engineer would: an independent implementation of the standard. */
const schema = workflowSchema([orderEntityType, fulfillmentOrderEntityType]);
const validate = new Ajv2020({ strict: false, allErrors: true }).compile(schema);

const orders = "standard-delivery.order.json";

describe("the JSON Schema of workflows", () => {
  test.each(files)("takes what is shipped: %s", (file) => {
    validate(read(file));
    expect(validate.errors ?? []).toEqual([]);
  });

  test.each<[string, (workflow: Workflow) => void]>([
    ["a step that nobody knows", ({ states }) => (states["created"]!["entry"] = "sendPigeon")],
    [
      "a step of another kind of entity",
      ({ states }) => (states["created"]!["entry"] = { type: "shipUnits", params: {} }),
    ],
    ["a step without its parameters", ({ states }) => (states["created"]!["entry"] = { type: "openTask" })],
    [
      "a parameter of the wrong form",
      ({ states }) => (states["created"]!["entry"] = { type: "hold", params: { reason: 7 } }),
    ],
    ["a guard that nobody knows", ({ states }) => (states["created"]!["always"] = { target: "x", guard: "isMonday" })],
    ["a label that no list shows", ({ states }) => (states["created"]!["meta"] = { label: "dreaming" })],
    ["parallel states", ({ states }) => (states["created"]!["type"] = "parallel")],
    ["a field that is not part of the format", (workflow) => (workflow["invoke"] = {})],
    ["no states", (workflow) => Reflect.deleteProperty(workflow, "states")],
    ["another kind of entity", (workflow) => (workflow["meta"] = { entityType: "parcel", title: "Parcels" })],
  ])("refuses %s", (_what, spoil) => {
    const workflow = read(orders);
    spoil(workflow);
    expect(validate(workflow)).toBe(false);
  });

  test("takes every step and guard that needs parameters with them, and joined guards", () => {
    const workflow = read(orders);
    workflow.states["created"]!["entry"] = [
      { type: "hold", params: { reason: "fraudReview" } },
      { type: "raiseException", params: { kind: "odd", reason: "Odd.", ownerTeam: "operations", deadline: "P1D" } },
    ];
    workflow.states["created"]!["always"] = {
      target: "processing",
      guard: {
        type: "allOf",
        params: { guards: ["everythingShipped", { type: "cel", params: { expression: "order.held" } }] },
      },
    };
    validate(workflow);
    expect(validate.errors ?? []).toEqual([]);
  });
});
