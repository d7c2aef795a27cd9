import type { Transaction } from "../platform/db/database.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { newId } from "../platform/ids.ts";
import { faultsOfSchema } from "../platform/documents/faults-of-schema.ts";
import type { Messages } from "./messages.ts";
import { putMessages } from "./outbox.sql.ts";
import { isReachable, wantedMedia } from "./queue-messages.ts";
import { messageRefusals } from "./refusals.ts";
import { common } from "../platform/refusals.ts";

export interface MessageRequest {
  orderId: string;
  trigger: string;
  facts: Readonly<Record<string, unknown>>;
  origin: Origin;
}

/** Somebody tells the customer of an order, by every medium that has a template in force and reaches him. */
export async function requestMessage(
  messages: Messages,
  transaction: Transaction,
  { orderId, trigger: code, facts, origin }: MessageRequest,
): Promise<{ messageIds: string[] }> {
  const trigger = messages.source.triggers.find((one) => one.code === code);
  if (trigger?.asked == null) throw messageRefusals.refuse("notAskable");
  const faults = faultsOfSchema(trigger.asked, facts, "/facts");
  if (faults.length > 0) throw common.refuse("invalidInput", { faults });
  const audience = (await messages.source.audienceOf(transaction, [orderId])).get(orderId);
  if (audience === undefined) throw common.refuse("notFound");
  const media = [...(wantedMedia(messages).get(code) ?? [])].filter((medium) => isReachable(audience, medium));
  if (media.length === 0 || audience.historical || audience.superseded) throw messageRefusals.refuse("nobodyToTell");
  const found = media.map((medium) => ({
    id: newId(messages.clock.now().getTime()),
    trigger: code,
    medium,
    orderId,
    subjectId: null,
    facts,
    orderNumber: audience.orderNumber,
    channel: audience.channel,
    requestedBy: origin.actor,
    resendOf: null,
  }));
  putMessages(transaction, found, messages.canSend);
  const messageIds = found.map(({ id }) => id);
  recordAudit(transaction, [
    {
      origin,
      action: "requestMessage",
      entityType: "order",
      entityId: orderId,
      details: { trigger: code, messageIds },
    },
  ]);
  return { messageIds };
}
