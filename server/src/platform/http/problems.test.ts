import { Ajv } from "ajv";
import { Type, type TSchema } from "typebox";
import { expect, test } from "vitest";
import { refusalOfSchemaErrors } from "./problems.ts";

function faultsOf(schema: TSchema, value: unknown) {
  const validate = new Ajv({ allErrors: true, strict: false }).compile(schema);
  return validate(value) ? [] : refusalOfSchemaErrors(validate.errors as never, "body").faults;
}

const Nullable = Type.Object(
  { name: Type.Union([Type.String({ maxLength: 3 }), Type.Null()]) },
  { additionalProperties: false },
);

test("a field that may be null is told what is wrong with its value, not that it is not null", () => {
  expect(faultsOf(Nullable, { name: "long" })).toEqual([
    { pointer: "/name", message: "must NOT have more than 3 characters" },
  ]);
  expect(faultsOf(Nullable, { name: 7 })).toEqual([{ pointer: "/name", message: "must be string" }]);
  expect(faultsOf(Nullable, { name: null })).toEqual([]);
});

test("every fault has its own pointer", () => {
  expect(faultsOf(Nullable, { "a/b": 1 }).map(({ pointer }) => pointer)).toEqual(["/name", "/a~1b"]);
});
