import { Type } from "typebox";
import { expect, test } from "vitest";
import { compileValidators } from "./compile-schemas.ts";

const item = Type.Object({ sku: Type.String() }, { $id: "Item", additionalProperties: false });
const routes = {
  alone: item,
  inBulk: Type.Object({ items: Type.Array(item) }),
  inOtherWords: Type.Object({ first: Type.Object(item.properties, { ...item, description: "The first." }) }),
};
const bodies = { alone: { sku: "A" }, inBulk: { items: [{ sku: "A" }] }, inOtherWords: { first: { sku: "A" } } };
const faults = { alone: {}, inBulk: { items: [{}] }, inOtherWords: { first: { sku: 1 } } };

type Name = keyof typeof routes;

test.each<Name[]>([
  ["alone", "inBulk", "inOtherWords"],
  ["inBulk", "inOtherWords", "alone"],
  ["inOtherWords", "alone", "inBulk"],
])("routes that share a model validate whichever is called first: %s, %s, %s", (...order) => {
  const compile = compileValidators();
  const validators = order.map((name) => ({
    name,
    validate: compile({ schema: routes[name], method: "POST", url: `/${name}`, httpPart: "body" }),
  }));
  for (const { name, validate } of validators) {
    expect(validate(bodies[name])).toEqual({ value: bodies[name] });
    expect(validate(faults[name])).toMatchObject({ error: { schemaErrors: [expect.anything()] } });
  }
});
