import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { newId } from "../platform/ids.ts";
import { Bell } from "./bell.ts";
import type { QuotaCounter } from "./quotas/quota.ts";
import { SUPPLY_ROW, type SupplyRow } from "./supply-rows.ts";

/** What the ledger had to tell since the last time. */
export interface LedgerNews {
  /** Rows of SKU, location, free units, version and the age of the movement in milliseconds, for `forEachNumberRow`. */
  changes: string;
  /** Counters of quotas as they are now, each with the age of its last use in milliseconds. */
  quotas: readonly (QuotaCounter & { age: number })[];
  /** Supplies as they are after movements that are new; nearly always none. */
  supplies: readonly SupplyRow[];
  /** Everything committed before this moment, by the database's clock, has been told. */
  asOf: Date;
}

export interface LedgerFollowerOptions {
  url: string;
  onNews: (news: LedgerNews) => void;
  /** What is in memory can no longer be brought up to date by news: it must be read anew. `asOf` stands still until then. */
  onGap: () => void;
  /** A lost connection; the follower connects again by itself. */
  onError: (error: unknown) => void;
}

/** The truth: notifications only make it faster, so a lost one costs at most this long. */
const POLL_MS = 100;
/** Between two looks, so that many busy processes do not make this one look more than a hundred times a second. */
const LOOK_GAP_MS = 10;
/** Between two notifications: at most fifty a second from each process. */
const NOTIFY_GAP_MS = 20;
/** More news than this (a bulk load that has just committed) are not taken: the SKUs in memory are read anew instead. */
const MAX_NEWS = 50_000;
const CONNECT_TIMEOUT_MS = 1_000;
const QUERY_TIMEOUT_MS = 3_000;
const CLOSE_TIMEOUT_MS = 500;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 500;

/**
 * The difference of two snapshots: what is visible now and was not in the last one began after it (`xid ≥ xmax`) or
 * was under way in it. Asking for those transactions that have ended since, one by one, never touches the rows of a
 * bulk load that is still under way, and a transaction that stays open for minutes makes nothing be read twice.
 */
const LOOK = {
  name: "availability.look",
  text: `select pg_current_snapshot()::text as snapshot, statement_timestamp() as as_of, count(*)::int as count,
    coalesce(string_agg(sku_id || ' ' || location_id || ' ' || (on_hand::bigint - damaged - reserved - allocated) || ' ' || version || ' '
      || round(1000 * extract(epoch from statement_timestamp() - recorded_at)), ' '), '') as changes,
    (select json_agg(json_build_object('id', q.id, 'skuId', q.sku_id, 'channelId', q.channel_id, 'rule', q.rule, 'period', q.period,
        'used', u.used, 'version', u.version, 'age', round(1000 * extract(epoch from statement_timestamp() - u.recorded_at))))
      from (
        select quota_id, used, version, recorded_at from availability.quota_uses where xid >= pg_snapshot_xmax($1::pg_snapshot)
        union all
        select quota_id, used, version, recorded_at from availability.quota_uses where xid = any (array(
          select xid from pg_snapshot_xip($1::pg_snapshot) as xid where pg_visible_in_snapshot(xid, pg_current_snapshot())))
        limit $2::int
      ) as u join availability.quotas q on q.id = u.quota_id) as quotas,
    (select json_agg(json_build_array(${SUPPLY_ROW})) from inventory.supplies as supply where id = any (array(
      select supply_id from inventory.supply_movements where xid >= pg_snapshot_xmax($1::pg_snapshot)
      union
      select supply_id from inventory.supply_movements where xid = any (array(
        select xid from pg_snapshot_xip($1::pg_snapshot) as xid where pg_visible_in_snapshot(xid, pg_current_snapshot())))
      limit $2::int))) as supplies
  from (
    select sku_id, location_id, on_hand, damaged, reserved, allocated, version, recorded_at
    from inventory.movements where xid >= pg_snapshot_xmax($1::pg_snapshot)
    union all
    select sku_id, location_id, on_hand, damaged, reserved, allocated, version, recorded_at
    from inventory.movements where xid = any (array(
      select xid from pg_snapshot_xip($1::pg_snapshot) as xid where pg_visible_in_snapshot(xid, pg_current_snapshot())))
    limit $2::int
  ) as movement`,
};

interface LookRow {
  snapshot: string;
  as_of: Date;
  count: number;
  changes: string;
  quotas: (QuotaCounter & { age: number })[] | null;
  supplies: SupplyRow[] | null;
}

const CHANNEL = "inventory_moved";
const NOTIFY = { name: "availability.notify", text: "select pg_notify($1, $2)" };

