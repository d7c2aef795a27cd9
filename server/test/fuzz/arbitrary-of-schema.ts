import fc from "fast-check";

/** What the API's document says of a value; the parts of JSON Schema that it uses. */
export interface Schema {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  propertyNames?: Schema;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
}

export interface SchemaContext {
  schemas: Record<string, Schema>;
  /** Values that mean something in this world, by the name of the field or parameter: codes, IDs, references. */
  known: ReadonlyMap<string, readonly string[]>;
}

const MAX_ITEMS = 4;

/** Valid values of a schema: half of them names of things that exist, extremes among the numbers, all of Unicode in texts. */
export function arbitraryOf(schema: Schema, context: SchemaContext, name = ""): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return arbitraryOf(context.schemas[schema.$ref.split("/").at(-1)!]!, context, name);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => arbitraryOf(one, context, name)));
  switch (schema.type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return integerOf(schema);
    case "number":
      return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true });
    case "string":
      return textOf(schema, context, name);
    case "array":
      return arrayOf(schema, context, name);
    case "object":
      return objectOf(schema, context);
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
}

function integerOf({ minimum = -1_000_000, maximum = 1_000_000 }: Schema): fc.Arbitrary<number> {
  const [min, max] = [Math.max(minimum, Number.MIN_SAFE_INTEGER), Math.min(maximum, Number.MAX_SAFE_INTEGER)];
  return fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min, max: Math.min(max, min + 20) }) },
    { weight: 1, arbitrary: fc.constantFrom(min, max) },
    { weight: 1, arbitrary: fc.integer({ min, max }) },
  );
}

function textOf(schema: Schema, { known }: SchemaContext, name: string): fc.Arbitrary<string> {
  const any = freeTextOf(schema);
  const values = (known.get(name) ?? []).filter(
    (value) => schema.pattern === undefined || new RegExp(schema.pattern, "u").test(value),
  );
  return values.length === 0
    ? any
    : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: any });
}

function freeTextOf({ format, pattern, minLength = 0, maxLength = 200 }: Schema): fc.Arbitrary<string> {
  if (format === "date-time") return dateTime;
  if (format === "date") return dateTime.map((text) => text.slice(0, 10));
  if (format === "uuid") return fc.uuid();
  if (format === "email") return fc.emailAddress();
  if (pattern !== undefined) {
    const form = new RegExp(pattern);
    // Few texts of a form are long by themselves: what is too short is said again, which most forms allow.
    const fill = (text: string): string => (text === "" ? text : text.repeat(Math.ceil(minLength / text.length) || 1));
    return fc
      .stringMatching(form, { size: "xsmall" })
      .map((text) => (text.length < minLength ? fill(text) : text))
      .filter((text) => text.length <= maxLength && text.length >= minLength && form.test(text));
  }
  const unit = fc
    .constantFrom<"grapheme" | "binary">("grapheme", "binary")
    .chain((kind) => fc.string({ unit: kind, minLength, maxLength: Math.min(maxLength, minLength + 40) }));
  // NUL cannot be stored, so it is no valid text.
  return unit
    .map((text) => text.replaceAll("\u0000", "x"))
    .filter((text) => text.length >= minLength && text.length <= maxLength);
}

/** Now, and the ends of what RFC 3339 can write. */
const dateTime = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .date({ min: new Date("2026-01-01T00:00:00Z"), max: new Date(), noInvalidDate: true })
      .map((date) => date.toISOString()),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "0000-01-01T00:00:00Z",
      "0001-01-01T00:00:00+14:00",
      "9999-12-31T23:59:59-12:00",
      "2016-12-31T23:59:60Z",
      "2026-11-20T14:05:00.123456789+01:00",
      "1969-12-31T23:59:59.999Z",
    ),
  },
);

function arrayOf(schema: Schema, context: SchemaContext, name: string): fc.Arbitrary<unknown[]> {
  const minLength = schema.minItems ?? 0;
  const length = { minLength, maxLength: Math.max(minLength, Math.min(schema.maxItems ?? MAX_ITEMS, MAX_ITEMS)) };
  const item = arbitraryOf(schema.items ?? {}, context, name);
  return schema.uniqueItems === true ? fc.uniqueArray(item, length) : fc.array(item, length);
}

function objectOf(schema: Schema, context: SchemaContext): fc.Arbitrary<object> {
  const properties = schema.properties ?? {};
  if (typeof schema.additionalProperties === "object" && Object.keys(properties).length === 0) {
    const names = arbitraryOf(
      schema.propertyNames ?? { type: "string", maxLength: 20 },
      context,
      "",
    ) as fc.Arbitrary<string>;
    return fc.dictionary(names, arbitraryOf(schema.additionalProperties, context), { maxKeys: 3 });
  }
  const fields = Object.fromEntries(
    Object.entries(properties).map(([field, inner]) => [field, arbitraryOf(inner, context, field)]),
  );
  return fc.record(fields, {
    requiredKeys: (schema.required ?? []).filter((field) => field in fields),
    noNullPrototype: true,
  });
}
