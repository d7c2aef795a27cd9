import { type Static, Type } from "typebox";
import { textField } from "../platform/http/described.ts";
import type { DocumentKind } from "../platform/documents/document-kind.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { newId } from "../platform/ids.ts";
import type { UserAddress, UserAddresses } from "../access/public.ts";
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
  recipient: UserAddress;
  origin: Origin;
}

const TIMEOUT_MS = 30_000;

/** Colleagues only: whoever may write templates must not be able to mail anybody in the retailer's name. */
export async function testRecipient(
  addresses: UserAddresses,
  actor: string,
  to: string | undefined,
): Promise<UserAddress> {
  const recipient = to === undefined ? await addresses.ofActor(actor) : await addresses.withEmail(to);
  if (recipient !== null) return recipient;
  throw messageRefusals.refuse(to === undefined ? "noAddress" : "notAColleague");
}

/** Sends what the preview shows to who looks at it, or whom they name. Nothing is kept of it but that it was sent. */
export async function sendTest(
  messages: Messages,
  kind: DocumentKind,
  { template, orderId, recipient, origin }: TestMessage,
): Promise<Static<typeof TestSent>> {
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
      recipient: recipient.email,
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
        details: { trigger, recipient: `user:${recipient.id}` },
      },
    ]),
  );
  return { sentTo: recipient.email };
}
