import { type Static, Type } from "typebox";
import { orNull, textField } from "../platform/http/described.ts";
import type { DocumentKind } from "../platform/documents/document-kind.ts";
import type { Fault } from "../platform/refusals.ts";
import { compose, previewLinks, voiceOf } from "./compose-message.ts";
import type { Messages } from "./messages.ts";
import { messageRefusals } from "./refusals.ts";
import type { MessageTemplate } from "./template.ts";

export const PreviewRequest = Type.Object(
  {
    template: Type.Unknown({
      description: "Content of a message template, faulty or not.",
      examples: [{ trigger: "shipped", medium: "email" }],
    }),
    order: Type.String({
      maxLength: 200,
      description: "ID, number or channel:reference of a real order.",
      examples: ["100001"],
    }),
  },
  {
    additionalProperties: false,
    $id: "MessagePreviewRequest",
    description: "A template and the order to fill it in with.",
  },
);

export const TestRequest = Type.Object(
  {
    ...PreviewRequest.properties,
    to: Type.Optional(
      Type.String({
        format: "email",
        maxLength: 254,
        description: "The address of somebody who can sign in here; absent: of who asks.",
        examples: ["ana@shop.example"],
      }),
    ),
  },
  {
    additionalProperties: false,
    $id: "TestMessageRequest",
    description: "A template, the order to fill it in with, and where to send it.",
  },
);

export const Preview = Type.Object(
  {
    faults: Type.Array(
      Type.Object({
        pointer: textField("JSON pointer into the template.", "/blocks/0/text"),
        message: textField("What is wrong there.", "there is no order.numbr (line 1, column 4)"),
      }),
      { description: "What keeps it from being published." },
    ),
    message: orNull(
      Type.Object(
        {
          subject: orNull(textField("Its subject; null: it has none.", "Your order 100001 is on its way")),
          html: orNull(textField("As HTML; null: none.", "<!doctype html>…")),
          text: textField("As plain text.", "Your order is on its way …"),
        },
        { description: "As the customer of the order would get it; null: the template has faults." },
      ),
    ),
  },
  { $id: "MessagePreview", description: "A template filled in with a real order. Nothing is sent or kept." },
);

/** Fills a draft in with what a real order has to tell. */
export async function previewMessage(
  messages: Messages,
  kind: DocumentKind,
  template: unknown,
  orderId: string,
): Promise<Static<typeof Preview>> {
  const faults: Fault[] = [...kind.check(template, "preview").faults];
  if (faults.length > 0) return { faults, message: null };
  const sound = template as MessageTemplate;
  const occasion = await messages.source.latestOccasion(sound.trigger, orderId);
  const subject = occasion === null ? null : await messages.source.subjectOf(sound.trigger, occasion);
  if (subject === null) throw messageRefusals.refuse("nothingToTell");
  return {
    faults,
    message: compose(sound, subject, voiceOf(messages, subject.channel), previewLinks(messages, sound.trigger)),
  };
}
