import { setImmediate as nextTurn } from "node:timers/promises";
import type { SkuDirectory, SkuEntry } from "../../catalog/public.ts";
import type { NetworkDirectory } from "../../network/public.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Database, Transaction } from "../../platform/db/database.ts";
import { labelOf, quantityOf } from "../answer.ts";
import type { MemoryIndex } from "../availability-index.ts";
import type { ControlSet } from "../controls/control-set.ts";
import type { ControlsInForce } from "../controls/controls-in-force.ts";
import { decideTelling, type Figure, type Lane, Room } from "./decide-telling.ts";
import type { FeedInForce } from "./feed-document.ts";
import { FeedFingerprints } from "./feed-fingerprint.ts";
import type { LagMeter } from "./feed-lags.ts";
import {
  type NewlyTold,
  openTold,
  type ToldFeed,
  type ToldRow,
  type Waiting,
  writeTold,
  writeWaiting,
  writeWaitingEnd,
} from "./told-rows.ts";

export interface TellerDependencies {
  database: Database;
  clock: Clock;
  index: MemoryIndex;
  skus: SkuDirectory;
  network: NetworkDirectory;
  controls: ControlsInForce;
}

/** Of one turn of the event loop. */
const TURN_MS = 8;

/** Why nothing was told: this process is not the one that tells, or the rules are other ones than those of the sweep. */
export type Told = "told" | "taken" | "changed";

/** What is to be told of: SKUs, each with the milliseconds since its change. */
export type Changes = ReadonlyMap<number, number>;

/** Works out the figures of SKUs in channels and writes what is news, in one transaction that nobody else can be in. */
export class Teller {
  readonly #dependencies: TellerDependencies;
  readonly #lags: LagMeter;
  readonly #holder: string;
  readonly #fingerprints: FeedFingerprints;
  readonly #rooms = new Map<number, { perSecond: number; room: Room }>();
  /** What each channel's feed was looked through for, or is being: only figures of that may be told. */
  basis: ReadonlyMap<number, string> = new Map();
  bestSellers: ReadonlySet<number> = new Set();

  constructor(dependencies: TellerDependencies, holder: string, lags: LagMeter) {
    this.#dependencies = dependencies;
    this.#holder = holder;
    this.#lags = lags;
    this.#fingerprints = new FeedFingerprints(dependencies.network);
  }

  /** Of a channel as it is in this moment; null: it is no channel any more. */
  fingerprintOf(feed: FeedInForce): string | null {
    const channel = this.#dependencies.network.channelById(feed.channelId);
    return channel === undefined ? null : this.#fingerprints.of(channel, this.#dependencies.controls.current, feed);
  }

  /** `along` is written in the same transaction. */
  async tell(
    feeds: readonly FeedInForce[],
    changes: Changes,
    along: (transaction: Transaction) => void = () => {},
  ): Promise<Told> {
    const { database, index, skus } = this.#dependencies;
    const began = performance.now();
    const skuIds = [...changes.keys()];
    const [entries] = await Promise.all([skus.byIds(skuIds), index.ensure(skuIds)]);
    let news: readonly (NewlyTold & { waited: number })[] = [];
    const told = await database.transaction(async (transaction): Promise<Told> => {
      const channelIds = feeds.map(({ channelId }) => channelId);
      const opened = await openTold(transaction, this.#holder, channelIds, skuIds);
      if (opened === null) return "taken";
      if (feeds.some((feed) => this.fingerprintOf(feed) !== this.basis.get(feed.channelId))) return "changed";
      const plan = this.#plan(feeds, changes, entries, opened.told, performance.now() - began);
      const rows = new Map(opened.feeds.map((row) => [row.channelId, row]));
      const toldFeeds = feeds.map((feed): [number, ToldFeed] => [
        feed.channelId,
        { ...rows.get(feed.channelId)!, channel: feed.channel, asEvents: feed.asEvents },
      ]);
      news = plan.news;
      writeTold(transaction, new Map(toldFeeds), news, this.#dependencies.clock.now());
      writeWaiting(transaction, plan.waiting);
      writeWaitingEnd(transaction, plan.ended);
      along(transaction);
      return "told";
    });
    if (told === "told") this.#measure(feeds, news, performance.now() - began);
    return told;
  }

  #measure(feeds: readonly FeedInForce[], news: readonly (NewlyTold & { waited: number })[], since: number): void {
    const names = new Map(feeds.map(({ channelId, channel }) => [channelId, channel]));
    for (const { channelId, skuId, waited } of news)
      this.#lags.observe(channelId, names.get(channelId)!, this.#laneOf(skuId), waited + since);
  }

  #laneOf(skuId: number): Lane {
    return this.bestSellers.has(skuId) ? "bestSellers" : "others";
  }

