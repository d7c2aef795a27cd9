export { type CarrierService, CarrierService as CarrierServiceSchema } from "./carrier-service.ts";
export {
  carrierDocuments,
  type CarrierServices,
  createCarrierServices,
  type ServiceInForce,
} from "./carrier-documents.ts";
export { type Destination, findZone, type Way } from "./find-zone.ts";
export {
  CARRIER_REASONS,
  type Carried,
  type CarrierReason,
  priceOfParcel,
  refusalOfParcel,
  weightOf,
} from "./judge-parcel.ts";
export { transitOf } from "./transit-time.ts";
