import { actorNames, type ActorNames } from "../../access/public.ts";
import { type Static, Type } from "typebox";
import { type Condition, readComposed, sql, where } from "../../platform/db/composed.ts";
import type { Database, Transaction } from "../../platform/db/database.ts";
import { statement } from "../../platform/db/statements.ts";
import { cloudEventOf } from "../../platform/events/cloud-events.ts";
import { readEventsAt } from "../../platform/events/read-feed.ts";
import { recordAudit } from "../../platform/events/record-audit.ts";
import type { Origin } from "../../platform/events/record-events.ts";
import { idField, momentField, orNull, textField, wholeField } from "../../platform/http/described.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, type Page, PageQuery } from "../../platform/http/paging.ts";
import { newId } from "../../platform/ids.ts";
import { enqueueJobs } from "../../platform/jobs/enqueue-jobs.ts";
import { common } from "../../platform/refusals.ts";
import { type DeliveryPayload, takeTurnToEnqueue, WEBHOOK } from "./fan-out.ts";

const State = Type.Union(
  [
    Type.Literal("waiting"),
    Type.Literal("running"),
    Type.Literal("parked"),
    Type.Literal("done"),
    Type.Literal("skipped"),
  ],
  {
    description:
      "waiting, running, parked (given up until somebody acts), done (the receiver answered 2xx) or skipped.",
  },
);

export const DeliveriesQuery = Type.Object({
  ...PageQuery,
  webhookId: Type.String({
    format: "uuid",
    description: "Deliveries to this webhook.",
    examples: ["0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"],
  }),
  state: Type.Optional(State),
  entityId: Type.Optional(
    Type.String({
      format: "uuid",
      description: "Only events of this entity.",
      examples: ["0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"],
    }),
  ),
  type: Type.Optional(
    Type.String({ maxLength: 128, description: "Only events of this type.", examples: ["order.captured"] }),
  ),
});

const fields = {
  id: idField("The delivery's ID; also that of its job."),
  webhookId: idField("To which webhook."),
  eventId: textField("ID of the event; `webhook-id` of the request.", "48211"),
  type: textField("Type of the event.", "order.captured"),
  entityId: idField("What the event is about."),
  state: State,
  behindAnother: Type.Boolean({
    description: "True while an earlier event of this entity has not been delivered.",
    examples: [false],
  }),
  attempts: wholeField("How often it was tried since it was made or retried by hand.", 1),
  createdAt: momentField("When it was made."),
  dueAt: momentField("Not tried before."),
  lastError: orNull(textField("Why the last failed attempt failed.", "The receiver answered 503.")),
  endedAt: orNull(momentField("When it was delivered or skipped.")),
  skippedBy: orNull(
    textField(
      "Who skipped it: user:ID, key:ID or system:NAME; null: it was not.",
      "user:0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d",
    ),
  ),
  skippedByName: orNull(
    textField("The name of who skipped it; null: no longer known, or a part of Orrery.", "Ada Lovelace"),
  ),
  skipReason: orNull(textField("Why it was skipped.", "The receiver was told by hand.")),
};

export const Delivery = Type.Object(fields, {
  $id: "WebhookDelivery",
  description: "An event on its way to a webhook.",
});

export const DeliveryAttempt = Type.Object(
  {
    attempt: wholeField("Counts the attempts.", 1),
    startedAt: momentField("When the request was sent."),
    durationMs: wholeField("How long it took, in milliseconds.", 38),
    status: orNull(wholeField("The answer's status; null without an answer.", 200)),
    error: orNull(textField("Why it failed; null when it did not.", "The receiver answered 503.")),
    answerHeaders: Type.Record(Type.String(), Type.String(), {
      description: "Headers of the answer, without what looks like a secret.",
    }),
    answerBody: orNull(textField("The beginning of the answer's body, at most 4,096 characters.", "ok")),
  },
  { $id: "WebhookAttempt", description: "One attempt to deliver." },
);

export const DeliveryDetails = Type.Object(
  {
    ...fields,
    requestBody: orNull(
      Type.Record(Type.String(), Type.Unknown(), {
        description: "What is sent: the event as CloudEvents 1.0; null when it has left the ledger.",
      }),
    ),
    attemptLog: Type.Array(DeliveryAttempt, { description: "The last attempts, newest first; kept 14 days." }),
  },
  { $id: "WebhookDeliveryDetails", description: "A delivery with its request and its answers." },
);

interface DeliveryRow {
  id: string;
  lane: string;
  ordering_key: string;
  payload: DeliveryPayload;
  state: Static<typeof State> | "behind";
  attempts: number;
  sequence: number;
  created_at: Date;
  due_at: Date;
  last_error: string | null;
  ended_at: Date | null;
  ended_by: string | null;
  skip_reason: string | null;
}

const DELIVERY_COLUMNS =
  "id, lane, ordering_key, payload, state, attempts, sequence, created_at, due_at, last_error, ended_at, ended_by, skip_reason";

