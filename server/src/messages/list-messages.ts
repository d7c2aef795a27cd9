import { type Static, Type } from "typebox";
import { type Condition, readComposed, sql, where } from "../platform/db/composed.ts";
import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, type Page, PageQuery } from "../platform/http/paging.ts";
import type { Principal } from "../platform/http/route.ts";
import { common } from "../platform/refusals.ts";
import { hashOfAddress, readAddress } from "./addresses.sql.ts";
import { addressFor, compose, previewLinks, templateFor, voiceOf } from "./compose-message.ts";
import type { Messages } from "./messages.ts";
import { readOutbox } from "./outbox.sql.ts";
import { composeStaffMail } from "./send-staff-mails.ts";
import type { StaffFacts } from "./staff-mails.ts";
import { MEDIA } from "./template.ts";
import {
  FROM,
  type Message,
  type MessageRow,
  MessageState,
  type MessageSummary,
  STATE,
  SUMMARY,
  viewSummary,
} from "./view-messages.ts";

export const MessagesQuery = Type.Object(
  {
    ...PageQuery,
    order: Type.Optional(Type.String({ format: "uuid", description: "Only of this order." })),
    trigger: Type.Optional(Type.String({ maxLength: 64, description: "Only of this trigger.", examples: ["shipped"] })),
    medium: Type.Optional(Type.Enum(MEDIA, { description: "Only by this medium.", examples: ["email"] })),
    state: Type.Optional(MessageState),
  },
  { additionalProperties: false },
);

/** The newest first. */
export async function listMessages(
  database: Database,
  query: Static<typeof MessagesQuery>,
  principal: Principal,
): Promise<Page<Static<typeof MessageSummary>>> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const [time, id] = decodeCursor(query.after, ["time", "uuid"]) ?? [null, null];
  const { order, trigger, medium, state } = query;
  const rows = await readComposed(
    database,
    sql<MessageRow>`select ${sql.raw(SUMMARY)} from ${sql.raw(FROM)} ${where([
      ...scopeOf(principal),
      ...(order === undefined ? [] : [sql`m.order_id = ${order}::uuid`]),
      ...(trigger === undefined ? [] : [sql`m.trigger = ${trigger}`]),
      ...(medium === undefined ? [] : [sql`m.medium = ${medium}`]),
      ...(state === undefined ? [] : [sql`${sql.raw(STATE)} = ${state}`]),
      ...(time === null ? [] : [sql`(m.created_at, m.id) < (${time}::timestamptz, ${id}::uuid)`]),
    ])} order by m.created_at desc, m.id desc limit ${limit + 1}`,
  );
  return cutPage(rows, limit, viewSummary, (row) => [row.sort_time, row.id]);
}

/** Messages tell of whole orders and their customers: whoever is limited to locations sees none. */
function scopeOf({ locationCodes, channelCodes }: Principal): Condition[] {
  return [
    ...(locationCodes === null ? [] : [sql`false`]),
    ...(channelCodes === null ? [] : [sql`m.channel = any(${[...channelCodes]}::text[])`]),
  ];
}

type WholeRow = MessageRow & {
  subject_id: string | null;
  template_code: string | null;
  template_version: number | null;
  recipient: string | null;
  html: string | null;
  text: string | null;
  erased_at: Date | null;
};

export async function readMessage(
  messages: Messages,
  id: string,
  principal: Principal,
): Promise<Static<typeof Message>> {
  const { database } = messages;
  const [row] = await readComposed(
    database,
    sql<WholeRow>`select ${sql.raw(SUMMARY)}, m.subject_id, m.template_code, m.template_version, m.recipient, m.html, m.text, m.erased_at
      from ${sql.raw(FROM)} ${where([sql`m.id = ${id}::uuid`, ...scopeOf(principal)])}`,
  );
  if (row === undefined) throw common.refuse("notFound");
  if (row.state === "kept" && row.text === null && row.erased_at === null)
    Object.assign(row, await writeKept(messages, id));
  const [address] = row.recipient === null ? [] : await database.read(readAddress, [hashOfAddress(row.recipient)]);
  return {
    ...viewSummary(row),
    subjectId: row.subject_id,
    template: row.template_code === null ? null : { code: row.template_code, version: row.template_version! },
    recipient: row.recipient,
    html: row.html,
    text: row.text,
    addressBouncedAt: address?.bounced_at?.toISOString() ?? null,
    addressDeclinedAt: address?.declined_at?.toISOString() ?? null,
    erasedAt: row.erased_at?.toISOString() ?? null,
  };
}

/** What waits for people changes: what somebody has looked at stays as it was. */
async function keepStaffMail(messages: Messages, id: string): Promise<Partial<WholeRow>> {
  return await messages.database.transaction(async (transaction) => {
    const [row] = await transaction.read(lockKeptStaffMail, [id]);
    const letter = row === undefined ? null : await composeStaffMail(messages, transaction, row);
    if (letter === null) return {};
    transaction.write(keepLookedAt, [id, letter.language, letter.recipient, letter.subject, letter.html, letter.text]);
    return letter;
  });
}

const lockKeptStaffMail = statement<{ userId: string; facts: StaffFacts }>(
  "messages.lockKeptStaffMail",
  `select user_id as "userId", facts from messages.outbox where id = $1::uuid and state = 'kept' and text is null and erased_at is null for update`,
);

const keepLookedAt = statement(
  "messages.keepLookedAtStaffMail",
  "update messages.outbox set language = $2, recipient = $3, subject = $4, html = $5, text = $6 where id = $1::uuid",
);

/** A message that cannot be sent, as it would be sent now. */
async function writeKept(messages: Messages, id: string): Promise<Partial<WholeRow>> {
  const [kept] = await messages.database.read(readOutbox, [id]);
  if (kept!.userId !== null) return await keepStaffMail(messages, id);
  const subject = await messages.source.subjectOf(kept!.trigger, kept!);
  if (subject === null) return {};
  const voice = voiceOf(messages, subject.channel);
  const template = templateFor(messages, subject, { trigger: kept!.trigger, medium: kept!.medium, voice });
  if (template === undefined) return {};
  const { code, version, language } = template;
  return {
    ...compose(template, subject, voice, previewLinks(messages, kept!.trigger)),
    template_code: code,
    template_version: version,
    language,
    recipient: addressFor(subject, kept!.medium),
  };
}
