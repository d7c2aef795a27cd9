export { createFulfillmentMethods, type FulfillmentMethods, methodDocuments } from "./method-documents.ts";