function viewDelivery(row: DeliveryRow, names: ActorNames): Static<typeof Delivery> {
  const skippedBy = row.state === "skipped" ? row.ended_by : null;
  return {
    id: row.id,
    webhookId: row.lane,
    eventId: String(row.payload.eventId),
    type: row.payload.type,
    entityId: row.ordering_key,
    state: row.state === "behind" ? "waiting" : row.state,
    behindAnother: row.state === "behind",
    attempts: row.attempts,
    createdAt: row.created_at.toISOString(),
    dueAt: row.due_at.toISOString(),
    lastError: row.last_error,
    endedAt: row.ended_at?.toISOString() ?? null,
    skippedBy,
    skippedByName: skippedBy === null ? null : (names.get(skippedBy) ?? null),
    skipReason: row.skip_reason,
  };
}

/** Newest first. */
export async function listDeliveries(
  database: Database,
  query: Static<typeof DeliveriesQuery>,
): Promise<Page<Static<typeof Delivery>>> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const [sequence] = decodeCursor(query.after, ["integer"]) ?? [null];
  const { state, entityId, type } = query;
  const conditions: Condition[] = [sql`kind = ${WEBHOOK}`, sql`lane = ${query.webhookId}`];
  if (state !== undefined)
    conditions.push(sql`state in (${sql.join(state === "waiting" ? ["waiting", "behind"] : [state])})`);
  if (entityId !== undefined) conditions.push(sql`ordering_key = ${entityId}`);
  if (type !== undefined) conditions.push(sql`payload ->> 'type' = ${type}`);
  if (sequence !== null) conditions.push(sql`sequence < ${sequence}`);
  const rows = await readComposed(
    database,
    sql<DeliveryRow>`select ${sql.raw(DELIVERY_COLUMNS)} from platform.jobs ${where(conditions)}
      order by sequence desc limit ${limit + 1}`,
  );
  const names = await namesOf(database, rows);
  return cutPage(
    rows,
    limit,
    (row) => viewDelivery(row, names),
    (row) => [row.sequence],
  );
}

/** Of those who skipped something; usually nobody, and then nothing is read. */
function namesOf(database: Database, rows: readonly DeliveryRow[]): Promise<ActorNames> {
  return actorNames(database)(rows.map(({ state, ended_by }) => (state === "skipped" ? ended_by : null)));
}

const readRow = statement<DeliveryRow>(
  "integrations.readDelivery",
  `select ${DELIVERY_COLUMNS} from platform.jobs where id = $1 and kind = 'webhook'`,
);

const MOST_ATTEMPTS = 20;

const readAttempts = statement<{
  attempt: number;
  started_at: Date;
  duration_ms: number;
  status: number | null;
  error: string | null;
  answer_headers: Record<string, string>;
  answer_body: string | null;
}>(
  "integrations.readDeliveryAttempts",
  `select attempt, started_at, duration_ms, status, error, answer_headers, answer_body
   from integrations.webhook_attempts where delivery_id = $1 order by id desc limit $2`,
);

export async function readDelivery(database: Database, id: string): Promise<Static<typeof DeliveryDetails>> {
  const [row] = await database.read(readRow, [id]);
  if (row === undefined) throw common.refuse("notFound");
  const [attempts, { events, generation }, names] = await Promise.all([
    database.read(readAttempts, [id, MOST_ATTEMPTS]),
    readEventsAt(database, [row.payload.position]),
    namesOf(database, [row]),
  ]);
  const [event] = events;
  return {
    ...viewDelivery(row, names),
    requestBody: event === undefined ? null : { ...cloudEventOf(event, generation) },
    attemptLog: attempts.map((attempt) => ({
      attempt: attempt.attempt,
      startedAt: attempt.started_at.toISOString(),
      durationMs: attempt.duration_ms,
      status: attempt.status,
      error: attempt.error,
      answerHeaders: attempt.answer_headers,
      answerBody: attempt.answer_body,
    })),
  };
}

/** Sends the event once more, whatever became of it before; under the same event ID. */
export async function replayDelivery(
  transaction: Transaction,
  id: string,
  origin: Origin,
): Promise<Static<typeof Delivery>> {
  const [row] = await transaction.read(readRow, [id]);
  if (row === undefined) throw common.refuse("notFound");
  const replayed = newId();
  takeTurnToEnqueue(transaction);
  enqueueJobs(transaction, [
    { id: replayed, kind: WEBHOOK, lane: row.lane, orderingKey: row.ordering_key, payload: row.payload },
  ]);
  recordAudit(transaction, [
    {
      origin,
      action: "replayDelivery",
      entityType: "webhook",
      entityId: row.lane,
      details: { delivery: id, replayed },
    },
  ]);
  const [made] = await transaction.read(readRow, [replayed]);
  return viewDelivery(made!, new Map());
}
