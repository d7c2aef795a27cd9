import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { classifyFailure } from "../../platform/db/failures.ts";
import { arrayLiteral, statement } from "../../platform/db/statements.ts";
import { newId } from "../../platform/ids.ts";
import { Bell } from "../bell.ts";
import type { FeedInForce, FeedsInForce } from "./feed-document.ts";
import { LagMeter, observeWaiting } from "./feed-lags.ts";
import { BEST_SELLERS, type Look, lookAtLedgers, readBestSellers, storeLook } from "./look-at-ledgers.ts";
import { type Changes, inParts, Teller, type TellerDependencies } from "./teller.ts";
import { holdLookout } from "./told-rows.ts";

export interface TellingOptions extends TellerDependencies {
  feeds: FeedsInForce;
  log: { error(details: object, message: string): void; warn(details: object, message: string): void };
}

/** Between two looks at what has changed of all SKUs. */
const LOOK_MS = 400;
/** Longer than the longest rest with a part of the work before it: a holder that is merely busy must not be replaced. */
const LEASE_SECONDS = 12;
const RENEW_MS = 1_000;
/** How often a look that found nothing is stored. */
const IDLE_STORE_MS = 2_000;
const HEAT_MS = 2_000;
const RETRY_MS = 250;
/** While much changes, telling others costs as much as changing them: it takes a third of the time at most, and tells what is the last by then. */
const RESTS_PER_WORK = 2;
const MAX_REST_MS = 5_000;
/** A best seller waits for the transaction of so many others: 10 ms, more beside a load. */
const SKUS_AT_ONCE = 100;
const WAITING_AT_ONCE = 1_000;

/** Also when nobody holds it any more; whoever stops gives it back. */
const claim = statement<{ isNew: boolean }>(
  "availability.claimLookout",
  `with before as (select holder from availability.feed_lookout)
   update availability.feed_lookout set holder = $1, until = clock_timestamp() + ${LEASE_SECONDS} * interval '1 second'
   from before where feed_lookout.holder = $1 or until < clock_timestamp()
   returning before.holder is distinct from $1 as "isNew"`,
);
const release = statement(
  "availability.releaseLookout",
  "update availability.feed_lookout set until = '-infinity' where holder = $1",
);

interface Sweep {
  channelId: number;
  sweptFor: string | null;
  sweepingFor: string | null;
  sweepingAfter: number;
  /** Milliseconds since it began. */
  ago: number | null;
}

const createFeeds = statement(
  "availability.createChannelFeeds",
  `insert into availability.channel_feeds (channel_id) select * from unnest($1::int[]) on conflict do nothing`,
);
/** What is not told any more has to be looked through when it is told again. */
const restFeeds = statement(
  "availability.restChannelFeeds",
  `update availability.channel_feeds set swept_for = null, sweeping_for = null
   where channel_id <> all ($1::int[]) and coalesce(swept_for, sweeping_for) is not null`,
);
const readSweeps = statement<Sweep>(
  "availability.readSweeps",
  `select channel_id as "channelId", swept_for as "sweptFor", sweeping_for as "sweepingFor", sweeping_after as "sweepingAfter",
     (extract(epoch from clock_timestamp() - sweeping_since) * 1000)::float8 as ago
   from availability.channel_feeds where channel_id = any ($1::int[])`,
);
const beginSweeps = statement(
  "availability.beginSweeps",
  `update availability.channel_feeds feed set swept_for = null, sweeping_for = given.basis, sweeping_after = 0, sweeping_since = clock_timestamp()
   from unnest($1::int[], $2::text[]) as given (channel_id, basis) where feed.channel_id = given.channel_id`,
);
const moveSweeps = statement(
  "availability.moveSweeps",
  "update availability.channel_feeds set sweeping_after = $2::int where channel_id = any ($1::int[])",
);
const endSweeps = statement(
  "availability.endSweeps",
  `update availability.channel_feeds set swept_for = sweeping_for, sweeping_for = null where channel_id = any ($1::int[]) and sweeping_for is not null`,
);
/** All that was there before is found by the sweeps that begin now. */
const beginLook = statement(
  "availability.beginLook",
  `update availability.feed_lookout set snapshot = pg_current_snapshot(), catalog_revision = (select revision from catalog.revision)`,
);
const readSkuIds = statement<{ id: number }>(
  "availability.readSkusToSweep",
  "select id from catalog.skus where id > $1::int order by id limit $2::int",
);

