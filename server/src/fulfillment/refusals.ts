import { refusals } from "../platform/refusals.ts";

export const { kinds: fulfillmentRefusals, refuse } = refusals({
  nothingToShip: { status: 409, title: "Nothing of this fulfillment order is open." },
  tooManyUnits: { status: 422, title: "More units than are open." },
  referenceUsed: { status: 409, title: "This fulfillment order has a shipment with that reference already." },
  alreadyDelivered: { status: 409, title: "This shipment has been delivered already." },
});
