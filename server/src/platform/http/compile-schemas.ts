import { SerializerSelector } from "@fastify/fast-json-stringify-compiler";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import type { FastifySchemaCompiler, FastifyServerOptions } from "fastify";

/**
 * Validators and serializers are compiled when a route is first called. All of them at the start took two fifths of its
 * CPU and 90 MB, most of it for the refusals of each route, which are sent as text and never serialized by schema.
 */
export function compileValidators(): FastifySchemaCompiler<object> {
  // Bodies are taken literally; query strings and paths are text and must be converted.
  const strict = new Ajv({
    allErrors: true,
    coerceTypes: false,
    removeAdditional: false,
    useDefaults: true,
    strict: false,
  });
  const converting = new Ajv({
    allErrors: true,
    coerceTypes: "array",
    removeAdditional: false,
    useDefaults: true,
    strict: false,
  });
  addFormats.default(strict);
  addFormats.default(converting);
  return ({ schema, httpPart }) => {
    let validate: ValidateFunction | null = null;
    return (value: unknown) => {
      validate ??= (httpPart === "body" ? strict : converting).compile(schema);
      if (validate(value)) return { value };
      return { error: Object.assign(new Error("invalid"), { schemaErrors: validate.errors, part: httpPart }) };
    };
  };
}

type SchemaController = NonNullable<FastifyServerOptions["schemaController"]>;
type BuildSerializer = NonNullable<NonNullable<SchemaController["compilersFactory"]>["buildSerializer"]>;

const buildSerializer: BuildSerializer = (externalSchemas, options) => {
  const compile = SerializerSelector()(externalSchemas, options);
  return (route) => {
    let serialize: ((value: unknown) => string) | null = null;
    return (value: unknown) => {
      serialize ??= compile(route);
      return serialize(value);
    };
  };
};

export const schemaController: SchemaController = { compilersFactory: { buildSerializer } };
