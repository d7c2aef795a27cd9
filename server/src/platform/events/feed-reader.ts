import type { Database } from "../db/database.ts";
import { type FeedEvent, type FeedPage, type FeedQuery, readFeed, readHead } from "./read-feed.ts";

/**
 * One reader of the feed per process: all its streams, long polls and consumers read the newest events from here, so the
 * database is asked once, however many clients there are. It polls only while somebody waits.
 */
export interface FeedReader {
  /** Like `readFeed`; from memory when what is asked for is among the newest. */
  read(query: FeedQuery): Promise<FeedPage>;
  /** True as soon as the feed is longer than `position` (or began a new generation), false after `timeoutMs`, abort or stop. */
  waitBeyond(position: number, timeoutMs: number, signal?: AbortSignal): Promise<boolean>;
  readonly stopped: boolean;
  /** Called when it stops; answers how to take that back. */
  onStop(callback: () => void): () => void;
  /** Ends every wait; streams and consumers then end by themselves. */
  stop(): void;
}

export interface FeedReaderOptions {
  database: Database;
  log: { warn(details: object, message: string): void };
}

const POLL_MS = 40;
const RETRY_MS = 500;
const POLL_LIMIT = 1_000;
/** Polling goes on this long after the last wait, because who has just been woken reads and waits again. */
const LINGER_POLLS = 50;
/** Twice as many are kept at times: 4 MB when an event has 1 KB. Who is further behind reads from the database. */
const KEPT_EVENTS = 2_000;

/** The newest events without a gap, the last of them at position `head`. */
interface Newest {
  generation: number;
  head: number;
  events: FeedEvent[];
}

interface Waiter {
  position: number;
  settle: (grown: boolean) => void;
}

export function createFeedReader({ database, log }: FeedReaderOptions): FeedReader {
  const waiters = new Set<Waiter>();
  let newest: Newest | null = null;
  const stopCallbacks = new Set<() => void>();
  let polling = false;
  let stopped = false;

  /** True when there may be more to read at once. */
  const poll = async (): Promise<boolean> => {
    newest ??= await startNow(database);
    const page = await readFeed(database, { after: newest.head, limit: POLL_LIMIT });
    if (page.head.generation !== newest.generation) {
      newest = { generation: page.head.generation, head: page.head.position, events: [] };
      for (const waiter of waiters) waiter.settle(true);
      return false;
    }
    newest.events.push(...page.events);
    if (newest.events.length > 2 * KEPT_EVENTS) newest.events = newest.events.slice(-KEPT_EVENTS);
    newest.head = page.last;
    for (const waiter of waiters) if (waiter.position < newest.head) waiter.settle(true);
    return page.events.length === POLL_LIMIT;
  };

  const pollWhileAwaited = async (): Promise<void> => {
    polling = true;
    for (let idle = 0; idle < LINGER_POLLS && !stopped; idle = waiters.size > 0 ? 0 : idle + 1) {
      try {
        if (!(await poll())) await pause(POLL_MS);
      } catch (error) {
        newest = null;
        log.warn({ err: error }, "The event feed cannot be read.");
        await pause(RETRY_MS);
      }
    }
    polling = false;
    // What happens while nobody waits is not followed.
    newest = null;
  };

  return {
    get stopped() {
      return stopped;
    },
    async read(query) {
      return fromMemory(newest, query) ?? (await readFeed(database, query));
    },
    waitBeyond: (position, timeoutMs, signal) =>
      new Promise((resolve) => {
        if (stopped || signal?.aborted) return resolve(false);
        if (newest !== null && newest.head > position) return resolve(true);
        const settle = (grown: boolean): void => {
          waiters.delete(waiter);
          clearTimeout(timer);
          signal?.removeEventListener("abort", giveUp);
          resolve(grown);
        };
        const giveUp = (): void => settle(false);
        const waiter: Waiter = { position, settle };
        const timer = setTimeout(giveUp, timeoutMs);
        signal?.addEventListener("abort", giveUp);
        waiters.add(waiter);
        if (!polling) void pollWhileAwaited();
      }),
    onStop(callback) {
      stopCallbacks.add(callback);
      return () => stopCallbacks.delete(callback);
    },
    stop() {
      stopped = true;
      for (const callback of stopCallbacks) callback();
      for (const waiter of waiters) waiter.settle(false);
    },
  };
}

async function startNow(database: Database): Promise<Newest> {
  const { generation, position } = await readHead(database);
  return { generation, head: position, events: [] };
}

function fromMemory(newest: Newest | null, query: FeedQuery): FeedPage | null {
  if (newest === null || newest.head < (query.knownHead ?? 0)) return null;
  const behind = newest.head - query.after;
  if (behind < 0 || behind > newest.events.length) return null;
  const start = newest.events.length - behind;
  const window = newest.events.slice(start, start + query.limit);
  const types = query.types;
  return {
    events: types == null ? window : window.filter((event) => types.includes(event.type)),
    last: query.after + window.length,
    head: { generation: newest.generation, position: newest.head },
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
