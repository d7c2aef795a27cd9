import { type QuotaCounter, type QuotaKey, quotaKeyOf } from "./quotas/quota.ts";

/** The free units of one SKU, by location in ascending order of its ID. */
export interface StockOfSku {
  readonly skuId: number;
  /** Number of positions; `locationAt`, `freeAt` and `versionAt` take 0 … count − 1. */
  readonly count: number;
  locationAt(index: number): number;
  /** On hand − damaged − reserved − allocated; negative while the position is short. */
  freeAt(index: number): number;
  versionAt(index: number): number;
  /** 0 where there is no position. */
  freeOf(locationId: number): number;
  /** What a channel has sold of it under a quota. */
  usedOf(quota: QuotaKey): number;
  /** What is to come, in no order; nearly always nothing. */
  readonly supplies: readonly SupplyCell[];
}

/** What is still to come of an expected receipt, as far as it may be promised. */
export interface SupplyCell {
  readonly id: string;
  readonly locationId: number;
  /** A day of the location's calendar. */
  readonly expectedOn: string;
  /** Units that are to come and trusted, less those promised; never negative. */
  readonly units: number;
  readonly version: number;
}

/** Whoever keeps something made from a stock; it is told in the moment of the change, so that it is never out of date. */
export interface StockWatcher {
  stockChanged(): void;
  /** Memory has let go of the stock: nobody keeps it up to date any more. */
  stockGone(): void;
}

const CELLS = 2;
const BYTES_OF_A_CELL = 8;
/** With its key and its entry in a map. */
const BYTES_OF_A_QUOTA = 250;
const BYTES_OF_A_SUPPLY = 250;
const NO_SUPPLIES: readonly SupplyCell[] = [];
/** Objects and map entries of one SKU, and its written answers, as measured by bench/index-memory. */
const OVERHEAD_BYTES = 500;
/** A position has fewer movements than this, and there are fewer than 2^21 locations: both fit into a double exactly. */
const VERSIONS = 2 ** 32;

/**
 * One flat array per SKU, two doubles a position: its location and version together, and its free units. 16 bytes a
 * position with nothing for the garbage collector to visit. Three numbers a position took 8 MB more for 50,000 SKUs of
 * 20 locations, a typed array for each SKU (view, buffer, allocation) 15 MB more.
 */
export class SkuStock implements StockOfSku {
  readonly skuId: number;
  watcher: StockWatcher | null = null;
  /** Set by whoever uses it again, cleared by the sweep that looks for what nobody uses. */
  used = false;
  /** What is waited for until the database has answered for the first time. */
  loading: Promise<void> | null = null;
  /** While the stock is read anew: what will take its place, and is kept up to date until then. */
  successor: SkuStock | null = null;
  #cells: number[] = [];
  /** Most SKUs have none. */
  #quotas: Map<string, QuotaCounter> | null = null;
  /** Null until something was to come. Those that have ended stay, so that no load puts back what is older. */
  #supplies: Map<string, SupplyCell> | null = null;

  constructor(skuId: number) {
    this.skuId = skuId;
  }

  get count(): number {
    return this.#cells.length / CELLS;
  }

  get bytes(): number {
    return (
      OVERHEAD_BYTES +
      this.#cells.length * BYTES_OF_A_CELL +
      (this.#quotas?.size ?? 0) * BYTES_OF_A_QUOTA +
      (this.#supplies?.size ?? 0) * BYTES_OF_A_SUPPLY
    );
  }

  locationAt(index: number): number {
    return Math.floor(this.#cells[index * CELLS]! / VERSIONS);
  }

  versionAt(index: number): number {
    return this.#cells[index * CELLS]! % VERSIONS;
  }

  freeAt(index: number): number {
    return this.#cells[index * CELLS + 1]!;
  }

  freeOf(locationId: number): number {
    const index = this.#search(locationId);
    return this.#holds(index, locationId) ? this.freeAt(index) : 0;
  }

  /** Location, free units and version of each position, locations ascending; what was put in the meantime stays. */
  fill(positions: readonly number[]): void {
    const known = this.#cells.length > 0;
    if (!known) this.#cells = new Array<number>((positions.length / 3) * CELLS);
    for (let at = 0, cell = 0; at < positions.length; at += 3, cell += CELLS) {
      const [locationId, free, version] = [positions[at]!, positions[at + 1]!, positions[at + 2]!];
      if (known) this.put(locationId, free, version);
      else this.#write(cell, locationId, free, version);
    }
    this.watcher?.stockChanged();
  }

  /** The higher version wins, so that it does not matter in which order loads, commits and the ledger arrive. */
  put(locationId: number, free: number, version: number): boolean {
    const index = this.#search(locationId);
    if (!this.#holds(index, locationId)) this.#cells.splice(index * CELLS, 0, 0, 0);
    else if (version <= this.versionAt(index)) return false;
    this.#write(index * CELLS, locationId, free, version);
    this.watcher?.stockChanged();
    return true;
  }

  usedOf(quota: QuotaKey): number {
    return this.#quotas === null ? 0 : (this.#quotas.get(quotaKeyOf(quota))?.used ?? 0);
  }

  /** As with positions, the higher version wins. */
  putQuota(counter: QuotaCounter): boolean {
    const key = quotaKeyOf(counter);
    const known = this.#quotas?.get(key);
    if (known !== undefined && counter.version <= known.version) return false;
    this.#quotas = (this.#quotas ?? new Map<string, QuotaCounter>()).set(key, counter);
    this.watcher?.stockChanged();
    return true;
  }

  get supplies(): readonly SupplyCell[] {
    return this.#supplies === null ? NO_SUPPLIES : [...this.#supplies.values()].filter(({ units }) => units > 0);
  }

  putSupply(supply: SupplyCell): boolean {
    const known = (this.#supplies ??= new Map()).get(supply.id);
    if (known !== undefined && known.version >= supply.version) return false;
    this.#supplies.set(supply.id, supply);
    return true;
  }

  gone(): void {
    this.watcher?.stockGone();
    this.watcher = null;
  }

  #write(cell: number, locationId: number, free: number, version: number): void {
    this.#cells[cell] = locationId * VERSIONS + version;
    this.#cells[cell + 1] = free;
  }

  #holds(index: number, locationId: number): boolean {
    return index < this.count && this.locationAt(index) === locationId;
  }

  /** The place of the location, or where it belongs. */
  #search(locationId: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.locationAt(middle) < locationId) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
