import type { QuotaCounter } from "./quotas/quota.ts";
import { SkuStock, type SupplyCell } from "./sku-stock.ts";

/**
 * The SKUs in memory, bounded by bytes. Who is asked for is marked, and whoever is found unmarked twice in a row goes
 * (second chance): a hit costs one store, where moving it to the end of a list would cost ten times as much.
 */
export class StockMemory {
  readonly #limitBytes: number;
  readonly #stocks = new Map<number, SkuStock>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get size(): number {
    return this.#stocks.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(skuId: number): SkuStock | undefined {
    return this.#stocks.get(skuId);
  }

  /** A stock that nobody has loaded yet; from now on it takes what is put. */
  begin(skuId: number): SkuStock {
    const stock = new SkuStock(skuId);
    this.#stocks.set(skuId, stock);
    this.#bytes += stock.bytes;
    return stock;
  }

  /** One position of a SKU in memory; false when it was known, or newer, or nobody asks for the SKU. */
  put(skuId: number, locationId: number, free: number, version: number): boolean {
    const stock = this.#stocks.get(skuId);
    if (stock === undefined) return false;
    stock.successor?.put(locationId, free, version);
    const before = stock.bytes;
    const changed = stock.put(locationId, free, version);
    this.#bytes += stock.bytes - before;
    return changed;
  }

  /** The counter of a quota of a SKU in memory; false as for positions. */
  putQuota(counter: QuotaCounter): boolean {
    const stock = this.#stocks.get(counter.skuId);
    if (stock === undefined) return false;
    stock.successor?.putQuota(counter);
    const before = stock.bytes;
    const changed = stock.putQuota(counter);
    this.#bytes += stock.bytes - before;
    return changed;
  }

  /** One supply of a SKU in memory. */
  putSupply(skuId: number, supply: SupplyCell): boolean {
    const stock = this.#stocks.get(skuId);
    if (stock === undefined) return false;
    stock.successor?.putSupply(supply);
    const before = stock.bytes;
    const changed = stock.putSupply(supply);
    this.#bytes += stock.bytes - before;
    return changed;
  }

  /** All positions and quotas of a SKU, as the database has answered; `stock` is in memory, or will take the place of one. */
  fill(
    stock: SkuStock,
    positions: readonly number[],
    quotas: readonly QuotaCounter[],
    supplies: readonly SupplyCell[] = [],
  ): void {
    const before = stock.bytes;
    stock.fill(positions);
    for (const counter of quotas) stock.putQuota(counter);
    for (const supply of supplies) stock.putSupply(supply);
    if (this.#stocks.get(stock.skuId) === stock) this.#bytes += stock.bytes - before;
  }

  /** Puts what was read anew in the place of what it succeeds, unless that has been forgotten in the meantime. */
  replace(stock: SkuStock, successor: SkuStock): void {
    if (this.#stocks.get(stock.skuId) !== stock) return;
    successor.used = stock.used;
    stock.gone();
    this.#stocks.set(stock.skuId, successor);
    this.#bytes += successor.bytes - stock.bytes;
  }

  forget(stock: SkuStock): void {
    if (this.#stocks.get(stock.skuId) !== stock) return;
    this.#stocks.delete(stock.skuId);
    this.#bytes -= stock.bytes;
    stock.gone();
  }

  clear(): void {
    for (const stock of this.#stocks.values()) stock.gone();
    this.#stocks.clear();
    this.#bytes = 0;
  }

  /** Those in use first: they are the ones that people look at. */
  skuIdsByUse(): number[] {
    const used: number[] = [];
    const unused: number[] = [];
    for (const stock of this.#stocks.values()) (stock.used ? used : unused).push(stock.skuId);
    return [...used, ...unused];
  }

  /** Lets go of what was not used lately until the rest fits. What is being loaded stays: somebody waits for it. */
  sweep(): void {
    if (this.#bytes <= this.#limitBytes) return;
    // Two rounds at most: the first takes the marks, the second finds none.
    let left = this.#stocks.size * 2;
    for (const stock of this.#stocks.values()) {
      if (this.#bytes <= this.#limitBytes || left-- === 0) return;
      if (!stock.used && stock.loading === null) {
        this.forget(stock);
        continue;
      }
      stock.used = false;
      this.#stocks.delete(stock.skuId);
      this.#stocks.set(stock.skuId, stock);
    }
  }
}
