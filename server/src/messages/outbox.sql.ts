import { createHash } from "node:crypto";
import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, bulkInsert, statement } from "../platform/db/statements.ts";
import { enqueueJobs } from "../platform/jobs/enqueue-jobs.ts";
import type { Medium } from "./template.ts";
import type { Occasion } from "./triggers.ts";

export const JOB_KIND = "message";

export interface NewMessage extends Occasion {
  id: string;
  trigger: string;
  medium: Medium;
  orderNumber: number;
  channel: string;
  requestedBy: string;
  resendOf: string | null;
}

const insertMessages = bulkInsert<{
  id: string;
  trigger: string;
  medium: string;
  order_id: string;
  subject_id: string | null;
  facts: object;
  order_number: number;
  channel: string;
  requested_by: string;
  resend_of: string | null;
  state: string;
  reason: string | null;
}>(
  "messages.insertOutbox",
  "messages.outbox",
  {
    id: "uuid",
    trigger: "text",
    medium: "text",
    order_id: "uuid",
    subject_id: "uuid",
    facts: "jsonb",
    order_number: "bigint",
    channel: "text",
    requested_by: "text",
    resend_of: "uuid",
    state: "text",
    reason: "text",
  },
  "on conflict (id) do nothing",
);

/**
 * Puts messages down with the jobs that send them. One whose ID is there already is left as it is. What there is no way to
 * send is kept without a job, and written out when somebody looks: an installation without a mail server pays a row per message.
 */
export function putMessages(
  transaction: Transaction,
  messages: readonly NewMessage[],
  canSend: (medium: Medium) => boolean,
): void {
  transaction.insert(
    insertMessages,
    messages.map((message) => ({
      id: message.id,
      trigger: message.trigger,
      medium: message.medium,
      order_id: message.orderId,
      subject_id: message.subjectId,
      facts: message.facts,
      order_number: message.orderNumber,
      channel: message.channel,
      requested_by: message.requestedBy,
      resend_of: message.resendOf,
      state: canSend(message.medium) ? "queued" : "kept",
      reason: canSend(message.medium) ? null : `This installation has no way to send ${message.medium}.`,
    })),
  );
  enqueueJobs(
    transaction,
    messages
      .filter(({ medium }) => canSend(medium))
      .map(({ id, medium }) => ({ id, kind: JOB_KIND, lane: medium, payload: { messageId: id } })),
  );
}

/**
 * The ID of the message that an event gives reason to: the same for the same event, trigger and medium, so that an event
 * that is read again makes no second one. A UUIDv7 of the moment of the event.
 */
export function idOfMessage(eventId: number, recordedAt: Date, trigger: string, medium: Medium): string {
  const hash = createHash("sha256").update(`${eventId} ${trigger} ${medium}`).digest("hex");
  const time = recordedAt.getTime().toString(16).padStart(12, "0");
  const variant = ((Number.parseInt(hash[3]!, 16) & 3) | 8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`;
}

export interface OutboxRow {
  id: string;
  trigger: string;
  medium: Medium;
  orderId: string;
  /** Whom of the house it tells; of these mails the order is null, and other statements read them to be sent. */
  userId: string | null;
  subjectId: string | null;
  facts: Record<string, unknown>;
  orderNumber: number;
  channel: string;
  state: "queued" | "sending" | "sent" | "kept" | "failed" | "skipped";
  language: string | null;
  recipient: string | null;
  subject: string | null;
  html: string | null;
  text: string | null;
  declineUrl: string | null;
}

export const readOutbox = statement<OutboxRow>(
  "messages.readOutbox",
  `select id, trigger, medium, order_id as "orderId", user_id as "userId", subject_id as "subjectId", facts, order_number as "orderNumber", channel, state, language, recipient, subject, html,
     text, decline_url as "declineUrl"
   from messages.outbox where id = $1::uuid`,
);

/** As `newLink` makes them: 24 bytes in base64url. */
const LINK = "(/m/)[A-Za-z0-9_-]{32}";

/**
 * While it may be sent again, the same text with the same links is needed; afterwards whoever reads the outbox, or a copy
 * of the database, must not be able to answer for the customer.
 */
export const WITHOUT_LINKS = `decline_url = null,
     html = regexp_replace(html, '${LINK}', '\\1…', 'g'), text = regexp_replace(text, '${LINK}', '\\1…', 'g')`;

const endMessages = statement(
  "messages.endOutbox",
  `update messages.outbox set state = given.state, reason = given.reason, state_at = now(), ${WITHOUT_LINKS}
   from unnest($1::uuid[], $2::text[], $3::text[]) as given (id, state, reason)
   where outbox.id = given.id and outbox.state in ('queued', 'sending')`,
);

export interface MessageEnd {
  id: string;
  state: "sent" | "kept" | "failed" | "skipped";
  reason: string | null;
}

export function writeEnds(transaction: Transaction, ends: readonly MessageEnd[]): void {
  if (ends.length === 0) return;
  transaction.write(endMessages, [
    arrayLiteral(
      "uuid",
      ends.map(({ id }) => id),
    ),
    arrayLiteral(
      "text",
      ends.map(({ state }) => state),
    ),
    arrayLiteral(
      "text",
      ends.map(({ reason }) => reason),
    ),
  ]);
}
