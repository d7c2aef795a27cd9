import type { Database } from "../db/database.ts";
import { arrayLiteral, statement } from "../db/statements.ts";
import type { FeedCursor } from "./feed-cursor.ts";

/** A fact, as it stands in the ledger. */
export interface RecordedEvent {
  id: number;
  type: string;
  entityType: string;
  entityId: string;
  sequence: number;
  occurredAt: Date;
  recordedAt: Date;
  actor: string;
  requestId: string | null;
  schemaVersion: number;
  data: Readonly<Record<string, unknown>>;
}

/** A fact with its place in the order in which the world sees facts. */
export interface FeedEvent extends RecordedEvent {
  position: number;
}

export interface FeedPage {
  events: FeedEvent[];
  /** The feed has been read up to this position; with a filter that may be beyond the last event. */
  last: number;
  head: FeedCursor;
}

export interface FeedQuery {
  /** Read behind this position. */
  after: number;
  /** Positions to look at: with a filter the page may hold fewer events, or none. */
  limit: number;
  /** null: all types. */
  types?: readonly string[] | null;
  /** The feed is known to reach this position; memory that is behind it is not asked. */
  knownHead?: number;
}

/** A transaction, or the database for a read on its own. */
export type Readable = Pick<Database, "read">;

interface HeadRow {
  generation: number;
  head: number;
}

type EventRow = { [Column in keyof FeedEvent]: FeedEvent[Column] | null };

const EVENT_COLUMNS = `events.id, events.type, events.entity_type as "entityType", events.entity_id as "entityId", events.sequence,
  events.occurred_at as "occurredAt", events.recorded_at as "recordedAt", events.actor, events.request_id as "requestId",
  events.schema_version as "schemaVersion", events.data`;

// The inner limit keeps the lookup of an event a lookup: estimates for a range of positions are so far off that the
// planner would otherwise hash all events. Feed and its state are read in one snapshot, so `head` covers the page.
const readPage = statement<HeadRow & EventRow>(
  "platform.readFeed",
  `with page as materialized (
     select position, event_id, recorded_at, type from platform.feed where position > $1 order by position limit $2
   )
   select state.generation, state.position as head, found.*
   from platform.feed_state state
   left join lateral (
     select page.position, event.* from page cross join lateral (
       select ${EVENT_COLUMNS} from platform.events
       where events.id = page.event_id and events.recorded_at = page.recorded_at limit 1
     ) event
     where $3::text[] is null or (coalesce(page.type = any($3::text[]), true) and event.type = any($3::text[]))
   ) found on true
   order by found.position`,
);

/** A page of the feed in its order. Positions are dense, so the page ends at `after + limit` or at the head. */
export async function readFeed(source: Readable, { after, limit, types = null }: FeedQuery): Promise<FeedPage> {
  const rows = await source.read(readPage, [after, limit, types]);
  return pageOf(rows, (head) => Math.max(after, Math.min(after + limit, head)));
}

/** A place in the feed without its event. */
export interface FeedPlace {
  position: number;
  /** null: only the event itself says it. */
  type: string | null;
}

const readPlaces = statement<HeadRow & { [Column in keyof FeedPlace]: FeedPlace[Column] | null }>(
  "platform.readFeedPlaces",
  `select state.generation, state.position as head, page.position, page.type
   from platform.feed_state state
   left join lateral (
     select position, type from platform.feed where position > $1 order by position limit $2
   ) page on true
   order by page.position`,
);

/** What is in the feed behind a position: a twentieth of the work of reading the events. */
export async function readFeedPlaces(
  source: Readable,
  { after, limit }: Pick<FeedQuery, "after" | "limit">,
): Promise<{ places: FeedPlace[]; head: FeedCursor }> {
  const rows = await source.read(readPlaces, [after, limit]);
  const { generation, head } = rows[0]!;
  const places = rows.flatMap(({ position, type }) => (position === null ? [] : [{ position, type }]));
  return { places, head: { generation, position: head } };
}

const readPageOfEntity = statement<HeadRow & EventRow>(
  "platform.readFeedOfEntity",
  `select state.generation, state.position as head, found.*
   from platform.feed_state state
   left join lateral (
     select entry.position, ${EVENT_COLUMNS} from platform.events
     cross join lateral (select position from platform.feed where event_id = events.id limit 1) entry
     where events.entity_id = $4 and entry.position > $1 and ($3::text[] is null or events.type = any($3::text[]))
     order by entry.position limit $2
   ) found on true
   order by found.position`,
);

/** The same for one entity, found by its index instead of by going through the feed. `limit` counts events here. */
export async function readFeedOfEntity(
  source: Readable,
  entityId: string,
  { after, limit, types = null }: FeedQuery,
): Promise<FeedPage> {
  const rows = await source.read(readPageOfEntity, [after, limit, types, entityId]);
  return pageOf(rows, (head, events) => (events.length < limit ? Math.max(after, head) : events.at(-1)!.position));
}

function pageOf(
  rows: readonly (HeadRow & EventRow)[],
  lastOf: (head: number, events: FeedEvent[]) => number,
): FeedPage {
  const { generation, head } = rows[0]!;
  const events = rows.filter((row) => row.position !== null).map(eventOf);
  return { events, last: lastOf(head, events), head: { generation, position: head } };
}

function eventOf(row: HeadRow & EventRow): FeedEvent {
  const { generation: _generation, head: _head, ...event } = row;
  return event as FeedEvent;
}

const readAtPositions = statement<HeadRow & EventRow>(
  "platform.readFeedAt",
  `select state.generation, state.position as head, found.*
   from platform.feed_state state
   left join lateral (
     select entry.position, event.* from unnest($1::bigint[]) as given (position)
     cross join lateral (select position, event_id, recorded_at from platform.feed where position = given.position limit 1) entry
     cross join lateral (
       select ${EVENT_COLUMNS} from platform.events
       where events.id = entry.event_id and events.recorded_at = entry.recorded_at limit 1
     ) event
   ) found on true`,
);

/** The events at these positions, in any order; positions that are not in the feed are left out. */
export async function readEventsAt(
  source: Readable,
  positions: readonly number[],
): Promise<{ events: FeedEvent[]; generation: number }> {
  const rows = await source.read(readAtPositions, [arrayLiteral("bigint", positions)]);
  return {
    events: rows.filter(({ position }) => position !== null).map(eventOf),
    generation: rows[0]!.generation,
  };
}

const readHeadRow = statement<HeadRow>(
  "platform.readFeedHead",
  "select generation, position as head from platform.feed_state",
);

export async function readHead(source: Readable): Promise<FeedCursor> {
  const [row] = await source.read(readHeadRow);
  return { generation: row!.generation, position: row!.head };
}

const readTimeline = statement<RecordedEvent>(
  "platform.readEntityEvents",
  `select ${EVENT_COLUMNS} from platform.events where entity_id = $1 and sequence > $2 order by sequence limit $3`,
);

/** A timeline: all facts of one entity in its own order, straight from the ledger, so the newest are there at once. */
export async function readEntityEvents(
  source: Readable,
  entityId: string,
  { after, limit }: { after: number; limit: number },
): Promise<RecordedEvent[]> {
  return await source.read(readTimeline, [entityId, after, limit]);
}
