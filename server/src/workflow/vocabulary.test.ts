import { type TSchema, Type } from "typebox";
import { expect, test } from "vitest";
import type { EntityType } from "./compiled.ts";
import { vocabularyOf } from "./vocabulary.ts";

const speaking = (steps: Record<string, TSchema>): string =>
  vocabularyOf([
    {
      name: "order",
      labels: ["created"],
      guards: {},
      steps: Object.fromEntries(Object.entries(steps).map(([name, params]) => [name, { params }])),
    } as unknown as EntityType,
  ]);

test("releases whose steps take other parameters have other names; the order of the steps says nothing", () => {
  const [text, number] = [Type.Object({ title: Type.String() }), Type.Object({ title: Type.Number() })];
  expect(speaking({ ask: text, hold: number })).toBe(speaking({ hold: number, ask: text }));
  expect(speaking({ ask: text })).not.toBe(speaking({ ask: number }));
  expect(speaking({ ask: text })).not.toBe(speaking({ ask: text, hold: text }));
});
