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
    { pointer: "/name", message: "must NOT have more than 3 characters", code: "tooLong", expected: 3 },
  ]);
  expect(faultsOf(Nullable, { name: 7 })).toEqual([
    { pointer: "/name", message: "must be string", code: "wrongType", expected: "string" },
  ]);
  expect(faultsOf(Nullable, { name: null })).toEqual([]);
});

test("every fault has its own pointer", () => {
  expect(faultsOf(Nullable, { "a/b": 1 }).map(({ pointer }) => pointer)).toEqual(["/name", "/a~1b"]);
});

test("what a schema refuses has a stable name, with what would have fitted", () => {
  const schema = Type.Object(
    {
      kind: Type.Enum(["web", "app"]),
      count: Type.Integer({ minimum: 1 }),
      tags: Type.Array(Type.String(), { maxItems: 1, uniqueItems: true }),
      code: Type.String({ pattern: "^[a-z]+$" }),
    },
    { additionalProperties: false },
  );
  const named = (value: object) =>
    faultsOf(schema, value).map(({ pointer, code, expected }) => [pointer, code, expected]);
  expect(new Set(named({ kind: "fax", count: 0, tags: ["a", "a"], code: "A", more: 1 }))).toEqual(
    new Set([
      ["/code", "badFormat", undefined],
      ["/count", "tooSmall", 1],
      ["/kind", "notOneOf", "web, app"],
      ["/more", "unknownField", undefined],
      ["/tags", "duplicates", undefined],
      ["/tags", "tooMany", 1],
    ]),
  );
  expect(named({ kind: "web", count: 1, tags: [] })).toEqual([["/code", "required", undefined]]);
});
