import pg from "pg";
import type { Statement } from "../db/statements.ts";
import { statement } from "../db/statements.ts";
import { observeTick } from "./feed-metrics.ts";

/** Between two ticks. Half of it, plus the wait for the commit, is the mean delay of an event. */
const TICK_MS = 25;
/** How often a process that is not the sequencer asks whether it may become it. */
const CANDIDATE_MS = 500;
const RECONNECT_MS = 250;
/** After an outage one tick appends everything that piled up: 1,000,000 events take about 10 s. */
const STATEMENT_TIMEOUT_MS = 300_000;

export interface SequencerOptions {
  database: { url: string };
  log: { info(message: string): void; warn(details: object, message: string): void };
}

export interface Sequencer {
  /** Whether this process is the one that appends to the feed. */
  isHolder(): boolean;
  stop(): Promise<void>;
}

/**
 * Appends committed events to the feed. Every process starts one; a session advisory lock lets one of them work. Its
 * connection is its own: the lock lives and dies with it, and so a holder that has lost it cannot append.
 */
export function startSequencer({ database, log }: SequencerOptions): Sequencer {
  let stopped = false;
  let holder = false;
  let wake = (): void => {};
  const pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, stopped ? 0 : milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const work = async (): Promise<void> => {
    const client = await connect(database.url);
    try {
      while (!stopped && !(await takeLock(client))) await pause(CANDIDATE_MS);
      if (stopped) return;
      holder = true;
      log.info("This process now appends to the event feed.");
      while (!stopped) {
        await tick(client);
        await pause(TICK_MS);
      }
    } finally {
      holder = false;
      await end(client);
    }
  };

  const run = async (): Promise<void> => {
    while (!stopped) {
      try {
        await work();
      } catch (error) {
        log.warn({ err: error }, "The event feed waits for the database.");
        await pause(RECONNECT_MS);
      }
    }
  };

  const running = run();
  return {
    isHolder: () => holder,
    stop: async () => {
      stopped = true;
      wake();
      await running;
    },
  };
}

/**
 * Sequential scans are off because the planner cannot know how few transactions are new: it would read all events.
 * Keepalives make the server drop the lock of a machine that vanished without closing its connection.
 */
const SESSION_SETTINGS = [
  "enable_seqscan=off",
  "enable_bitmapscan=off",
  "jit=off",
  "plan_cache_mode=force_generic_plan",
  "timezone=UTC",
  `statement_timeout=${STATEMENT_TIMEOUT_MS}`,
  "tcp_keepalives_idle=1",
  "tcp_keepalives_interval=1",
  "tcp_keepalives_count=1",
  "tcp_user_timeout=1500",
];

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: "orrery sequencer",
    connectionTimeoutMillis: 5_000,
    query_timeout: STATEMENT_TIMEOUT_MS + 5_000,
    keepAlive: true,
    options: SESSION_SETTINGS.map((setting) => `-c ${setting}`).join(" "),
  });
  // A lost connection fails the query under way, or the next one; there the loop hears of it.
  client.on("error", () => {});
  await client.connect();
  return client;
}

async function end(client: pg.Client): Promise<void> {
  try {
    await client.end();
  } catch {
    // It is gone already, and the lock with it.
  }
}

const lock = statement<{ taken: boolean }>(
  "platform.lockSequencer",
  "select pg_try_advisory_lock(hashtextextended('platform.sequencer', 0)) as taken",
);

async function takeLock(client: pg.Client): Promise<boolean> {
  const [row] = await ask(client, lock);
  return row!.taken;
}

interface Tick {
  appended: number;
  /** Milliseconds from the beginning of the oldest appended event's transaction until now. */
  lag_ms: number | null;
}

// Appends what is visible now and was not in the stored snapshot: transactions that began after it (xid ≥ xmax) or were
// under way in it (xip). Both are index ranges without one row that is in the feed already, however long the oldest
// transaction takes. The new snapshot is the one this statement reads with. An idle feed stores it once a second.
const appendCommitted = statement<Tick>(
  "platform.appendToFeed",
  `with state as materialized (
     select position, pg_snapshot_xmax(snapshot) as next_xid, array(select pg_snapshot_xip(snapshot)) as open_xids from platform.feed_state
   ), fresh as materialized (
     select id, recorded_at, type from platform.events where xid >= (select next_xid from state)
     union all
     select id, recorded_at, type from platform.events where xid = any((select open_xids from state)::xid8[])
   ), appended as (
     insert into platform.feed (position, event_id, recorded_at, type)
     select (select position from state) + row_number() over (order by id), id, recorded_at, type from fresh
   ), counted as (
     select count(*)::int as appended, min(recorded_at) as oldest from fresh
   )
   update platform.feed_state
   set position = position + appended, snapshot = pg_current_snapshot(), ticked_at = clock_timestamp()
   from counted
   where appended > 0 or ticked_at < now() - interval '1 second'
   returning appended, (extract(epoch from clock_timestamp() - oldest) * 1000)::float8 as lag_ms`,
);

async function tick(client: pg.Client): Promise<void> {
  const [ticked] = await ask(client, appendCommitted);
  if (ticked !== undefined && ticked.appended > 0) observeTick(ticked.appended, ticked.lag_ms ?? 0);
}

async function ask<Row>(client: pg.Client, { name, text }: Statement<Row>): Promise<Row[]> {
  const result = await client.query({ name, text });
  return result.rows as Row[];
}
