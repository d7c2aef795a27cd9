import { setTimeout as pause } from "node:timers/promises";
import { onPositionsChanged, onSuppliesMoved, type Position } from "../inventory/public.ts";
import type { Database } from "../platform/db/database.ts";
import { LedgerFollower, type LedgerNews } from "./follow-ledger.ts";
import { PositionLoader } from "./load-positions.ts";
import { forEachNumberRow } from "./number-rows.ts";
import type { QuotaCounter, QuotaKey } from "./quotas/quota.ts";
import { onQuotasChanged } from "./quotas/use-quotas.ts";
import { SkuStock, type StockOfSku } from "./sku-stock.ts";
import { type Staleness, StalenessMeter } from "./staleness.ts";
import { StockMemory } from "./stock-memory.ts";
import { supplyOf } from "./supply-rows.ts";

/**
 * What is free, by SKU and location, in the memory of this process. It proposes; the locked rows decide. A process sees
 * its own commits at once and those of others after some 20 ms.
 */
export interface AvailabilityIndex {
  /** Resolves when all these SKUs are in memory; a list that is there already costs no wait. */
  ensure(skuIds: readonly number[]): Promise<void>;
  /** Units of a SKU in memory: on hand − damaged − reserved − allocated, negative while short, 0 without a position. */
  free: (skuId: number, locationId: number) => number;
  positionsOf(skuId: number): StockOfSku | undefined;
  /** Units of a SKU in memory that its channel has sold under a quota. */
  usedOf: (quota: QuotaKey) => number;
  /** Counters that somebody has read; the higher version wins. */
  applyQuotas(counters: readonly QuotaCounter[]): void;
  /** Positions that somebody has read; the higher version wins. */
  apply(positions: readonly Position[]): void;
  /** Resolves when everything committed before this call can be seen, by whatever process. */
  sync(): Promise<void>;
  /** Everything committed before this moment, by the database's clock, can be seen. */
  readonly asOf: Date;
  staleness(): Staleness;
  readonly memory: { readonly size: number; readonly bytes: number };
  stop(): Promise<void>;
}

export interface AvailabilityIndexOptions {
  database: Database;
  /** What positions and cached answers may take. 96 MiB hold 85,000 SKUs at 20 locations each. */
  limitBytes?: number;
  /** A lost connection or a failed read; the index keeps what it has and tries again. */
  onError?: (error: unknown) => void;
}

const LIMIT_BYTES = 96 * 1024 * 1024;
const MAX_ROUNDS = 3;
const RELOAD_BATCH = 256;
const RELOAD_RETRY_MS = 250;
const IN_MEMORY = Promise.resolve();

export async function createAvailabilityIndex(options: AvailabilityIndexOptions): Promise<MemoryIndex> {
  const index = new MemoryIndex(options);
  await index.sync();
  return index;
}

/** The index as this module uses it: other modules see `AvailabilityIndex`. */
export class MemoryIndex implements AvailabilityIndex {
  readonly memory: StockMemory;
  readonly #loader: PositionLoader;
  readonly #follower: LedgerFollower;
  readonly #staleness = new StalenessMeter();
  readonly #onError: (error: unknown) => void;
  readonly #ignoreCommits: () => void;
  /** Told of every SKU in memory whose free units or quotas have changed, and how many milliseconds ago; mostly nobody. */
  onChange: ((skuId: number, agoMs: number) => void) | null = null;
  /** The newest moment that the ledger was followed to. */
  #followed = new Date(0);
  #asOf = new Date(0);
  #reloading: Promise<void> | null = null;
  #gaps = 0;
  #stopped = false;

