import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { classifyFailure } from "../db/failures.ts";
import type { Database, Transaction } from "../db/database.ts";
import { statement } from "../db/statements.ts";
import type { FeedCursor } from "./feed-cursor.ts";
import type { FeedReader } from "./feed-reader.ts";
import { type FeedEvent, type FeedPage, readFeed } from "./read-feed.ts";

export interface FeedConsumer {
  /** Unique and stable: its cursor is kept under this name. */
  name: string;
  /** null: all of them. Who finds out in the transaction that moves the cursor misses nothing that is committed by then. */
  types: readonly string[] | null | ((transaction: Transaction) => Promise<readonly string[] | null>);
  /** Where a consumer begins that has never run: projections at the beginning, reactions at the end. */
  startAt: "beginning" | "end";
  /** Positions per transaction. */
  batch?: number;
  /** Rests this long whenever it has caught up: who need not keep step with the feed works on whole pages instead. */
  pauseMs?: number;
  /** Applies the events in the transaction that moves the cursor: each event takes effect exactly once. */
  handle: (transaction: Transaction, events: readonly FeedEvent[]) => Promise<void>;
}

export interface FollowOptions {
  database: Database;
  reader: FeedReader;
  log: { warn(details: object, message: string): void };
  /** The same event has failed FAILURES_UNTIL_BLOCKED times; nothing behind it is applied until it succeeds. */
  onBlocked: (name: string, error: unknown) => Promise<void>;
  /** It succeeded after all. */
  onRecovered: (name: string) => Promise<void>;
}

const BATCH = 200;
/** A cursor that only passed by events of other types is stored when it has moved this far. */
const UNSTORED_POSITIONS = 10_000;
const FAILURES_UNTIL_BLOCKED = 3;
const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 30_000;
/** While another process works for this consumer, and in case a wake-up was missed. */
const RECHECK_MS = 1_000;

export interface Following {
  stop(): Promise<void>;
}

/**
 * Lets a consumer follow the feed until stopped. Any number of processes may run the same consumer: the lock on its
 * cursor lets one work. A failing batch is halved until the bad event stands alone; then it is retried with backoff.
 */
export function followFeed(consumer: FeedConsumer, options: FollowOptions): Following {
  const following = new Follower(consumer, options);
  const running = following.run();
  return {
    stop: async () => {
      following.stop();
      await running;
    },
  };
}

const registerConsumer = statement(
  "platform.registerConsumer",
  `insert into platform.consumers (name, position)
   select $1, case when $2 then 0 else position end from platform.feed_state on conflict (name) do nothing`,
);

const lockConsumer = statement<{ position: number; generation: number; head: number }>(
  "platform.lockConsumer",
  `select consumers.position, feed_state.generation, feed_state.position as head
   from platform.consumers, platform.feed_state where name = $1 for update of consumers skip locked`,
);

const moveConsumer = statement(
  "platform.moveConsumer",
  "update platform.consumers set position = $2, updated_at = now() where name = $1",
);

class Follower {
  readonly #consumer: FeedConsumer;
  readonly #options: FollowOptions;
  readonly #aborted = new AbortController();
  #registered = false;
  /** Those of the last transaction: what is read ahead of the next. */
  #types: readonly string[] | null;
  /** The cursor as this process left it; null: not known, because another one may have moved it. */
  #stored: FeedCursor | null = null;
  /** Everything up to here was applied, or behind what is stored and of other types. */
  #scanned = 0;
  #batch: number;
  #failures = 0;
  #blocked = false;

  constructor(consumer: FeedConsumer, options: FollowOptions) {
    this.#consumer = consumer;
    this.#options = options;
    this.#batch = consumer.batch ?? BATCH;
    this.#types = typeof consumer.types === "function" ? [] : consumer.types;
  }

  stop(): void {
    this.#aborted.abort();
  }

