export { type CheckoutRow, readCheckouts } from "./checkouts.sql.ts";
export { forgetOldCheckouts } from "./forget-checkouts.ts";
export { createFulfillmentMethods, methodDocuments } from "./method-documents.ts";
export { basketConsumer, forgetBaskets } from "./recommendations/follow-baskets.ts";
export {
  type BoughtBasket,
  type Recommendation,
  recommendBeside,
  type RecommendDependencies,
} from "./recommendations/recommend-items.ts";
export { recommendationRoutes } from "./recommendations/routes.ts";
export { type PastOrder, simulateSplits, type StockedLocation } from "./recommendations/simulate-splits.ts";
