import { expect, test } from "vitest";
import { completionsAt, type Language } from "./complete-condition.ts";

const field = (name: string, type: Language["types"][number]["fields"][number]["type"], of: string | null = null) => ({
  name,
  type,
  of,
  maxItems: null,
  description: name,
  example: null,
});

const language: Language = {
  variables: [{ name: "order", type: "Order", description: "The order." }],
  types: [
    {
      name: "Order",
      fields: [field("channel", "text"), field("customer", "object", "Customer"), field("lines", "list", "Line")],
    },
    { name: "Customer", fields: [field("tier", "text")] },
    { name: "Line", fields: [field("sku", "text"), field("quantity", "whole")] },
  ],
  functions: [{ name: "startsWith", receiver: "text", example: "", description: "Begins so." }],
};

const offered = (text: string) => completionsAt(language, text, text.length).options.map(({ insert }) => insert);

test("what can stand at the caret is offered, from variables down to the fields of a list's items", () => {
  expect(offered("or")).toEqual(["order"]);
  expect(offered("order.c")).toEqual(["channel", "customer"]);
  expect(offered("order.customer.")).toEqual(["tier"]);
  expect(offered("order.channel.")).toEqual(["startsWith("]);
  expect(offered("order.lines.exists(line, line.")).toEqual(["sku", "quantity"]);
  expect(offered("order.lines.exists(line, li")).toEqual(["line"]);
});

test("inside a quoted text nothing is offered", () => {
  expect(offered('order.channel == "or')).toEqual([]);
});
