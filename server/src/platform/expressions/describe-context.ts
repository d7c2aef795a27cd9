import { Type } from "typebox";
import { orNull, textField, wholeField } from "../http/described.ts";
import type { ExpressionContext } from "./compile-expression.ts";
import type { FieldType, View } from "./context.ts";
import { FUNCTIONS } from "./functions.ts";

const TYPES = ["text", "whole", "decimal", "flag", "moment", "record", "list", "object"] as const satisfies FieldType[];
const description = (example: string) => textField("What it is, in a sentence.", example);

/** What an editor needs to complete conditions while they are typed. */
export const ConditionLanguage = Type.Object(
  {
    variables: Type.Array(
      Type.Object({
        name: textField("As conditions write it.", "order"),
        type: textField("Name of its type, among `types`.", "Order"),
        description: description("The order."),
      }),
      { description: "What conditions begin with." },
    ),
    types: Type.Array(
      Type.Object({
        name: textField("Name of the type.", "Order"),
        fields: Type.Array(
          Type.Object({
            name: textField("As conditions write it.", "channel"),
            type: Type.Enum(TYPES, {
              description:
                "text, whole (number), decimal, flag (true or false), moment, record (named values), list or object.",
              examples: ["text"],
            }),
            of: orNull(textField("Type of the object, or of the objects in the list; null: none.", "OrderLine")),
            maxItems: orNull(wholeField("The longest that the list can be; null: no list.", 2000)),
            description: description("Code of the channel."),
            example: Type.Unknown({ description: "A value that it may have.", examples: ["web-uk"] }),
          }),
          { description: "What it has." },
        ),
      }),
      { description: "Every type of object that conditions can look at." },
    ),
    functions: Type.Array(
      Type.Object({
        name: textField("As conditions write it.", "startsWith"),
        receiver: orNull(
          Type.Enum(["text", "list", "moment", "duration"], {
            description: "What it is called on; null: it is called by itself.",
            examples: ["text"],
          }),
        ),
        example: textField("A condition that uses it.", 'order.channel.startsWith("web")'),
        description: description("Whether the text begins so."),
      }),
      { description: "What conditions can call." },
    ),
  },
  { description: "What conditions in CEL can look at and call." },
);

export function describeContext(context: ExpressionContext<never>) {
  const views = new Map<string, View<never>>();
  const collect = (view: View<never>): void => {
    views.set(view.name, view);
    for (const field of Object.values(view.fields)) if (field.view !== null) collect(field.view);
  };
  const variables = Object.entries(context.variables);
  for (const [, { view }] of variables) collect(view);
  return {
    variables: variables.map(([name, { view, description }]) => ({ name, type: view.name, description })),
    types: [...views.values()].map(({ name, fields }) => ({
      name,
      fields: Object.entries(fields).map(([field, { type, view, maxItems, description, example }]) => ({
        name: field,
        type,
        of: view?.name ?? null,
        maxItems,
        description,
        example: example ?? null,
      })),
    })),
    functions: FUNCTIONS.map((one) => ({ ...one })),
  };
}
