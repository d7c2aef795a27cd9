export { createFulfillmentMethods, type FulfillmentMethods, methodDocuments } from "./method-documents.ts";
export { basketConsumer, forgetBaskets } from "./recommendations/follow-baskets.ts";
export { recommendationRoutes } from "./recommendations/routes.ts";
