import { statement } from "../db/statements.ts";
import type { Readable } from "./read-feed.ts";

export interface FeedStatus {
  generation: number;
  position: number;
  /** When the sequencer last worked; it does so at least once a second. */
  tickedAt: Date;
  /** Committed events that are not in the feed yet. */
  pending: number;
  /** Age of the oldest of them, 0 when there is none. */
  lagMs: number;
}

const readStatus = statement<FeedStatus>(
  "platform.readFeedStatus",
  `with state as materialized (
     select *, pg_snapshot_xmax(snapshot) as next_xid, array(select pg_snapshot_xip(snapshot)) as open_xids from platform.feed_state
   ), pending as (
     select recorded_at from platform.events where xid >= (select next_xid from state)
     union all
     select recorded_at from platform.events where xid = any((select open_xids from state)::xid8[])
   )
   select generation, position, ticked_at as "tickedAt", (select count(*) from pending) as pending,
     coalesce((select extract(epoch from clock_timestamp() - min(recorded_at)) * 1000 from pending), 0)::float8 as "lagMs"
   from state`,
);

/** How far the feed is behind the ledger. */
export async function readFeedStatus(source: Readable): Promise<FeedStatus> {
  const [status] = await source.read(readStatus);
  return status!;
}
