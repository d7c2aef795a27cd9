import type { Transaction } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { newId } from "../platform/ids.ts";
import type { Messages } from "./messages.ts";
import { type OutboxRow, putMessages, readOutbox } from "./outbox.sql.ts";
import { messageRefusals } from "./refusals.ts";

/** Asks for it once more: written out anew with the template in force and the customer's address as it is now. */
export async function resendMessage(
  { clock, canSend }: Pick<Messages, "clock" | "canSend">,
  transaction: Transaction,
  id: string,
  origin: Origin,
): Promise<{ id: string }> {
  const [message] = (await transaction.read(readOutbox, [id])) as [OutboxRow];
  if (message.state === "queued" || message.state === "sending") throw messageRefusals.refuse("notFinished");
  if (message.userId !== null) throw messageRefusals.refuse("notToACustomer");
  const again = newId(clock.now().getTime());
  putMessages(transaction, [{ ...message, id: again, requestedBy: origin.actor, resendOf: id }], canSend);
  recordAudit(transaction, [
    {
      origin,
      action: "resendMessage",
      entityType: "message",
      entityId: id,
      details: { orderId: message.orderId, as: again },
    },
  ]);
  return { id: again };
}

const eraseMessage = statement(
  "messages.eraseOne",
  `update messages.outbox set recipient = null, subject = null, html = null, text = null, decline_url = null,
     erased_at = coalesce(erased_at, now()) where id = $1::uuid`,
);

/** Takes address and texts away for good; that it was sent, when and of what, stays. */
export async function eraseContent(transaction: Transaction, id: string, origin: Origin): Promise<{ erased: true }> {
  const [message] = (await transaction.read(readOutbox, [id])) as [OutboxRow];
  if (message.state === "queued" || message.state === "sending") throw messageRefusals.refuse("notFinished");
  transaction.write(eraseMessage, [id]);
  recordAudit(transaction, [
    { origin, action: "eraseMessage", entityType: "message", entityId: id, details: { orderId: message.orderId } },
  ]);
  return { erased: true };
}
