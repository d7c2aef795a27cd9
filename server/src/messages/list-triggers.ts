import { type Static, Type } from "typebox";
import { orNull, textField } from "../platform/http/described.ts";
import type { Messages } from "./messages.ts";
import { MEDIA } from "./template.ts";
import { contextOf } from "./template-documents.ts";

const Schema = (description: string) => Type.Record(Type.String(), Type.Unknown(), { description });

export const TriggerList = Type.Object(
  {
    data: Type.Array(
      Type.Object({
        code: textField("Stable name.", "shipped"),
        title: textField("For people.", "Shipped"),
        description: textField("When it is sent.", "A shipment left a location."),
        followUp: Type.Boolean({ description: "Whether customers can decline it.", examples: [false] }),
        follows: Type.Array(Type.String(), {
          description: "Events that give reason to it; none: people and workflows do.",
        }),
        asked: orNull(Schema("JSON Schema of what people say when they ask for it; null: they cannot.")),
        context: Schema("JSON Schema of what templates may name."),
        media: Type.Array(
          Type.Object({
            medium: Type.Enum(MEDIA, { description: "How it reaches the customer.", examples: ["email"] }),
            sent: Type.Boolean({
              description: "False: there is no way to send it here, and it is kept.",
              examples: [true],
            }),
          }),
          { description: "Media with a template in force." },
        ),
      }),
      { description: "Everything that customers can be told of." },
    ),
  },
  { $id: "MessageTriggers", description: "What customers can be told of." },
);

export function listTriggers({ source, templates, ports }: Messages): Static<typeof TriggerList> {
  return {
    data: source.triggers.map((trigger) => ({
      code: trigger.code,
      title: trigger.title,
      description: trigger.description,
      followUp: trigger.followUp,
      follows: [...trigger.follows],
      asked: plain(trigger.asked),
      context: plain(contextOf(trigger))!,
      media: MEDIA.filter((medium) =>
        templates().some((template) => template.trigger === trigger.code && template.medium === medium),
      ).map((medium) => ({ medium, sent: ports[medium] !== null })),
    })),
  };
}

/** Schemas carry more than JSON Schema; as text and back it is gone. */
function plain(schema: object | null): Record<string, unknown> | null {
  return schema === null ? null : (JSON.parse(JSON.stringify(schema)) as Record<string, unknown>);
}
