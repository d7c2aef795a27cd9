import { Type } from "typebox";
import { orNull } from "../http/described.ts";

/** Schemas that all reference data share. Null clears a field. */
export { orNull };

export const text = (maxLength: number, description: string, example: string) =>
  Type.String({ minLength: 1, maxLength, description, examples: [example] });

export const optionalText = (maxLength: number, description: string, example: string) =>
  orNull(text(maxLength, description, example));

export const whole = (minimum: number, maximum: number, description: string, example: number) =>
  Type.Integer({ minimum, maximum, description, examples: [example] });

export const flag = (description: string, example: boolean) => Type.Boolean({ description, examples: [example] });

const MAX_PROPERTIES = 200;

/** Free properties: names of at most 64 characters, values as the retailer likes. */
export const freeProperties = (description: string, example: Record<string, unknown>) =>
  Type.Unsafe<Record<string, unknown>>({
    type: "object",
    additionalProperties: true,
    propertyNames: { maxLength: 64 },
    maxProperties: MAX_PROPERTIES,
    description,
    examples: [example],
  });

export const externalId = optionalText(200, "Its ID in the system that it comes from.", "PIM-20391");
export const metadata = freeProperties("Whatever the retailer wants to keep with it.", { owner: "buying" });