  /** Synchronous, under the lock: no figure is older than one that has been told. */
  #plan(
    feeds: readonly FeedInForce[],
    changes: Changes,
    entries: ReadonlyMap<number, SkuEntry>,
    rows: readonly ToldRow[],
    sinceMs: number,
  ): { news: (NewlyTold & { waited: number })[]; waiting: Waiting[]; ended: ToldRow[] } {
    const known = new Map(rows.map((row) => [`${row.channelId} ${row.skuId}`, row]));
    const news: (NewlyTold & { waited: number })[] = [];
    const waiting: Waiting[] = [];
    const ended: ToldRow[] = [];
    const { current } = this.#dependencies.controls;
    for (const feed of feeds) {
      const { channelId } = feed;
      const room = this.#roomOf(feed);
      const at = performance.now();
      for (const [skuId, changedAgo] of changes) {
        const sku = entries.get(skuId);
        if (sku === undefined) continue;
        const lane = this.#laneOf(skuId);
        const row = known.get(`${channelId} ${skuId}`);
        const told = row === undefined || row.position === 0 ? null : row;
        const now = this.#figureOf(sku, channelId, current);
        const hasRoom = room === null || room.has(lane, at);
        const toldAgo = row?.toldAgo ?? Number.POSITIVE_INFINITY;
        const decided = decideTelling({ told, toldAgo, now, lane, hasRoom }, feed);
        const since = row?.waitingFor ?? null;
        if (decided === "tell") {
          room?.take();
          news.push({ channelId, skuId, sku: sku.code, ...now, waited: since === null ? changedAgo : since - sinceMs });
        } else if (decided === "wait" && since === null) waiting.push({ channelId, skuId, ago: changedAgo + sinceMs });
        else if (decided === "leave" && since !== null) ended.push(row!);
      }
    }
    return { news, waiting, ended };
  }

  #figureOf(sku: SkuEntry, channelId: number, controls: ControlSet): Figure {
    const { index, network } = this.#dependencies;
    const channel = network.channelById(channelId)!;
    const stock = index.positionsOf(sku.id);
    // Loaded a moment ago; whatever else wanted the memory since then made the limit too small for one list.
    if (stock === undefined) throw new Error(`The stock of SKU ${sku.id} left memory before it was told.`);
    const quantity = channel.active ? quantityOf(sku, stock, channel, controls) : 0;
    return { quantity, label: labelOf(quantity, channel) };
  }

  #roomOf({ channelId, changesPerSecond }: FeedInForce): Room | null {
    if (changesPerSecond === null) return null;
    let known = this.#rooms.get(channelId);
    if (known?.perSecond !== changesPerSecond) {
      known = { perSecond: changesPerSecond, room: new Room(changesPerSecond, performance.now()) };
      this.#rooms.set(channelId, known);
    }
    return known.room;
  }
}

/** Parts of a list, one per turn of the event loop. */
export async function* inParts(changes: Changes, size: number): AsyncGenerator<Map<number, number>> {
  let part = new Map<number, number>();
  let began = performance.now();
  for (const [skuId, ago] of changes) {
    part.set(skuId, ago);
    if (part.size < size) continue;
    yield part;
    part = new Map();
    if (performance.now() - began < TURN_MS) continue;
    await nextTurn();
    began = performance.now();
  }
  if (part.size > 0) yield part;
}
