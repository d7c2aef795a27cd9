import { expect, test } from "vitest";
import { completionsAt } from "./complete-liquid.ts";
import { readVariables } from "./variables.ts";

const context = {
  type: "object",
  properties: {
    order: {
      type: "object",
      properties: {
        number: { type: "string", description: "Its number.", examples: ["100001"] },
        lines: {
          type: "array",
          description: "What was ordered.",
          items: { type: "object", properties: { name: { type: "string", description: "Its name." } } },
        },
      },
    },
    customer: {
      type: "object",
      properties: {
        name: { anyOf: [{ type: "string", examples: ["Ada"] }, { type: "null" }], description: "As they told it." },
      },
    },
  },
};

test("values, values that may be missing, and lists with their rows are found by their paths", () => {
  expect(readVariables(context)).toEqual({
    values: [
      { path: "order.number", about: "Its number.", example: "100001" },
      { path: "customer.name", about: "As they told it.", example: "Ada" },
    ],
    lists: [
      {
        path: "order.lines",
        about: "What was ordered.",
        row: [{ path: "row.name", about: "Its name.", example: null }],
      },
    ],
  });
});

test("names are completed inside of outputs and conditions, filters behind a bar, and nothing in plain text", () => {
  const { values } = readVariables(context);
  const inserts = (text: string) => completionsAt(values, text, text.length).options.map(({ insert }) => insert);
  expect(inserts("Order {{ ord")).toEqual(["order.number"]);
  expect(inserts("{% if cust")).toEqual(["customer.name"]);
  expect(inserts("{{ order.number | up")).toEqual(["upcase"]);
  expect(inserts("{% el")).toEqual(["else", "elsif"]);
  expect(inserts("order")).toEqual([]);
  expect(inserts("{{ order.number }} ord")).toEqual([]);
  expect(completionsAt(values, "{{ ord", 6).from).toBe(3);
});
