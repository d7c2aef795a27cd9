import { type Static, Type } from "typebox";
import type { Database, Transaction } from "../../platform/db/database.ts";
import { arrayLiteral, statement } from "../../platform/db/statements.ts";
import { checkCursor, parseCursor } from "../../platform/events/feed-cursor.ts";
import { recordAudit } from "../../platform/events/record-audit.ts";
import type { Origin } from "../../platform/events/record-events.ts";
import { readFeed, readHead } from "../../platform/events/read-feed.ts";
import { idField, momentField, orNull, textField, wholeField } from "../../platform/http/described.ts";
import { newId } from "../../platform/ids.ts";
import { common } from "../../platform/refusals.ts";
import { enqueueDeliveries } from "./fan-out.ts";

export const ReplayRequest = Type.Object(
  {
    after: Type.Optional(
      Type.String({
        maxLength: 40,
        description: "Behind this cursor of the feed (`cursor` of an event).",
        examples: ["1.1042"],
      }),
    ),
    since: Type.Optional(
      Type.String({
        format: "date-time",
        description: "What was recorded from then on; instead of `after`.",
        examples: ["2026-11-20T14:05:00Z"],
      }),
    ),
    until: Type.Optional(
      Type.String({
        maxLength: 40,
        description: "Up to and including this cursor; absent: up to now.",
        examples: ["1.2042"],
      }),
    ),
  },
  {
    additionalProperties: false,
    $id: "ReplayRequest",
    description: "Which part of the feed to deliver again. With neither `after` nor `since`: all of it.",
  },
);

export const Replay = Type.Object(
  {
    id: idField("The replay's ID."),
    from: wholeField("Everything behind this position is still to come.", 1042),
    to: wholeField("Up to and including this position.", 2042),
    deliveries: wholeField("Deliveries made so far: events that the webhook wants.", 120),
    requestedBy: textField("Who asked for it: user:ID or key:ID.", "user:0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"),
    createdAt: momentField("When it was asked for."),
    finishedAt: orNull(momentField("When the last delivery was made; null while it goes on.")),
  },
  { $id: "WebhookReplay", description: "A part of the feed that is delivered to a webhook again." },
);

interface ReplayRow {
  id: string;
  webhook_id: string;
  next_position: number;
  to_position: number;
  deliveries: number;
  requested_by: string;
  created_at: Date;
  finished_at: Date | null;
}

const REPLAY_COLUMNS = "id, webhook_id, next_position, to_position, deliveries, requested_by, created_at, finished_at";
const LISTED = 50;

