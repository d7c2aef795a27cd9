export {
  type AvailabilityIndex,
  type AvailabilityIndexOptions,
  createAvailabilityIndex,
} from "./availability-index.ts";
export type { StockOfSku } from "./sku-stock.ts";
export type { Staleness } from "./staleness.ts";
