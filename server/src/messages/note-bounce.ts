import { type Static, Type } from "typebox";
import type { Transaction } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { hashOfAddress, writeBounces } from "./addresses.sql.ts";
import type { Messages } from "./messages.ts";
import { type OutboxRow, readOutbox } from "./outbox.sql.ts";

const REASON = Type.String({
  minLength: 1,
  maxLength: 500,
  description: "What the other side said; no personal data.",
  examples: ["5.1.1 no such user"],
});

export const Bounce = Type.Object(
  {
    messageId: Type.Optional(
      Type.String({
        format: "uuid",
        description: "The message that came back; what stands before @ in its Message-ID.",
      }),
    ),
    address: Type.Optional(
      Type.String({ minLength: 3, maxLength: 254, description: "Or the address.", examples: ["ada@example.com"] }),
    ),
    reason: REASON,
  },
  { additionalProperties: false, $id: "MessageBounce", description: "An address takes no messages." },
);

const failMessage = statement(
  "messages.failBounced",
  "update messages.outbox set state = 'failed', reason = $2, state_at = now() where id = $1::uuid and state = 'sent'",
);

/** Mail that came back hours later: nothing more is sent there, and customer service is told of the order. */
export async function noteBounce(
  { reports, clock }: Pick<Messages, "reports" | "clock">,
  transaction: Transaction,
  { messageId, address, reason }: Static<typeof Bounce>,
  origin: Origin,
): Promise<{ noted: boolean }> {
  const [message] = messageId === undefined ? [] : ((await transaction.read(readOutbox, [messageId])) as OutboxRow[]);
  const bounced = address ?? message?.recipient ?? null;
  if (bounced !== null) writeBounces(transaction, [{ addressHash: hashOfAddress(bounced), reason }]);
  if (message !== undefined) {
    transaction.write(failMessage, [message.id, reason]);
    const { id, orderId, channel, userId } = message;
    if (userId === null) reports.unreachable(transaction, [{ messageId: id, orderId, channel, reason }], clock.now());
    else reports.colleagueUnreachable(transaction, [{ messageId: id, userId, reason }], clock.now());
  }
  const noted = bounced !== null || message !== undefined;
  const details = { messageId: messageId ?? null, noted };
  recordAudit(transaction, [
    { origin, action: "noteBounce", entityType: "message", entityId: messageId ?? null, details },
  ]);
  return { noted };
}

const acceptAgain = statement(
  "messages.acceptAgain",
  "update messages.addresses set bounced_at = null, bounce_reason = null, updated_at = now() where address_hash = $1::bytea",
);

/** Somebody knows that the address takes messages again. */
export function clearBounce(transaction: Transaction, address: string, origin: Origin): { cleared: true } {
  transaction.write(acceptAgain, [hashOfAddress(address)]);
  recordAudit(transaction, [{ origin, action: "clearBounce", entityType: "message", entityId: null }]);
  return { cleared: true };
}
