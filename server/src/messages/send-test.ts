import { type Static, Type } from "typebox";
import { textField } from "../platform/http/described.ts";
import type { DocumentKind } from "../platform/documents/document-kind.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { newId } from "../platform/ids.ts";
import { common } from "../platform/refusals.ts";
import { voiceOf } from "./compose-message.ts";
import type { Messages } from "./messages.ts";
import { previewMessage } from "./preview-message.ts";
import { messageRefusals } from "./refusals.ts";
import type { MessageTemplate } from "./template.ts";

export const TestSent = Type.Object(
  { sentTo: textField("Where it went.", "ana@shop.example") },
  { $id: "TestMessageSent", description: "A test message that was taken by the mail server." },
);

export interface TestMessage {
  template: unknown;
  orderId: string;
  /** The address of who asks; null: they have none. */
  own: string | null;
  to: string | null;
  origin: Origin;
}

const TIMEOUT_MS = 30_000;

/** Sends what the preview shows to who looks at it, or whom they name. Nothing is kept of it but that it was sent. */
export async function sendTest(
  messages: Messages,
  kind: DocumentKind,
  { template, orderId, own, to, origin }: TestMessage,
): Promise<Static<typeof TestSent>> {
  if (to === null) throw messageRefusals.refuse("noAddress");
  const { faults, message } = await previewMessage(messages, kind, template, orderId);
  if (message === null)
    throw common.refuse("invalidInput", {
      faults: faults.map((fault) => ({ ...fault, pointer: `/template${fault.pointer}` })),
    });
  const { medium, trigger, language } = template as MessageTemplate;
  const port = messages.ports.email;
  if (medium !== "email" || port === null) throw messageRefusals.refuse("cannotSend");
  const channel = (
    await messages.database.transaction((transaction) => messages.source.audienceOf(transaction, [orderId]))
  ).get(orderId)!.channel;
  const { sender, name } = voiceOf(messages, channel);
  const delivery = await port.send(
    {
      ...message,
      id: newId(messages.clock.now().getTime()),
      orderId,
      trigger,
      language,
      recipient: to,
      declineUrl: null,
      from: { name, address: sender.address, replyTo: sender.replyTo },
    },
    AbortSignal.timeout(TIMEOUT_MS),
  );
  if (!delivery.sent) throw messageRefusals.refuse("cannotSend", { message: delivery.reason });
  await messages.database.transaction(async (transaction) =>
    recordAudit(transaction, [
      {
        origin,
        action: "sendTestMessage",
        entityType: "order",
        entityId: orderId,
        details: { trigger, elsewhere: to !== own },
      },
    ]),
  );
  return { sentTo: to };
}
