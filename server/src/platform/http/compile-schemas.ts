import { SerializerSelector } from "@fastify/fast-json-stringify-compiler";
import { Ajv, type AnySchema, type Options, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import type { FastifySchemaCompiler, FastifyServerOptions } from "fastify";
import type { TSchema } from "typebox";
import { isDay, isMoment } from "./formats.ts";
import type { SchemaError } from "./problems.ts";

const VALIDATION: Options = {
  allErrors: true,
  removeAdditional: false,
  useDefaults: true,
  strict: false,
  // A model's `$id` is its name in the OpenAPI document, not an address: routes share models, alone, inside others and
  // described in other words, and compile them in whichever order they are called.
  addUsedSchema: false,
};

function validation(coerceTypes: NonNullable<Options["coerceTypes"]>): Ajv {
  const ajv = new Ajv({ ...VALIDATION, coerceTypes });
  addFormats.default(ajv);
  ajv.addFormat("date-time", isMoment);
  ajv.addFormat("date", isDay);
  return ajv;
}

/**
 * One of each in a process, and so is what they have compiled: tests open a hundred servers of the same schemas, and
 * compiling was 40 % of what each of them cost.
 */
let strict: Ajv | null = null;
let converting: Ajv | null = null;
/** Bodies are taken literally; query strings and paths are text and must be converted. */
const validatorOf = (schema: AnySchema, httpPart: string | undefined): ValidateFunction =>
  httpPart === "body"
    ? (strict ??= validation(false)).compile(schema)
    : (converting ??= validation("array")).compile(schema);

/** What is wrong with a value that a body must be, or a part of one; null when it fits. Compiled at the first use. */
export function compileBody(schema: TSchema): (value: unknown) => readonly SchemaError[] | null {
  let validate: ValidateFunction | null = null;
  return (value) => {
    validate ??= validatorOf(schema, "body");
    return validate(value) ? null : (validate.errors as SchemaError[]);
  };
}

/**
 * Validators and serializers are compiled when a route is first called. All of them at the start took two fifths of its
 * CPU and 90 MB, most of it for the refusals of each route, which are sent as text and never serialized by schema.
 */
export function compileValidators(): FastifySchemaCompiler<object> {
  return ({ schema, httpPart }) => {
    let validate: ValidateFunction | null = null;
    return (value: unknown) => {
      validate ??= validatorOf(schema, httpPart);
      if (validate(value)) return { value };
      return { error: Object.assign(new Error("invalid"), { schemaErrors: validate.errors, part: httpPart }) };
    };
  };
}

type SchemaController = NonNullable<FastifyServerOptions["schemaController"]>;
type BuildSerializer = NonNullable<NonNullable<SchemaController["compilersFactory"]>["buildSerializer"]>;

type Serialize = (value: unknown) => string;
const serializers = new WeakMap<object, Serialize>();

const buildSerializer: BuildSerializer = (externalSchemas, options) => {
  const compile = SerializerSelector()(externalSchemas, options);
  return (route) => {
    const schema = route.schema as object;
    return (value: unknown) => {
      let serialize = serializers.get(schema);
      if (serialize === undefined) serializers.set(schema, (serialize = compile(route)));
      return serialize(value);
    };
  };
};

export const schemaController: SchemaController = { compilersFactory: { buildSerializer } };
