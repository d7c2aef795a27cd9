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
}

/** Whoever keeps something made from a stock; it is told in the moment of the change, so that it is never out of date. */
export interface StockWatcher {
  stockChanged(): void;
  /** Memory has let go of the stock: nobody keeps it up to date any more. */
  stockGone(): void;
}

const CELLS = 3;
const NO_CELLS = new Float64Array(0);
/** Map entry, object, array buffer and typed array of one SKU, and its cached answer, as measured by bench/index-memory. */
const OVERHEAD_BYTES = 700;

/**
 * One typed array per SKU: location, free units and version of each position side by side. 24 bytes a position, exact
 * for every number that PostgreSQL can hold here, and nothing inside for the garbage collector to visit.
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
  #cells = NO_CELLS;
  #count = 0;

  constructor(skuId: number) {
    this.skuId = skuId;
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return OVERHEAD_BYTES + this.#cells.byteLength;
  }

  locationAt(index: number): number {
    return this.#cells[index * CELLS]!;
  }

  freeAt(index: number): number {
    return this.#cells[index * CELLS + 1]!;
  }

  versionAt(index: number): number {
    return this.#cells[index * CELLS + 2]!;
  }

  freeOf(locationId: number): number {
    const index = this.#search(locationId);
    return this.#holds(index, locationId) ? this.freeAt(index) : 0;
  }

  /** Location, free units and version of all positions, ascending; what has been put since they were read stays. */
  fill(positions: readonly number[]): void {
    if (this.#count > 0) {
      for (let cell = 0; cell < positions.length; cell += CELLS) {
        this.put(positions[cell]!, positions[cell + 1]!, positions[cell + 2]!);
      }
      return;
    }
    this.#cells = Float64Array.from(positions);
    this.#count = positions.length / CELLS;
    this.watcher?.stockChanged();
  }

  /** The higher version wins, so that it does not matter in which order loads, commits and the ledger arrive. */
  put(locationId: number, free: number, version: number): boolean {
    const index = this.#search(locationId);
    if (this.#holds(index, locationId)) {
      if (version <= this.versionAt(index)) return false;
    } else {
      this.#insert(index);
    }
    const cell = index * CELLS;
    this.#cells[cell] = locationId;
    this.#cells[cell + 1] = free;
    this.#cells[cell + 2] = version;
    this.watcher?.stockChanged();
    return true;
  }

  gone(): void {
    this.watcher?.stockGone();
    this.watcher = null;
  }

  #holds(index: number, locationId: number): boolean {
    return index < this.#count && this.#cells[index * CELLS] === locationId;
  }

  /** The place of the location, or where it belongs. */
  #search(locationId: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#cells[middle * CELLS]! < locationId) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** A SKU gets a new location so seldom that exact room is worth a copy. */
  #insert(index: number): void {
    const cells = new Float64Array((this.#count + 1) * CELLS);
    cells.set(this.#cells.subarray(0, index * CELLS));
    cells.set(this.#cells.subarray(index * CELLS), (index + 1) * CELLS);
    this.#cells = cells;
    this.#count++;
  }
}
