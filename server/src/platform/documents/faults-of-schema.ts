import type { TSchema } from "typebox";
import { Value } from "typebox/value";
import type { Fault } from "../refusals.ts";

/** Where a content does not have the shape of its schema. */
export function faultsOfSchema(schema: TSchema, content: unknown, pointer = ""): Fault[] {
  if (Value.Check(schema, content)) return [];
  return Value.Errors(schema, content).map((error) => ({
    pointer: `${pointer}${error.instancePath}`,
    message: error.message,
  }));
}