function viewReplay(row: ReplayRow): Static<typeof Replay> {
  return {
    id: row.id,
    from: row.next_position,
    to: row.to_position,
    deliveries: row.deliveries,
    requestedBy: row.requested_by,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

const exists = statement<{ id: string }>(
  "integrations.webhookExists",
  "select id from integrations.webhooks where id = $1 and state <> 'removed'",
);
const insertReplays = statement<ReplayRow>(
  "integrations.insertReplays",
  `insert into integrations.webhook_replays (id, webhook_id, next_position, to_position, requested_by)
   select id, webhook_id, least(starts, ends), ends, $5
   from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[]) as given (id, webhook_id, starts, ends) returning ${REPLAY_COLUMNS}`,
);
const listRows = statement<ReplayRow>(
  "integrations.listReplays",
  `select ${REPLAY_COLUMNS} from integrations.webhook_replays where webhook_id = $1 order by created_at desc limit $2`,
);

export async function listReplays(database: Database, webhookId: string): Promise<{ data: Static<typeof Replay>[] }> {
  if ((await database.read(exists, [webhookId])).length === 0) throw common.refuse("notFound");
  return { data: (await database.read(listRows, [webhookId, LISTED])).map(viewReplay) };
}

/** Asks for a part of the feed again, with what the webhook wants at the time of delivery. */
export async function requestReplay(
  transaction: Transaction,
  webhookId: string,
  { after, since, until }: Static<typeof ReplayRequest>,
  origin: Origin,
): Promise<Static<typeof Replay>> {
  if (after !== undefined && since !== undefined)
    throw common.refuse("invalidInput", {
      message: "Name either `after` or `since`.",
      faults: [{ pointer: "/since", message: "excludes after" }],
    });
  if ((await transaction.read(exists, [webhookId])).length === 0) throw common.refuse("notFound");
  const head = await readHead(transaction);
  const positionOf = (text: string, pointer: string): number => {
    const cursor = parseCursor(text, pointer);
    checkCursor(cursor, head, pointer);
    return cursor.position;
  };
  const to = until === undefined ? head.position : positionOf(until, "/until");
  const from =
    after !== undefined
      ? positionOf(after, "/after")
      : since !== undefined
        ? (await lastBefore(transaction, [new Date(since)], head.position))[0]!
        : 0;
  const [row] = await putReplays(transaction, [{ webhookId, from, to }], origin);
  return viewReplay(row!);
}

/** Asks for all that was recorded since these moments, with as many statements for two hundred webhooks as for one. */
export async function requestReplays(
  transaction: Transaction,
  wanted: readonly { webhookId: string; since: Date }[],
  origin: Origin,
): Promise<void> {
  if (wanted.length === 0) return;
  const { position: to } = await readHead(transaction);
  const moments = wanted.map(({ since }) => since);
  const positions = await lastBefore(transaction, moments, to);
  const replays = wanted.map(({ webhookId }, index) => ({ webhookId, from: positions[index]!, to }));
  await putReplays(transaction, replays, origin);
}

async function putReplays(
  transaction: Transaction,
  replays: readonly { webhookId: string; from: number; to: number }[],
  origin: Origin,
): Promise<ReplayRow[]> {
  recordAudit(
    transaction,
    replays.map(({ webhookId, from, to }) => ({
      origin,
      action: "replayWebhook",
      entityType: "webhook",
      entityId: webhookId,
      details: { from, to },
    })),
  );
  return await transaction.read(insertReplays, [
    arrayLiteral(
      "uuid",
      replays.map(() => newId()),
    ),
    arrayLiteral(
      "uuid",
      replays.map(({ webhookId }) => webhookId),
    ),
    arrayLiteral(
      "bigint",
      replays.map(({ from }) => from),
    ),
    arrayLiteral(
      "bigint",
      replays.map(({ to }) => to),
    ),
    origin.actor,
  ]);
}

const positionsBefore = statement<{ position: number }>(
  "integrations.feedPositionsBefore",
  `select found.position from unnest($1::timestamptz[]) with ordinality as given (moment, ordinal)
   cross join lateral (
     with recursive halved as (
       select 0::bigint as before, $2::bigint + 1 as behind
       union all
       select case when is_before.yes then middle.position else before end, case when is_before.yes then behind else middle.position end
       from halved
       cross join lateral (select (before + behind) / 2 as position) middle
       cross join lateral (select exists (
         select from platform.feed where feed.position = middle.position and recorded_at < given.moment) as yes) is_before
       where behind - before > 1
     )
     select before as position from halved where behind - before <= 1
   ) found order by given.ordinal`,
);

/**
 * The last positions of the feed before these moments, found by halving: positions are dense, and the feed is in the order of
 * recording but for transactions that were open side by side. A minute earlier makes up for those: better twice than never.
 */
async function lastBefore(transaction: Transaction, moments: readonly Date[], head: number): Promise<number[]> {
  const earlier = moments.map((moment) => new Date(moment.getTime() - 60_000));
  const rows = await transaction.read(positionsBefore, [arrayLiteral("timestamptz", earlier), head]);
  return rows.map(({ position }) => position);
}

/** Positions per transaction, and deliveries that may wait before a replay goes on: live events come in between. */
const PIECE = 500;
const MOST_WAITING = 2_000;

const nextReplay = statement<
  ReplayRow & {
    state: string;
    event_types: string[];
    channels: string[] | null;
    locations: string[] | null;
    waiting: number;
  }
>(
  "integrations.nextReplay",
  `select replays.id, replays.webhook_id, next_position, to_position, deliveries, requested_by, replays.created_at, finished_at,
     webhooks.state, event_types, channels, locations,
     (select count(*)::int from (select from platform.jobs where kind = 'webhook' and lane = webhooks.id::text and state = 'waiting'
        limit $1) few) as waiting
   from integrations.webhook_replays replays join integrations.webhooks on webhooks.id = replays.webhook_id
   where finished_at is null order by replays.created_at, replays.id for update of replays skip locked`,
);
const moveReplay = statement(
  "integrations.moveReplay",
  `update integrations.webhook_replays set next_position = $2, deliveries = deliveries + $3,
     finished_at = case when $4 then now() end
   where id = $1`,
);

/** One piece of every replay that may go on; true when there may be more at once. */
export async function continueReplays(database: Database): Promise<boolean> {
  return await database.transaction(async (transaction) => {
    let more = false;
    for (const replay of await transaction.read(nextReplay, [MOST_WAITING])) {
      if (replay.state === "removed") {
        transaction.write(moveReplay, [replay.id, replay.next_position, 0, true]);
        continue;
      }
      if (replay.state === "paused" || replay.state === "disabled" || replay.waiting >= MOST_WAITING) continue;
      const limit = Math.min(PIECE, replay.to_position - replay.next_position);
      const page = limit <= 0 ? null : await readFeed(transaction, { after: replay.next_position, limit });
      const wish = {
        webhookId: replay.webhook_id,
        eventTypes: replay.event_types,
        channels: replay.channels,
        locations: replay.locations,
      };
      const deliveries = page === null ? 0 : enqueueDeliveries(transaction, [wish], page.events);
      const last = page?.last ?? replay.to_position;
      const finished = last >= replay.to_position;
      transaction.write(moveReplay, [replay.id, last, deliveries, finished]);
      more ||= !finished;
    }
    return more;
  });
}
