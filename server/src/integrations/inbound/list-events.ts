import { type Static, Type } from "typebox";
import { type Condition, readComposed, sql, where } from "../../platform/db/composed.ts";
import type { Database } from "../../platform/db/database.ts";
import { idField, momentField, orNull, textField, wholeField } from "../../platform/http/described.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, type Page, PageQuery } from "../../platform/http/paging.ts";
import { common } from "../../platform/refusals.ts";
import type { SecretBox } from "../../platform/secrets.ts";
import { bodyContext } from "./receive-events.ts";

export const State = Type.Union(
  [
    Type.Literal("waiting"),
    Type.Literal("parked"),
    Type.Literal("applied"),
    Type.Literal("ignored"),
    Type.Literal("skipped"),
  ],
  {
    description:
      "waiting (to be tried, or for an earlier event of its entity), parked (given up until somebody acts), applied, ignored (nothing to do) or skipped.",
    examples: ["parked"],
  },
);

export const InboundQuery = Type.Object({
  ...PageQuery,
  source: Type.Optional(
    Type.String({ maxLength: 64, description: "Only events of this source.", examples: ["carrier"] }),
  ),
  state: Type.Optional(State),
  type: Type.Optional(
    Type.String({ maxLength: 200, description: "Only events of this type.", examples: ["parcel.delivered"] }),
  ),
});

const fields = {
  id: idField("Our ID of the event."),
  source: textField("Code of its source.", "carrier"),
  senderId: textField("The sender's ID of it.", "evt-81"),
  type: textField("Its type.", "parcel.delivered"),
  occurredAt: orNull(momentField("When it happened, by the sender's word.")),
  sequence: orNull(wholeField("Its number among the events of its entity, by the sender's word.", 3)),
  entity: orNull(
    textField("What it is about, as the rules read it; null: no rule is about it.", "shipment trackingNumber 1Z"),
  ),
  receivedAt: momentField("When it was received first."),
  state: State,
  attempts: wholeField("How often it was tried since something last changed for it.", 1),
  lastError: orNull(textField("Why the last try failed.", "There is no shipment 1Z.")),
  jobId: idField("Its job; parked ones are exceptions under this ID."),
  result: Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()], {
    description: "What it did: rule, order, event and status; or why it was ignored. null: not yet.",
    examples: [{ rule: "Delivered", orderId: "0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d", event: "deliver" }],
  }),
};

export const InboundEvent = Type.Object(fields, {
  $id: "InboundEvent",
  description: "An event that another system has told.",
});

export const InboundEventDetails = Type.Object(
  {
    ...fields,
    body: orNull(textField("The body as it was sent; null: it has been erased.", '{"id":"evt-81"}')),
  },
  { $id: "InboundEventDetails", description: "An event that another system has told, with its body." },
);

export interface InboundRow {
  id: string;
  source: string;
  sender_id: string;
  type: string;
  occurred_at: Date | null;
  sequence: string | number | null;
  entity_key: string | null;
  received_at: Date;
  state: Static<typeof State>;
  attempts: number | null;
  last_error: string | null;
  job_id: string;
  result: Record<string, unknown> | null;
}

/** An ended job is forgotten before its event: that one was skipped. */
const STATE = sql`case when e.outcome is not null then e.outcome when j.state = 'parked' then 'parked'
  when j.state is null or j.state in ('skipped', 'done') then 'skipped' else 'waiting' end`;

function query(conditions: readonly Condition[], limit: number) {
  return sql<InboundRow>`select e.id, e.source, e.sender_id, e.type, e.occurred_at, e.sequence, e.entity_key, e.received_at,
      ${STATE} as state, j.attempts, j.last_error, e.job_id, e.result
    from integrations.inbound_events e left join platform.jobs j on j.id = e.job_id ${where(conditions)}
    order by e.id desc limit ${limit}`;
}

type View = Static<typeof InboundEvent>;

function view(row: InboundRow): View {
  return {
    id: row.id,
    source: row.source,
    senderId: row.sender_id,
    type: row.type,
    occurredAt: row.occurred_at?.toISOString() ?? null,
    sequence: row.sequence === null ? null : Number(row.sequence),
    entity: row.entity_key,
    receivedAt: row.received_at.toISOString(),
    state: row.state,
    attempts: row.attempts ?? 0,
    lastError: row.last_error,
    jobId: row.job_id,
    result: row.result,
  };
}

export async function listInbound(database: Database, asked: Static<typeof InboundQuery>): Promise<Page<View>> {
  const limit = asked.limit ?? DEFAULT_PAGE_SIZE;
  const [after] = decodeCursor(asked.after, ["uuid"]) ?? [null];
  const conditions: Condition[] = [sql`true`];
  if (asked.source !== undefined) conditions.push(sql`e.source = ${asked.source}`);
  if (asked.type !== undefined) conditions.push(sql`e.type = ${asked.type}`);
  if (asked.state !== undefined) conditions.push(sql`${STATE} = ${asked.state}`);
  if (after !== null) conditions.push(sql`e.id < ${after}::uuid`);
  return cutPage(await readComposed(database, query(conditions, limit + 1)), limit, view, (row) => [row.id]);
}

export async function readInbound(
  database: Database,
  box: SecretBox,
  id: string,
): Promise<Static<typeof InboundEventDetails>> {
  const [[row], [sealed]] = await Promise.all([
    readComposed(database, query([sql`e.id = ${id}::uuid`], 1)),
    readComposed(
      database,
      sql<{ body: Buffer | null }>`select body from integrations.inbound_events where id = ${id}::uuid`,
    ),
  ]);
  if (row === undefined || sealed === undefined) throw common.refuse("notFound");
  return { ...view(row), body: sealed.body === null ? null : box.open(sealed.body, bodyContext(id)) };
}
