import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { forEachNumberRow } from "./number-rows.ts";
import type { QuotaCounter } from "./quotas/quota.ts";
import type { SkuStock } from "./sku-stock.ts";
import type { StockMemory } from "./stock-memory.ts";
import { SUPPLY_ROW, supplyOf, type SupplyRow } from "./supply-rows.ts";

/** Quotas of periods that are over are of no use to anybody. */
const readPositions = statement<{
  positions: string | null;
  quotas: QuotaCounter[] | null;
  supplies: SupplyRow[] | null;
}>(
  "availability.readPositions",
  `select string_agg(sku_id || ' ' || location_id || ' ' || (on_hand::bigint - damaged - reserved - allocated) || ' ' || version, ' '
     order by sku_id, location_id) as positions,
     (select json_agg(json_build_object('id', id, 'skuId', sku_id, 'channelId', channel_id, 'rule', rule, 'period', period, 'used', used, 'version', version))
      from availability.quotas where sku_id = any($1::int[]) and (ends_at is null or ends_at > now())) as quotas,
     (select json_agg(json_build_array(${SUPPLY_ROW})) from inventory.supplies as supply where sku_id = any($1::int[]) and due > 0) as supplies
   from inventory.positions where sku_id = any($1::int[])`,
);

/** With 20 locations a batch is 5,000 positions: 10 ms of database and 1 ms of this process. */
const MAX_BATCH = 256;
/** Loads leave connections for those who write. */
const MAX_IN_FLIGHT = 2;

interface Batch {
  stocks: Map<number, SkuStock>;
  done: Promise<void>;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Loads what is missing: who asks in the same turn of the event loop shares a statement. */
export class PositionLoader {
  readonly #database: Database;
  readonly #memory: StockMemory;
  readonly #waiting: Batch[] = [];
  #running = 0;
  #scheduled = false;

  constructor(database: Database, memory: StockMemory) {
    this.#database = database;
    this.#memory = memory;
  }

  /**
   * The stock must be where changes reach it (in memory, or as a successor) before this is called: what is committed
   * after the database has read is then put by its announcement or by the ledger, and the higher version wins.
   */
  load(stock: SkuStock): Promise<void> {
    let batch = this.#waiting.at(-1);
    if (batch === undefined || batch.stocks.size >= MAX_BATCH || batch.stocks.has(stock.skuId)) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      batch = { stocks: new Map(), done: promise, resolve, reject };
      this.#waiting.push(batch);
      this.#schedule();
    }
    batch.stocks.set(stock.skuId, stock);
    stock.loading = batch.done;
    return batch.done;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#start();
    });
  }

  #start(): void {
    while (this.#running < MAX_IN_FLIGHT && this.#waiting.length > 0) {
      this.#running++;
      void this.#run(this.#waiting.shift()!).finally(() => {
        this.#running--;
        this.#start();
      });
    }
  }

  async #run({ stocks, resolve, reject }: Batch): Promise<void> {
    try {
      const [row] = await this.#database.read(readPositions, [arrayLiteral("int", [...stocks.keys()])]);
      this.#fill(stocks, row!.positions ?? "", row!.quotas ?? []);
      for (const supply of row!.supplies ?? []) this.#putSupply(stocks, supply);
    } catch (error) {
      for (const stock of stocks.values()) this.#memory.forget(stock);
      reject(error);
      return;
    } finally {
      for (const stock of stocks.values()) stock.loading = null;
    }
    resolve();
    // Those who waited use what they have got before anything makes room.
    setImmediate(() => this.#memory.sweep());
  }

  #putSupply(stocks: ReadonlyMap<number, SkuStock>, row: SupplyRow): void {
    const { skuId, supply } = supplyOf(row);
    const stock = stocks.get(skuId);
    if (stock !== undefined) this.#memory.fill(stock, [], [], [supply]);
  }

  #fill(stocks: ReadonlyMap<number, SkuStock>, text: string, quotas: readonly QuotaCounter[]): void {
    const quotasOf = Map.groupBy(quotas, (counter) => counter.skuId);
    let skuId = 0;
    let positions: number[] = [];
    const fillOne = (): void => {
      const stock = stocks.get(skuId);
      if (stock !== undefined) this.#memory.fill(stock, positions, quotasOf.get(skuId) ?? []);
    };
    forEachNumberRow(text, 4, (row) => {
      if (row[0] !== skuId) {
        fillOne();
        skuId = row[0]!;
        positions = [];
      }
      positions.push(row[1]!, row[2]!, row[3]!);
    });
    fillOne();
  }
}