const readWaiting = statement<{ skuId: number }>(
  "availability.readWaiting",
  `(select sku_id as "skuId" from availability.told where channel_id = $1 and waiting_since is not null and sku_id = any ($2::int[])
     order by waiting_since limit $4::int)
   union all
   (select sku_id from availability.told where channel_id = $1 and waiting_since is not null and sku_id <> all ($2::int[])
     and (told_at is null or told_at <= clock_timestamp() - $3::int * interval '1 millisecond') order by waiting_since limit $4::int)`,
);
const countWaiting = statement<{ channelId: number; count: number }>(
  "availability.countWaiting",
  `select channel_id as "channelId", count(*)::int as count from availability.told where waiting_since is not null group by channel_id`,
);

/**
 * Tells channels what changes of their availability (ADR 0012). Every worker process runs it, and one of them tells. While
 * no channel has a feed it does nothing at all.
 */
export class ChannelTelling {
  readonly #options: TellingOptions;
  readonly #holder = newId();
  readonly #lags = new LagMeter();
  readonly #teller: Teller;
  readonly #bell = new Bell();
  readonly #running: Promise<void>;
  #stopped = false;
  #holds = false;
  #claimedAt = -Infinity;
  #storedAt = -Infinity;
  #heatAt = -Infinity;
  /** Best sellers that have changed, each with the moment. */
  #hurried = new Map<number, number>();
  #hurrying: Promise<void> | null = null;

