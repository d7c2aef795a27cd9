import { serverSentEvent } from "./cloud-events.ts";
import { type FeedCursor, formatCursor } from "./feed-cursor.ts";
import type { FeedReader } from "./feed-reader.ts";
import { type EventFilter, visibleEvents } from "./event-scope.ts";

/** Comments keep proxies from closing a quiet stream, and carry the cursor past events that were not for this client. */
const HEARTBEAT_MS = 15_000;
const RETRY_MS = 1_000;
const PAGE = 200;

export interface EventStream {
  reader: FeedReader;
  from: FeedCursor;
  filter: EventFilter;
  /** Asked before every page: a revoked key or ended session ends its stream. */
  isAllowed: () => boolean | Promise<boolean>;
  /** Aborted when the client is gone. */
  signal: AbortSignal;
}

/**
 * The text of a server-sent event stream, page by page. Nothing is read ahead: a client that reads slowly is asked for
 * nothing and holds at most one page, and later catches up from memory or the database.
 */
export async function* streamEvents({ reader, from, filter, isAllowed, signal }: EventStream): AsyncGenerator<string> {
  const { generation } = from;
  let { position } = from;
  yield `retry: ${RETRY_MS}\n${heartbeat(from)}`;
  while (!signal.aborted && !reader.stopped && (await isAllowed())) {
    const page = await reader.read({ after: position, limit: PAGE, types: filter.types });
    // After a restore this stream's cursors mean nothing; whoever reconnects is told so.
    if (page.head.generation !== generation) return;
    position = page.last;
    const events = visibleEvents(page.events, filter.scope);
    if (events.length > 0) yield events.map((event) => serverSentEvent(event, generation)).join("");
    if (position < page.head.position) continue;
    if (!(await reader.waitBeyond(position, HEARTBEAT_MS, signal))) yield heartbeat({ generation, position });
  }
}

/** No data, so a browser remembers the ID but fires nothing. */
function heartbeat(cursor: FeedCursor): string {
  return `: beat\nid: ${formatCursor(cursor)}\n\n`;
}
