/** What one order bought, and when. */
export interface Basket {
  occurredAt: Date;
  /** Codes; the same one may stand on several lines. */
  skus: readonly string[];
}

export interface BasketCounts {
  /** Orders by period. */
  baskets: Map<number, number>;
  skus: SkuCount[];
  /** Both directions of each pair. */
  pairs: PairCount[];
}

export interface SkuCount {
  period: number;
  sku: string;
  orders: number;
}

export interface PairCount extends SkuCount {
  other: string;
}

/** Of a larger order, a project or a resale, the first ones count: its pairs say little and grow with the square. */
export const MOST_SKUS_OF_A_BASKET = 20;

/** Half a year: what is bought together changes with the season and the assortment. */
export function periodOf(moment: Date): number {
  return 2 * moment.getUTCFullYear() + (moment.getUTCMonth() < 6 ? 0 : 1);
}

/** Counts orders, not units: ten of one thing in one order say no more than one. */
export function countBaskets(baskets: readonly Basket[]): BasketCounts {
  const counts: BasketCounts = { baskets: new Map(), skus: [], pairs: [] };
  const skus = new Map<string, SkuCount>();
  const pairs = new Map<string, PairCount>();
  for (const basket of baskets) {
    const period = periodOf(basket.occurredAt);
    const bought = [...new Set(basket.skus)].slice(0, MOST_SKUS_OF_A_BASKET);
    counts.baskets.set(period, (counts.baskets.get(period) ?? 0) + 1);
    for (const sku of bought) {
      countIn(skus, `${period} ${sku}`, () => ({ period, sku, orders: 0 }));
      for (const other of bought)
        if (other !== sku) countIn(pairs, `${period} ${sku} ${other}`, () => ({ period, sku, other, orders: 0 }));
    }
  }
  counts.skus.push(...skus.values());
  counts.pairs.push(...pairs.values());
  return counts;
}

function countIn<Count extends SkuCount>(counts: Map<string, Count>, key: string, begin: () => Count): void {
  let count = counts.get(key);
  if (count === undefined) counts.set(key, (count = begin()));
  count.orders++;
}
