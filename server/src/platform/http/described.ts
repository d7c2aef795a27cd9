import { type TSchema, Type } from "typebox";

/**
 * Fields of answers. They are described for people and never checked, so that answering costs no more: a type, what
 * the value means with its unit, and an example.
 */
export const textField = (description: string, example: string) => Type.String({ description, examples: [example] });

export const wholeField = (description: string, example: number) => Type.Integer({ description, examples: [example] });

const EXAMPLE_ID = "0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d";
export const idField = (description: string) => textField(description, EXAMPLE_ID);

export const momentField = (description: string, example = "2026-11-20T14:05:00.000Z") =>
  textField(`${description} ISO 8601, UTC.`, example);

export const amountField = (description: string, example: number) =>
  wholeField(`${description} In minor units of the order's currency.`, example);

export const versionField = (of: string) => wholeField(`Counts the changes of ${of}: a higher one is newer.`, 3);

/** The value or null. What is said of the value holds for both and is told where readers of the document look. */
export function orNull<Schema extends TSchema>(schema: Schema) {
  const { description, examples } = schema as { description?: string; examples?: unknown[] };
  return Type.Union(
    [schema, Type.Null()],
    Object.fromEntries(Object.entries({ description, examples }).filter(([, said]) => said !== undefined)),
  );
}
