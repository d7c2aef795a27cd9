export { fulfillmentAudit } from "./audit.ts";
export { shipmentQueries } from "./shipment-queries.ts";
export { deliverShipment } from "./deliver-shipments.ts";
export { knownShipments } from "./known-shipments.ts";
export { loseShipment } from "./lose-shipments.ts";