  get #stopped(): boolean {
    return this.#aborted.signal.aborted || this.#options.reader.stopped;
  }

  async run(): Promise<void> {
    while (!this.#stopped) {
      try {
        const caughtUp = await this.#step();
        await this.#succeeded();
        if (caughtUp) await this.#rest();
      } catch (error) {
        await this.#failed(error);
      }
    }
  }

  async #rest(): Promise<void> {
    const position = this.#stored === null ? Infinity : this.#scanned;
    await this.#options.reader.waitBeyond(position, RECHECK_MS, this.#aborted.signal);
    if (this.#consumer.pauseMs !== undefined && !this.#stopped) await this.#pause(this.#consumer.pauseMs);
  }

  /** Applies what comes next; true when there is nothing to do until the feed grows. */
  async #step(): Promise<boolean> {
    const { database, reader } = this.#options;
    if (!this.#registered) {
      await database.transaction(async (transaction) =>
        transaction.write(registerConsumer, [this.#consumer.name, this.#consumer.startAt === "beginning"]),
      );
      this.#registered = true;
    }
    if (this.#stored === null) return await this.#apply(null);
    const page = await reader.read({ after: this.#scanned, limit: this.#batch, types: this.#types });
    if (page.events.length === 0 && this.#mayPassBy(page, this.#stored)) {
      this.#scanned = page.last;
      return page.last >= page.head.position;
    }
    return await this.#apply(page);
  }

  #mayPassBy({ last, head }: FeedPage, stored: FeedCursor): boolean {
    if (head.generation !== stored.generation) return false;
    if (last === this.#scanned) return true;
    return typeof this.#consumer.types !== "function" && last - stored.position < UNSTORED_POSITIONS;
  }

  /** `ahead` begins at what was scanned; it counts when the cursor stands where this process left it, in the same feed. */
  async #apply(ahead: FeedPage | null): Promise<boolean> {
    const { name, types: given, handle } = this.#consumer;
    const applied = await this.#options.database.transaction(async (transaction) => {
      const [cursor] = await transaction.read(lockConsumer, [name]);
      if (cursor === undefined) return null;
      const types = typeof given === "function" ? await given(transaction) : given;
      const isCurrent =
        ahead?.head.generation === cursor.generation &&
        this.#stored?.generation === cursor.generation &&
        this.#stored.position === cursor.position &&
        isDeepStrictEqual(types, this.#types);
      // What the feed has got since the types were read may be wanted by somebody who is not among them.
      const limit = Math.min(this.#batch, cursor.head - cursor.position);
      const page = isCurrent ? ahead : await readFeed(transaction, { after: cursor.position, limit, types });
      if (page.events.length > 0) await handle(transaction, page.events);
      if (page.last > cursor.position) transaction.write(moveConsumer, [name, page.last]);
      this.#types = types;
      return page;
    });
    if (applied === null) {
      // Another process works for this consumer: look again from its cursor later.
      this.#stored = null;
      return true;
    }
    this.#scanned = applied.last;
    this.#stored = { generation: applied.head.generation, position: applied.last };
    return applied.last >= applied.head.position;
  }

  async #succeeded(): Promise<void> {
    this.#failures = 0;
    this.#batch = Math.min(this.#batch * 2, this.#consumer.batch ?? BATCH);
    if (this.#blocked && (await this.#tell(() => this.#options.onRecovered(this.#consumer.name))))
      this.#blocked = false;
  }

  async #failed(error: unknown): Promise<void> {
    const { name } = this.#consumer;
    this.#options.log.warn({ err: error, consumer: name }, "A consumer of the event feed failed and will try again.");
    this.#stored = null;
    const failure = classifyFailure(error);
    if (failure !== "badData" && failure !== "bug") return await this.#pause(FIRST_RETRY_MS);
    if (this.#batch > 1) {
      this.#batch = Math.ceil(this.#batch / 2);
      return;
    }
    this.#failures++;
    if (this.#failures >= FAILURES_UNTIL_BLOCKED && !this.#blocked) {
      this.#blocked = await this.#tell(() => this.#options.onBlocked(name, error));
    }
    await this.#pause(Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures));
  }

  /** False when the news could not be delivered; it is tried again at the next occasion. */
  async #tell(news: () => Promise<void>): Promise<boolean> {
    try {
      await news();
      return true;
    } catch (error) {
      this.#options.log.warn(
        { err: error, consumer: this.#consumer.name },
        "The state of a consumer could not be reported.",
      );
      return false;
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return pause(milliseconds, undefined, { signal: this.#aborted.signal }).catch(() => {
      // Stopped: the loop sees it.
    });
  }
}