/** Follows inventory's ledger on a connection of its own, from one snapshot to the next, across lost connections. */
export class LedgerFollower {
  readonly #options: LedgerFollowerOptions;
  /** Tells own notifications from those of other processes. */
  readonly #self = newId();
  readonly #bell = new Bell();
  #client: pg.Client | null = null;
  #snapshot: string | null = null;
  #stopped = false;
  #waiting: PromiseWithResolvers<void>[] = [];
  #notifying: NodeJS.Timeout | null = null;
  #notifiedAt = -Infinity;
  readonly #ended: Promise<void>;

  constructor(options: LedgerFollowerOptions) {
    this.#options = options;
    this.#ended = this.#run();
  }

  /** Resolves when everything committed before this call has been told. */
  sync(): Promise<void> {
    if (this.#stopped) return Promise.reject(new Error("The follower has stopped."));
    const waiting = Promise.withResolvers<void>();
    this.#waiting.push(waiting);
    this.#bell.ring();
    return waiting.promise;
  }

  /**
   * Tells other processes that this one has committed movements. Never inside the business transaction: notifications
   * are handed out under one lock of the whole database, which halves the commits.
   */
  announce(): void {
    if (this.#notifying !== null || this.#stopped) return;
    const wait = Math.max(0, this.#notifiedAt + NOTIFY_GAP_MS - performance.now());
    this.#notifying = setTimeout(() => {
      this.#notifying = null;
      this.#notifiedAt = performance.now();
      // Without a connection nobody is told; the others find it at their next look.
      this.#client?.query({ ...NOTIFY, values: [CHANNEL, this.#self] }).catch(this.#options.onError);
    }, wait);
  }

  /** Something has been committed here that only the ledger tells: it is looked at now. */
  lookSoon(): void {
    this.#bell.ring();
    this.announce();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#notifying !== null) clearTimeout(this.#notifying);
    for (const waiting of this.#waiting.splice(0)) waiting.reject(new Error("The follower has stopped."));
    this.#bell.ring();
    await this.#ended;
  }

  async #run(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!this.#stopped) {
      const client = this.#newClient();
      try {
        await client.connect();
        await client.query(`listen ${CHANNEL}`);
        this.#client = client;
        retryMs = FIRST_RETRY_MS;
        await this.#follow(client);
      } catch (error) {
        if (!this.#stopped) this.#options.onError(error);
      }
      this.#client = null;
      await close(client);
      if (!this.#stopped) await this.#bell.wait(retryMs);
      retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
    }
  }

  async #follow(client: pg.Client): Promise<void> {
    // Another server may have taken over, or an older state of this one: what was seen on the lost connection proves
    // nothing. The first look only finds where to begin, and what is in memory is read anew behind it.
    const begun = this.#snapshot !== null;
    this.#snapshot = null;
    await this.#look(client);
    if (begun) this.#options.onGap();
    while (!this.#stopped) {
      await pause(LOOK_GAP_MS);
      await this.#bell.wait(POLL_MS - LOOK_GAP_MS);
      await this.#look(client);
    }
  }

  async #look(client: pg.Client): Promise<void> {
    const waiting = this.#waiting.splice(0);
    let row: LookRow;
    try {
      const { rows } = await client.query<LookRow>({ ...LOOK, values: [this.#snapshot, MAX_NEWS + 1] });
      row = rows[0]!;
    } catch (error) {
      this.#waiting.push(...waiting);
      throw error;
    }
    this.#snapshot = row.snapshot;
    const quotas = row.quotas ?? [];
    const supplies = row.supplies ?? [];
    if (Math.max(row.count, quotas.length, supplies.length) > MAX_NEWS) this.#options.onGap();
    else this.#options.onNews({ changes: row.changes, quotas, supplies, asOf: row.as_of });
    for (const { resolve } of waiting) resolve();
  }

  #newClient(): pg.Client {
    const client = new pg.Client({
      connectionString: this.#options.url,
      application_name: "orrery availability",
      pipeline: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      keepAlive: true,
      // The planner knows nothing of the newest rows, which are the only ones asked for; without this it may read all.
      // A look that was given up on here ends there too.
      options: `-c enable_seqscan=off -c plan_cache_mode=force_generic_plan -c jit=off -c timezone=UTC -c statement_timeout=${QUERY_TIMEOUT_MS}`,
    });
    client.on("notification", ({ payload }) => {
      if (payload !== this.#self) this.#bell.ring();
    });
    // The query under way fails too, or the next one: that is where it is handled.
    client.on("error", () => this.#bell.ring());
    return client;
  }
}

/** A connection that is gone may never answer to its end. */
async function close(client: pg.Client): Promise<void> {
  await Promise.race([client.end().catch(() => undefined), pause(CLOSE_TIMEOUT_MS)]);
}