  constructor(options: TellingOptions) {
    this.#options = options;
    this.#teller = new Teller(options, this.#holder, this.#lags);
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#options.index.onChange = null;
    this.#bell.ring();
    await this.#running;
    await this.#hurrying;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const began = performance.now();
      let again = false;
      try {
        again = await this.#turn();
      } catch (error) {
        this.#rest();
        this.#report(error);
        await pause(RETRY_MS);
      }
      if (again || this.#stopped) continue;
      await this.#bell.wait(Math.max(LOOK_MS, Math.min(MAX_REST_MS, RESTS_PER_WORK * (performance.now() - began))));
    }
    if (this.#holds) await this.#options.database.read(release, [this.#holder]).catch(() => []);
  }

  /** What the database cannot do for now is tried again, and so is all else, but somebody has to mend that. */
  #report(error: unknown): void {
    if (this.#stopped) return;
    const level = classifyFailure(error) === "bug" ? "error" : "warn";
    this.#options.log[level]({ err: error }, "channels could not be told of availability; it will be tried again");
  }

  /** True when there is more to do at once. */
  async #turn(): Promise<boolean> {
    const { database, feeds: inForce } = this.#options;
    const feeds = [...inForce().values()];
    if (feeds.length === 0 && !this.#holds) return false;
    if (!(await this.#stillHolds())) return false;
    await this.#follow(feeds);
    const look = await lookAtLedgers(database);
    if (look.isTooMuch) return await this.#lookThroughAll(feeds);
    const looked = await this.#tellLook(feeds, look);
    await this.#lags.write(database);
    if (feeds.length === 0) return this.#rest();
    if (!looked) return true;
    await this.#heat(feeds);
    const swept = await this.#sweep(feeds);
    const drained = await this.#drain(feeds);
    return swept || drained;
  }

  #rest(): false {
    this.#holds = false;
    this.#options.index.onChange = null;
    this.#hurried.clear();
    return false;
  }

  /** Whoever begins must know at least what the one before him knew when he told. */
  async #claim(): Promise<boolean> {
    const { database, index, network } = this.#options;
    const [claimed] = await database.read(claim, [this.#holder]);
    if (claimed === undefined) return this.#rest();
    if (!this.#holds || claimed.isNew) {
      await Promise.all([this.#catchUp(), network.refresh()]);
      this.#heatAt = -Infinity;
      // Before the first look, which may be a long one: best sellers pass it.
      this.#teller.bestSellers = await this.#readBest();
      this.#teller.basis = new Map();
      this.#holds = true;
    }
    this.#claimedAt = performance.now();
    index.onChange = (skuId, agoMs) => this.#hurry(skuId, agoMs);
    return true;
  }

  /** A long list must not outlast the lease. */
  async #stillHolds(): Promise<boolean> {
    return (this.#holds && performance.now() - this.#claimedAt < RENEW_MS) || (await this.#claim());
  }

  /** What feeds there are, and what they have to be looked through for. */
  async #follow(feeds: readonly FeedInForce[]): Promise<void> {
    const { database } = this.#options;
    const ids = arrayLiteral(
      "int",
      feeds.map(({ channelId }) => channelId),
    );
    const basis = new Map(feeds.map((feed) => [feed.channelId, this.#teller.fingerprintOf(feed)!]));
    if (isDeepStrictEqual(basis, this.#teller.basis)) return;
    await database.transaction(async (transaction) => {
      if (!(await holdLookout(transaction, this.#holder))) return;
      transaction.write(createFeeds, [ids]);
      transaction.write(restFeeds, [ids]);
      const sweeps = await transaction.read(readSweeps, [ids]);
      const others = sweeps.filter(
        ({ channelId, sweptFor, sweepingFor }) => (sweptFor ?? sweepingFor) !== basis.get(channelId),
      );
      if (sweeps.every(({ sweptFor, sweepingFor }) => (sweptFor ?? sweepingFor) === null)) transaction.write(beginLook);
      if (others.length === 0) return;
      transaction.write(beginSweeps, [
        arrayLiteral(
          "int",
          others.map(({ channelId }) => channelId),
        ),
        arrayLiteral(
          "text",
          others.map(({ channelId }) => basis.get(channelId)!),
        ),
      ]);
    });
    await this.#catchUp();
    this.#teller.basis = basis;
  }

  async #lookThroughAll(feeds: readonly FeedInForce[]): Promise<boolean> {
    const ids = arrayLiteral(
      "int",
      feeds.map(({ channelId }) => channelId),
    );
    await this.#options.database.transaction(async (transaction) => {
      if (!(await holdLookout(transaction, this.#holder))) return;
      transaction.write(beginSweeps, [
        ids,
        arrayLiteral(
          "text",
          feeds.map(({ channelId }) => this.#teller.basis.get(channelId)!),
        ),
      ]);
      transaction.write(beginLook);
    });
    await this.#catchUp();
    return true;
  }

  /** Nobody looks again at what was there when a look began: whoever works out figures after that must have seen it. */
  async #catchUp(): Promise<void> {
    await Promise.all([this.#options.index.sync(), this.#options.skus.refresh()]);
  }

  /** False when it has to be looked at again. */
  async #tellLook(feeds: readonly FeedInForce[], look: Look): Promise<boolean> {
    const { database } = this.#options;
    const looked = performance.now();
    if (look.changed.size > 0) await this.#catchUp();
    for await (const part of inParts(this.#bestFirst(look.changed), SKUS_AT_ONCE)) {
      if (this.#stopped || !(await this.#stillHolds())) return false;
      const passed = performance.now() - looked;
      const aged = new Map([...part].map(([skuId, ago]) => [skuId, ago + passed]));
      if (feeds.length > 0 && (await this.#teller.tell(feeds, aged)) !== "told") return false;
    }
    if (look.changed.size === 0 && looked - this.#storedAt < IDLE_STORE_MS) return true;
    this.#storedAt = looked;
    return await database.transaction(async (transaction) => {
      if (!(await holdLookout(transaction, this.#holder))) return false;
      storeLook(transaction, look);
      return true;
    });
  }

  #bestFirst(changed: Changes): Changes {
    const best = [...this.#teller.bestSellers].filter((skuId) => changed.has(skuId));
    return best.length === 0
      ? changed
      : new Map([...best.map((skuId): [number, number] => [skuId, changed.get(skuId)!]), ...changed]);
  }

  /** Which SKUs are best sellers; who has become one may have changed unseen. */
  async #heat(feeds: readonly FeedInForce[]): Promise<void> {
    if (performance.now() - this.#heatAt < HEAT_MS) return;
    const { database } = this.#options;
    const before = this.#teller.bestSellers;
    const best = await this.#readBest();
    this.#teller.bestSellers = best;
    this.#heatAt = performance.now();
    const risen = [...best].filter((id) => !before.has(id));
    if (risen.length > 0) await this.#teller.tell(feeds, new Map(risen.map((id) => [id, 0])));
    const waiting = await database.read(countWaiting);
    const names = new Map(feeds.map(({ channelId, channel }) => [channelId, channel]));
    observeWaiting(
      new Map(
        waiting.flatMap(({ channelId, count }) => (names.has(channelId) ? [[names.get(channelId)!, count]] : [])),
      ),
    );
  }

  async #readBest(): Promise<ReadonlySet<number>> {
    const { database, index } = this.#options;
    const ids = (await readBestSellers(database, BEST_SELLERS)).map(({ id }) => id);
    await index.ensure(ids);
    return new Set(ids);
  }

  #hurry(skuId: number, agoMs: number): void {
    if (!this.#teller.bestSellers.has(skuId) || this.#hurried.has(skuId)) return;
    this.#hurried.set(skuId, performance.now() - agoMs);
    this.#hurrying ??= this.#tellHurried();
  }

  /** What fails here is told by the next look. */
  async #tellHurried(): Promise<void> {
    const { feeds } = this.#options;
    try {
      // Several SKUs of one order, and of one batch of orders, go together.
      await Promise.resolve();
      while (this.#hurried.size > 0 && !this.#stopped) {
        const now = performance.now();
        const changes = new Map([...this.#hurried].map(([skuId, at]) => [skuId, now - at]));
        this.#hurried = new Map();
        const told = await this.#teller.tell([...feeds().values()], changes);
        if (told !== "told") this.#bell.ring();
      }
    } catch (error) {
      this.#report(error);
    } finally {
      this.#hurrying = null;
    }
  }

  /** One part of what has to be looked through; true when there is more. */
  async #sweep(feeds: readonly FeedInForce[]): Promise<boolean> {
    const { database } = this.#options;
    const ids = arrayLiteral(
      "int",
      feeds.map(({ channelId }) => channelId),
    );
    const open = (await database.read(readSweeps, [ids])).filter(({ sweepingFor }) => sweepingFor !== null);
    const after = Math.min(...open.map(({ sweepingAfter }) => sweepingAfter));
    const together = open.filter(({ sweepingAfter }) => sweepingAfter === after);
    if (together.length === 0) return false;
    const part = await database.read(readSkuIds, [after, SKUS_AT_ONCE]);
    const swept = feeds.filter(({ channelId }) => together.some((sweep) => sweep.channelId === channelId));
    const sweptIds = arrayLiteral(
      "int",
      swept.map(({ channelId }) => channelId),
    );
    const ago = Math.max(0, ...together.map((sweep) => sweep.ago ?? 0));
    const through = part.at(-1)?.id;
    await this.#teller.tell(swept, new Map(part.map(({ id }) => [id, ago])), (transaction) => {
      if (through === undefined) transaction.write(endSweeps, [sweptIds]);
      else transaction.write(moveSweeps, [sweptIds, through]);
    });
    return through !== undefined || open.length > together.length;
  }

  /** Tells what stands in line as far as its time has come and the channel has room; true when there is more. */
  async #drain(feeds: readonly FeedInForce[]): Promise<boolean> {
    const best = arrayLiteral("int", [...this.#teller.bestSellers]);
    let isMore = false;
    for (const feed of feeds) {
      const limit = Math.min(WAITING_AT_ONCE, feed.changesPerSecond ?? WAITING_AT_ONCE);
      const rows = await this.#options.database.read(readWaiting, [feed.channelId, best, feed.pauseMs, limit]);
      const changes = new Map(rows.map(({ skuId }) => [skuId, 0]));
      for await (const part of inParts(changes, SKUS_AT_ONCE)) await this.#teller.tell([feed], part);
      isMore ||= feed.changesPerSecond === null && rows.length >= limit;
    }
    return isMore;
  }
}
