import type { Transaction } from "../../platform/db/database.ts";
import { arrayLiteral, bulkUpdate, statement } from "../../platform/db/statements.ts";
import { availabilityEvents } from "../events.ts";
import type { Figure } from "./decide-telling.ts";

/** A channel's feed as its row says. */
export interface FeedRow {
  channelId: number;
  id: string;
  events: number;
  position: number;
}

export interface ToldRow extends Figure {
  channelId: number;
  skuId: number;
  position: number;
  /** Milliseconds since it was told; null: never. */
  toldAgo: number | null;
  /** Milliseconds since there is something else to tell; null: there is not. */
  waitingFor: number | null;
}

const lockLookout = statement<{ held: boolean }>(
  "availability.lockLookout",
  "select true as held from availability.feed_lookout where holder = $1 for no key update",
);
const readFeeds = statement<FeedRow>(
  "availability.readChannelFeeds",
  `select channel_id as "channelId", id, events, position from availability.channel_feeds where channel_id = any ($1::int[])`,
);
const readTold = statement<ToldRow>(
  "availability.readTold",
  `select channel_id as "channelId", sku_id as "skuId", quantity, label, position, (extract(epoch from clock_timestamp() - told_at) * 1000)::float8 as "toldAgo",
     (extract(epoch from clock_timestamp() - waiting_since) * 1000)::float8 as "waitingFor"
   from availability.told where channel_id = any ($1::int[]) and sku_id = any ($2::int[])`,
);

/** Null when another process has taken over: nothing may be written any more. Whoever has the lock is alone. */
export async function openTold(
  transaction: Transaction,
  holder: string,
  channelIds: readonly number[],
  skuIds: readonly number[],
): Promise<{ feeds: FeedRow[]; told: ToldRow[] } | null> {
  const channels = arrayLiteral("int", channelIds);
  const [[lock], feeds, told] = await Promise.all([
    transaction.read(lockLookout, [holder]),
    transaction.read(readFeeds, [channels]),
    transaction.read(readTold, [channels, arrayLiteral("int", skuIds)]),
  ]);
  return lock === undefined ? null : { feeds, told };
}

/** The same without any SKU. */
export async function holdLookout(transaction: Transaction, holder: string): Promise<boolean> {
  return (await transaction.read(lockLookout, [holder])).length > 0;
}

export interface NewlyTold extends Figure {
  channelId: number;
  skuId: number;
  sku: string;
}

const putTold = statement(
  "availability.putTold",
  `insert into availability.told (channel_id, sku_id, quantity, label, position, told_at)
   select given.*, clock_timestamp() from unnest($1::int[], $2::int[], $3::bigint[], $4::text[], $5::bigint[]) as given
   on conflict (channel_id, sku_id) do update set quantity = excluded.quantity, label = excluded.label, position = excluded.position,
     told_at = excluded.told_at, waiting_since = null`,
);

const moveFeeds = bulkUpdate<{ channel_id: number; position: number; events: number }>(
  "availability.moveChannelFeeds",
  "availability.channel_feeds",
  { channel_id: "int", position: "bigint", events: "int" },
  ["channel_id"],
);

const MAX_CHANGES_PER_EVENT = 500;

export interface ToldFeed extends FeedRow {
  channel: string;
  asEvents: boolean;
}

/** Appends to each channel's feed, in the order given. */
export function writeTold(
  transaction: Transaction,
  feeds: ReadonlyMap<number, ToldFeed>,
  rows: readonly NewlyTold[],
  now: Date,
): void {
  if (rows.length === 0) return;
  const byChannel = Map.groupBy(rows, ({ channelId }) => channelId);
  const inOrder = [...byChannel.values()].flat();
  transaction.write(putTold, [
    ...keysOf(inOrder),
    arrayLiteral(
      "bigint",
      inOrder.map(({ quantity }) => quantity),
    ),
    arrayLiteral(
      "text",
      inOrder.map(({ label }) => label),
    ),
    arrayLiteral(
      "bigint",
      [...byChannel].flatMap(([channelId, ofChannel]) =>
        ofChannel.map((_, index) => feeds.get(channelId)!.position + index + 1),
      ),
    ),
  ]);
  const moved = [...byChannel].map(([channelId, ofChannel]) => {
    const feed = feeds.get(channelId)!;
    const events = feed.asEvents ? recordChanges(transaction, feed, ofChannel, now) : 0;
    return { channel_id: channelId, position: feed.position + ofChannel.length, events: feed.events + events };
  });
  transaction.update(moveFeeds, moved);
}

function recordChanges(transaction: Transaction, feed: ToldFeed, rows: readonly NewlyTold[], now: Date): number {
  const parts = Math.ceil(rows.length / MAX_CHANGES_PER_EVENT);
  availabilityEvents.record(
    transaction,
    Array.from({ length: parts }, (_, part) => ({
      type: "availability.changed" as const,
      entityId: feed.id,
      sequence: feed.events + part + 1,
      occurredAt: now,
      origin: { actor: "system:availability", requestId: null },
      data: {
        channel: feed.channel,
        changes: rows
          .slice(part * MAX_CHANGES_PER_EVENT, (part + 1) * MAX_CHANGES_PER_EVENT)
          .map(({ sku, quantity, label }) => ({ sku, quantity, label })),
      },
    })),
  );
  return parts;
}

export interface Waiting {
  channelId: number;
  skuId: number;
  /** Milliseconds since the change. */
  ago: number;
}

const putWaiting = statement(
  "availability.putWaiting",
  `insert into availability.told as t (channel_id, sku_id, quantity, label, position, waiting_since)
   select channel_id, sku_id, 0, 'out_of_stock', 0, clock_timestamp() - ago * interval '1 millisecond'
   from unnest($1::int[], $2::int[], $3::float8[]) as given (channel_id, sku_id, ago)
   on conflict (channel_id, sku_id) do update set waiting_since = coalesce(t.waiting_since, excluded.waiting_since)`,
);
const endWaiting = statement(
  "availability.endWaiting",
  `update availability.told set waiting_since = null from unnest($1::int[], $2::int[]) as given (channel_id, sku_id)
   where told.channel_id = given.channel_id and told.sku_id = given.sku_id`,
);

function keysOf(rows: readonly { channelId: number; skuId: number }[]): [string, string] {
  return [
    arrayLiteral(
      "int",
      rows.map(({ channelId }) => channelId),
    ),
    arrayLiteral(
      "int",
      rows.map(({ skuId }) => skuId),
    ),
  ];
}

/** They stand in line from the time of their first change on. */
export function writeWaiting(transaction: Transaction, rows: readonly Waiting[]): void {
  if (rows.length === 0) return;
  const since = arrayLiteral(
    "double precision",
    rows.map(({ ago: milliseconds }) => milliseconds),
  );
  transaction.write(putWaiting, [...keysOf(rows), since]);
}

/** What they waited for is no news any more. */
export function writeWaitingEnd(transaction: Transaction, rows: readonly { channelId: number; skuId: number }[]): void {
  if (rows.length > 0) transaction.write(endWaiting, keysOf(rows));
}
