import type { Database } from "../../platform/db/database.ts";
import { statement } from "../../platform/db/statements.ts";
import type { FeedCursor } from "../../platform/events/feed-cursor.ts";

/** A figure that a channel was told, at its place in the channel's feed. */
export interface ToldChange {
  position: number;
  sku: string;
  quantity: number;
  label: string;
  toldAt: Date;
}

export interface ChangePage {
  changes: ToldChange[];
  /** The feed has been read up to this position. */
  last: number;
  head: FeedCursor;
}

type Row = { generation: number; head: number } & { [Column in keyof ToldChange]: ToldChange[Column] | null };

// That positions are above 0 is said so that the index of those is used: no parameter implies it.
const readPage = statement<Row>(
  "availability.readChanges",
  `select state.generation, coalesce(feed.position, 0) as head, found.*
   from platform.feed_state state
   left join availability.channel_feeds feed on feed.channel_id = $1
   left join lateral (
     select told.position, sku.code as sku, told.quantity, told.label, told.told_at as "toldAt"
     from (select * from availability.told where channel_id = $1 and position > $2 and position > 0 order by position limit $3) as told
     join catalog.skus sku on sku.id = told.sku_id
   ) found on true
   order by found.position`,
);

/** Behind a position, in the order in which the channel was told; a figure that was told again stands only at its last place. */
export async function readChanges(
  database: Database,
  channelId: number,
  after: number,
  limit: number,
): Promise<ChangePage> {
  const rows = await database.read(readPage, [channelId, after, limit]);
  const { generation, head } = rows[0]!;
  const changes = rows.flatMap(({ generation: _, head: __, ...row }) =>
    row.position === null ? [] : [row as ToldChange],
  );
  const last = changes.length < limit ? Math.max(after, head) : changes.at(-1)!.position;
  return { changes, last, head: { generation, position: head } };
}

const readPositions = statement<{ channelId: number; position: number }>(
  "availability.readFeedPositions",
  `select channel_id as "channelId", position from availability.channel_feeds`,
);

const POLL_MS = 30;
const RETRY_MS = 500;

interface Waiter {
  channelId: number;
  position: number;
  settle: (grown: boolean) => void;
}

/** One per process: while somebody waits for a channel's feed to grow, the database is asked once for all of them. */
export class ChangeWaiting {
  readonly #database: Database;
  readonly #log: { warn(details: object, message: string): void };
  readonly #waiters = new Set<Waiter>();
  #polling = false;

  constructor(database: Database, log: { warn(details: object, message: string): void }) {
    this.#database = database;
    this.#log = log;
  }

  /** True as soon as the feed is longer than `position`, false after `timeoutMs` or abort. */
  waitBeyond(channelId: number, position: number, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(false);
      const settle = (grown: boolean): void => {
        this.#waiters.delete(waiter);
        clearTimeout(timer);
        signal.removeEventListener("abort", giveUp);
        resolve(grown);
      };
      const giveUp = (): void => settle(false);
      const waiter: Waiter = { channelId, position, settle };
      const timer = setTimeout(giveUp, timeoutMs);
      signal.addEventListener("abort", giveUp);
      this.#waiters.add(waiter);
      if (!this.#polling) void this.#poll();
    });
  }

  /** Ends every wait. */
  stop(): void {
    for (const waiter of this.#waiters) waiter.settle(false);
  }

  async #poll(): Promise<void> {
    this.#polling = true;
    while (this.#waiters.size > 0) {
      let pauseMs = POLL_MS;
      try {
        const rows = await this.#database.read(readPositions);
        const positions = new Map(rows.map((row) => [row.channelId, row.position]));
        for (const waiter of this.#waiters)
          if ((positions.get(waiter.channelId) ?? 0) > waiter.position) waiter.settle(true);
      } catch (error) {
        this.#log.warn({ err: error }, "Changes of availability cannot be read.");
        pauseMs = RETRY_MS;
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    this.#polling = false;
  }
}
