export { fulfillmentAudit } from "./audit.ts";
export { shipmentQueries } from "./shipment-queries.ts";