  constructor(options: AvailabilityIndexOptions) {
    this.#onError = options.onError ?? ((error) => process.emitWarning(error as Error));
    this.memory = new StockMemory(options.limitBytes ?? LIMIT_BYTES);
    this.#loader = new PositionLoader(options.database, this.memory);
    this.#follower = new LedgerFollower({
      url: options.database.url,
      onNews: (news) => this.#take(news),
      onGap: () => this.#reload(),
      onError: this.#onError,
    });
    const ends = [
      onPositionsChanged(options.database, (positions) => {
        this.apply(positions);
        this.#follower.announce();
      }),
      onQuotasChanged(options.database, (counters) => {
        this.applyQuotas(counters);
        this.#follower.announce();
      }),
      onSuppliesMoved(options.database, () => this.#follower.lookSoon()),
    ];
    this.#ignoreCommits = () => ends.forEach((end) => end());
  }

  get asOf(): Date {
    return this.#asOf;
  }

  ensure(skuIds: readonly number[]): Promise<void> {
    for (const skuId of skuIds) {
      const stock = this.memory.get(skuId);
      if (stock !== undefined) stock.used = true;
    }
    const loads = this.#loadsOf(skuIds);
    return loads.length === 0 ? IN_MEMORY : this.#finish(skuIds, loads);
  }

  /** What comes first may have had to make room for what comes last, if the limit is small for the list. */
  async #finish(skuIds: readonly number[], loads: readonly Promise<void>[]): Promise<void> {
    for (let round = 0; loads.length > 0; round++) {
      if (round === MAX_ROUNDS) throw new Error("The SKUs asked for at once do not fit into the availability index.");
      await Promise.all(loads);
      loads = this.#loadsOf(skuIds);
    }
  }

  #loadsOf(skuIds: readonly number[]): Promise<void>[] {
    const loads = new Set<Promise<void>>();
    for (const skuId of skuIds) {
      const { loading } = this.memory.get(skuId) ?? this.#begin(skuId);
      if (loading !== null) loads.add(loading);
    }
    return [...loads];
  }

  /** A property, so that it can be handed on as a function. */
  readonly free = (skuId: number, locationId: number): number => this.memory.get(skuId)?.freeOf(locationId) ?? 0;

  positionsOf(skuId: number): SkuStock | undefined {
    return this.memory.get(skuId);
  }

  /** Likewise. */
  readonly usedOf = (quota: QuotaKey): number => this.memory.get(quota.skuId)?.usedOf(quota) ?? 0;

  applyQuotas(counters: readonly QuotaCounter[]): void {
    for (const counter of counters) if (this.memory.putQuota(counter)) this.onChange?.(counter.skuId, 0);
  }

  apply(positions: readonly Position[]): void {
    for (const { skuId, locationId, onHand, damaged, reserved, allocated, version } of positions) {
      const changed = this.memory.put(skuId, locationId, onHand - damaged - reserved - allocated, version);
      if (changed) this.onChange?.(skuId, 0);
    }
  }

  async sync(): Promise<void> {
    await this.#follower.sync();
    while (this.#reloading !== null) await this.#reloading;
  }

  staleness(): Staleness {
    return this.#staleness.summary;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#ignoreCommits();
    await this.#follower.stop();
    await this.#reloading;
  }

  #begin(skuId: number): SkuStock {
    const stock = this.memory.begin(skuId);
    void this.#loader.load(stock);
    return stock;
  }

  #take({ changes, quotas, supplies, asOf }: LedgerNews): void {
    forEachNumberRow(changes, 5, (row) => {
      const changed = this.memory.put(row[0]!, row[1]!, row[2]!, row[3]!);
      if (!changed) return;
      this.#staleness.observe(row[4]!);
      this.onChange?.(row[0]!, row[4]!);
    });
    for (const counter of quotas) {
      if (!this.memory.putQuota(counter)) continue;
      this.#staleness.observe(counter.age);
      this.onChange?.(counter.skuId, counter.age);
    }
    for (const row of supplies) {
      const { skuId, supply } = supplyOf(row);
      this.memory.putSupply(skuId, supply);
    }
    this.#followed = asOf;
    if (this.#reloading === null) this.#asOf = asOf;
  }

  /** News alone no longer tell what was missed: all SKUs are read anew while the old quantities go on answering. */
  #reload(): void {
    this.#gaps++;
    this.#reloading ??= this.#readAnew().finally(() => {
      this.#reloading = null;
      this.#asOf = this.#followed;
    });
  }

  /** A further gap starts it over; a read that fails is tried again until it succeeds. */
  async #readAnew(): Promise<void> {
    let skuIds: number[] = [];
    for (let gap = 0, done = 0; !this.#stopped; ) {
      if (gap !== this.#gaps) {
        gap = this.#gaps;
        skuIds = this.memory.skuIdsByUse();
        done = 0;
      }
      if (done >= skuIds.length) return;
      try {
        await this.#succeed(skuIds.slice(done, done + RELOAD_BATCH));
        done += RELOAD_BATCH;
      } catch (error) {
        this.#onError(error);
        await pause(RELOAD_RETRY_MS);
      }
    }
  }

  async #succeed(skuIds: readonly number[]): Promise<void> {
    const pairs: [SkuStock, SkuStock][] = [];
    const loads = new Set<Promise<void>>();
    for (const skuId of skuIds) {
      const stock = this.memory.get(skuId);
      if (stock === undefined) continue;
      const successor = new SkuStock(skuId);
      stock.successor = successor;
      loads.add(this.#loader.load(successor));
      pairs.push([stock, successor]);
    }
    await Promise.all(loads);
    for (const [stock, successor] of pairs) this.memory.replace(stock, successor);
  }
}
