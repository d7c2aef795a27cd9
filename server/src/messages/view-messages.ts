import { type Static, Type } from "typebox";
import { idField, momentField, orNull, textField, wholeField } from "../platform/http/described.ts";
import { MEDIA, type Medium } from "./template.ts";

export const MESSAGE_STATES = ["queued", "sending", "parked", "sent", "kept", "failed", "skipped"] as const;

export const MessageState = Type.Enum(MESSAGE_STATES, {
  description:
    "queued: to be written out; sending: written out, tried until it is taken; parked: given up for now, its job waits for people; sent: taken by the other side; kept: there is no way to send it; failed: the other side will never take it; skipped: nobody to send it to, declined, or given up.",
  examples: ["sent"],
});

const summary = {
  id: idField("The message's ID (UUIDv7); its Message-ID begins with it, and its job has the same."),
  orderId: orNull(idField("The order that it tells of; null: it is an alert to somebody of the house.")),
  userId: orNull(idField("Whom of the house it alerts; null: it is for a customer.")),
  orderNumber: orNull(wholeField("Number of that order; null: none.", 100001)),
  channel: orNull(textField("Channel of that order; null: none.", "web-uk")),
  trigger: textField("What it tells of; teamAlert: what waits for somebody's team.", "shipped"),
  medium: Type.Enum(MEDIA, { description: "How it reaches the customer.", examples: ["email"] }),
  state: MessageState,
  reason: orNull(
    textField("Why it failed or was skipped, or what the last attempt said; null: nothing to say.", "No such user."),
  ),
  attempts: wholeField("How often it was tried.", 1),
  language: orNull(textField("Language of its template; null: not written out yet.", "en")),
  subject: orNull(textField("Its subject; null: it has none, or not any more.", "Your order 100001 is on its way")),
  requestedBy: textField("Who asked for it: system:messages after an event, or a person.", "system:messages"),
  resendOf: orNull(idField("The message that it repeats; null: none.")),
  createdAt: momentField("When it was asked for."),
  stateAt: momentField("When it got its state."),
};

export const MessageSummary = Type.Object(summary, {
  $id: "MessageSummary",
  description: "A message to a customer, or an alert to somebody of the house.",
});

export const Message = Type.Object(
  {
    ...summary,
    subjectId: orNull(idField("The shipment or fulfillment order that it tells of; null: the whole order.")),
    template: orNull(
      Type.Object(
        { code: textField("The document's code.", "shipped-en"), version: wholeField("Its version.", 2) },
        { description: "The template that it was written out with; null: not yet." },
      ),
    ),
    recipient: orNull(textField("Where it goes; null: not written out yet, or erased.", "ada@example.com")),
    html: orNull(textField("As HTML; null: none.", "<!doctype html>…")),
    text: orNull(textField("As plain text; null: not written out yet, or erased.", "Your order is on its way …")),
    addressBouncedAt: orNull(momentField("Since when the address takes no messages; null: it does.")),
    addressDeclinedAt: orNull(momentField("Since when the customer wants no follow-ups; null: he has not said so.")),
    erasedAt: orNull(momentField("When address and texts were erased; null: they were not.")),
  },
  { $id: "Message", description: "A message with its texts." },
);

export interface MessageRow {
  id: string;
  order_id: string | null;
  user_id: string | null;
  order_number: number;
  channel: string;
  trigger: string;
  medium: Medium;
  state: (typeof MESSAGE_STATES)[number];
  reason: string | null;
  attempts: number;
  language: string | null;
  subject: string | null;
  requested_by: string;
  resend_of: string | null;
  created_at: Date;
  state_at: Date;
  sort_time: string;
}

/** What is tried again or waits for people is known by the job, which has the message's ID; `m` and `j` are in scope. */
export const STATE = `case when m.state not in ('queued', 'sending') then m.state when j.state = 'parked' then 'parked'
  when j.state = 'skipped' then 'skipped' else m.state end`;

export const SUMMARY = `m.id, m.order_id, m.user_id, m.order_number, m.channel, m.trigger, m.medium, ${STATE} as state,
  coalesce(m.reason, j.skip_reason, case when m.state in ('queued', 'sending') then j.last_error end) as reason,
  coalesce(j.attempts, 1) as attempts, m.language, m.subject, m.requested_by, m.resend_of, m.created_at, m.state_at,
  to_json(m.created_at at time zone 'UTC') #>> '{}' || 'Z' as sort_time`;

export const FROM = "messages.outbox m left join platform.jobs j on j.id = m.id";

export function viewSummary(row: MessageRow): Static<typeof MessageSummary> {
  return {
    id: row.id,
    orderId: row.order_id,
    userId: row.user_id,
    orderNumber: row.order_id === null ? null : row.order_number,
    channel: row.order_id === null ? null : row.channel,
    trigger: row.trigger,
    medium: row.medium,
    state: row.state,
    reason: row.reason,
    attempts: row.attempts,
    language: row.language,
    subject: row.subject,
    requestedBy: row.requested_by,
    resendOf: row.resend_of,
    createdAt: row.created_at.toISOString(),
    stateAt: row.state_at.toISOString(),
  };
}
