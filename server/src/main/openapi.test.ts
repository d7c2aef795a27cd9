import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/**
 * The document is what integrators read, so each field says what it means, and a value whose shape its schema does not
 * tell has an example. `npm run check` keeps the committed document that of the code.
 */
interface Schema {
  $ref?: string;
  description?: string;
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  additionalProperties?: Schema | boolean;
  patternProperties?: Record<string, Schema>;
  [keyword: string]: unknown;
}

interface Operation {
  description?: string;
  parameters?: { name: string; description?: string; schema?: Schema; [keyword: string]: unknown }[];
  requestBody?: { content?: Record<string, { schema?: Schema }> };
  responses?: Record<string, { content?: Record<string, { schema?: Schema }> }>;
}

const document = JSON.parse(readFileSync(new URL("../../openapi.json", import.meta.url), "utf8")) as {
  components: { schemas: Record<string, Schema> };
  paths: Record<string, Record<string, Operation>>;
};

const TELLING = ["example", "examples", "enum", "const", "format"];

function resolved(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const { $ref, ...said } = schema;
  return { ...resolved(document.components.schemas[$ref.split("/").at(-1)!]!), ...said };
}

const branches = (schema: Schema): Schema[] => [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map(resolved);

/** Has no fields or items of its own that are described in turn. */
function isLeaf(schema: Schema): boolean {
  if (schema.properties ?? schema.items ?? schema.patternProperties) return false;
  return branches(schema).every(isLeaf) && schema.type !== "object";
}

function tellsItsValues(schema: Schema): boolean {
  if (TELLING.some((keyword) => keyword in schema) || schema.type === "boolean" || schema.type === "null") return true;
  const ways = branches(schema);
  return ways.length > 0 && ways.every(tellsItsValues);
}

function faultsOf(place: string, given: Schema): string[] {
  const schema = resolved(given);
  const faults: string[] = [];
  if (schema.description === undefined) faults.push(`${place} has no description`);
  if (isLeaf(schema) && !tellsItsValues(schema)) faults.push(`${place} has no example`);
  return faults;
}

/** The faults of all fields inside; what is referred to by name is looked at once, under its name. */
function faultsInside(place: string, schema: Schema): string[] {
  const fields = Object.entries(schema.properties ?? {});
  const map = typeof schema.additionalProperties === "object" ? [schema.additionalProperties] : [];
  const parts = [...map, ...Object.values(schema.patternProperties ?? {}), ...(schema.items ? [schema.items] : [])];
  return [
    ...fields.flatMap(([name, field]) => [
      ...faultsOf(`${place}.${name}`, field),
      ...faultsInside(`${place}.${name}`, field),
    ]),
    ...parts.flatMap((part) => faultsInside(`${place}[]`, part)),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((way) => faultsInside(place, way)),
  ];
}

function faultsOfOperation(place: string, operation: Operation): string[] {
  const answers = Object.values(operation.responses ?? {}).flatMap((answer) => Object.values(answer.content ?? {}));
  const bodies = [...Object.values(operation.requestBody?.content ?? {}), ...answers];
  return [
    ...(operation.parameters ?? []).flatMap(({ name, schema, ...said }) =>
      faultsOf(`${place} ?${name}`, { ...schema, ...said }),
    ),
    ...bodies.flatMap(({ schema }) => (schema === undefined ? [] : faultsInside(place, schema))),
  ];
}

test("every model is described", () => {
  const models = Object.entries(document.components.schemas);
  expect(models.length).toBeGreaterThan(50);
  expect(models.filter(([, { description }]) => description === undefined).map(([name]) => name)).toEqual([]);
});

test("every field of a model has a description, and an example where its schema does not tell its values", () => {
  const faults = Object.entries(document.components.schemas).flatMap(([name, model]) => faultsInside(name, model));
  expect(faults).toEqual([]);
});

test("so has every parameter and every field of a body or answer", () => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method} ${path}`, operation] as const),
  );
  expect(operations.length).toBeGreaterThan(50);
  expect(operations.flatMap(([place, operation]) => faultsOfOperation(place, operation))).toEqual([]);
});

test("every POST that changes something takes an Idempotency-Key, but those that cannot and say why", () => {
  const without = Object.entries(document.paths).flatMap(([path, { post }]) =>
    post === undefined || post.parameters?.some(({ name }) => name === "Idempotency-Key") ? [] : [{ path, ...post }],
  );
  const reading = without.filter(
    ({ path, description }) => path.startsWith("/v1/availability") || description?.includes("Changes nothing."),
  );
  const stated = without.filter(({ description }) => description?.includes("Takes no `Idempotency-Key`: "));
  expect(stated.map(({ path }) => path).sort()).toEqual([
    "/m/{token}",
    "/v1/inbound/{source}",
    "/v1/message-tests",
    "/v1/session",
    "/v1/session/password",
  ]);
  expect(without).toHaveLength(reading.length + stated.length);
});
