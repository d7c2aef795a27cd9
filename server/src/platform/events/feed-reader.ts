import type { Database } from "../db/database.ts";
import {
  type FeedEvent,
  type FeedPage,
  type FeedPlace,
  type FeedQuery,
  readEventsAt,
  readFeed,
  readFeedPlaces,
  readHead,
} from "./read-feed.ts";

/**
 * One reader of the feed per process: all its streams, long polls and consumers read the newest events from here, so the
 * database is asked once, however many clients there are. It polls only while somebody waits, and reads an event only
 * when somebody wants its type: reading all of them for two consumers that wanted few was a third of the CPU that an
 * order cost from capture to delivery.
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

interface Entry extends FeedPlace {
  /** Once somebody wanted it; all who want it share one read. */
  event: Promise<FeedEvent | undefined> | null;
}

/** The newest entries without a gap, the last of them at position `head`. */
interface Newest {
  generation: number;
  head: number;
  entries: Entry[];
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
    const { places, head } = await readFeedPlaces(database, { after: newest.head, limit: POLL_LIMIT });
    if (head.generation !== newest.generation) {
      newest = { generation: head.generation, head: head.position, entries: [] };
      for (const waiter of waiters) waiter.settle(true);
      return false;
    }
    newest.entries.push(...places.map((place) => ({ ...place, event: null })));
    if (newest.entries.length > 2 * KEPT_EVENTS) newest.entries = newest.entries.slice(-KEPT_EVENTS);
    newest.head += places.length;
    for (const waiter of waiters) if (waiter.position < newest.head) waiter.settle(true);
    return places.length === POLL_LIMIT;
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
      return (await fromMemory(database, newest, query)) ?? (await readFeed(database, query));
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
  return { generation, head: position, entries: [] };
}

async function fromMemory(database: Database, newest: Newest | null, query: FeedQuery): Promise<FeedPage | null> {
  if (newest === null || newest.head < (query.knownHead ?? 0)) return null;
  const { generation, head, entries } = newest;
  const behind = head - query.after;
  if (behind < 0 || behind > entries.length) return null;
  const start = entries.length - behind;
  const window = entries.slice(start, start + query.limit);
  const types = query.types ?? null;
  const isWanted = (type: string | null): boolean => types === null || type === null || types.includes(type);
  const wanted = window.filter(({ type }) => isWanted(type));
  readTogether(database, generation, wanted);
  const read = await Promise.all(wanted.map(async ({ event }) => await event));
  const events = read.filter((event) => event != null);
  if (events.length < wanted.length) return null;
  return {
    events: events.filter(({ type }) => isWanted(type)),
    last: query.after + window.length,
    head: { generation, position: head },
  };
}

/** Reads those at once that nobody has wanted yet. What cannot be read is wanted anew the next time. */
function readTogether(database: Database, generation: number, entries: readonly Entry[]): void {
  const unread = entries.filter(({ event }) => event === null);
  if (unread.length === 0) return;
  const reading = readEventsAt(
    database,
    unread.map(({ position }) => position),
  ).then((read) =>
    read.generation === generation ? new Map(read.events.map((event) => [event.position, event])) : null,
  );
  for (const entry of unread) {
    entry.event = reading.then(
      (found) => found?.get(entry.position),
      (error: unknown) => {
        entry.event = null;
        throw error;
      },
    );
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
