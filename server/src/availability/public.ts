export {
  type AvailabilityIndex,
  type AvailabilityIndexOptions,
  createAvailabilityIndex,
} from "./availability-index.ts";
export type { StockOfSku } from "./sku-stock.ts";
export type { Staleness } from "./staleness.ts";
export { controlDocuments } from "./controls/control-documents.ts";
export type { ControlSet } from "./controls/control-set.ts";
export { type ControlsInForce, followControls } from "./controls/controls-in-force.ts";
