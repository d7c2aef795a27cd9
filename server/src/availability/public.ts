export {
  type AvailabilityIndex,
  type AvailabilityIndexOptions,
  createAvailabilityIndex,
} from "./availability-index.ts";
export type { StockOfSku } from "./sku-stock.ts";
export type { Staleness } from "./staleness.ts";
export { availabilityAudit } from "./audit.ts";
export { followMeasuredBuffers } from "./measured/measured-buffers.ts";
export { controlDocuments } from "./controls/control-documents.ts";
export type { ChannelTerms, ControlSet } from "./controls/control-set.ts";
export { type ControlsInForce, followControls } from "./controls/controls-in-force.ts";
export {
  type CountedUnits,
  type Quota,
  type QuotaCounter,
  quotaKeyOf,
  quotaOf,
  QuotaRoom,
  type QuotaRule,
  type UsedOf,
} from "./quotas/quota.ts";
export { createFeedsInForce, feedDocuments, type FeedsInForce } from "./feed/feed-document.ts";
export { readBestSellers } from "./feed/look-at-ledgers.ts";
export { createFeedWatch } from "./feed/watch-feeds.ts";
export { ChannelTelling } from "./feed/tell-channels.ts";
export { UnitsWithinQuotas } from "./quotas/units-within-quotas.ts";
export { lockQuotas, type QuotaUse, readQuotas, useQuotas } from "./quotas/use-quotas.ts";
