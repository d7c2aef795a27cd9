import { type TSchema, Type } from "typebox";
import { expect, test } from "vitest";
import type { DescribedEntityType } from "./compiled.ts";
import { vocabularyOf } from "./vocabulary.ts";

const speaking = (steps: Record<string, TSchema>, fields: object = {}): string =>
  vocabularyOf([
    {
      name: "order",
      labels: ["created"],
      guards: {},
      steps: Object.fromEntries(Object.entries(steps).map(([name, params]) => [name, { params }])),
      conditions: { variables: { order: { view: { name: "Order", fields }, description: "The order." } } },
    } as unknown as DescribedEntityType,
  ]);

test("releases whose steps take other parameters have other names; the order of the steps says nothing", () => {
  const [text, number] = [Type.Object({ title: Type.String() }), Type.Object({ title: Type.Number() })];
  expect(speaking({ ask: text, hold: number })).toBe(speaking({ hold: number, ask: text }));
  expect(speaking({ ask: text })).not.toBe(speaking({ ask: number }));
  expect(speaking({ ask: text })).not.toBe(speaking({ ask: text, hold: text }));
});

test("releases whose conditions see something else have other names; how it is described says nothing", () => {
  const field = (type: string, description: string) => ({ type, view: null, maxItems: null, description });
  const seeing = (fields: object): string => speaking({}, fields);
  const known = seeing({ total: field("whole", "What it costs.") });
  expect(seeing({ total: field("whole", "Its total.") })).toBe(known);
  expect(seeing({ total: field("decimal", "What it costs.") })).not.toBe(known);
  expect(seeing({ total: field("whole", ""), market: field("text", "") })).not.toBe(known);
});
