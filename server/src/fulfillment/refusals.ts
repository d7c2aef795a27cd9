import { refusals } from "../platform/refusals.ts";

export const { kinds: fulfillmentRefusals, refuse } = refusals({
  nothingToShip: { status: 409, title: "Nothing of this fulfillment order is open." },
  tooManyUnits: { status: 422, title: "More units than are open." },
  referenceUsed: { status: 409, title: "This fulfillment order has a shipment with that reference already." },
  notUnderWay: { status: 409, title: "This shipment has arrived, or is lost already." },
  alreadyDelivered: { status: 409, title: "This shipment has been delivered already." },
});

/** What the workflows and holds refuse, beside our own. */
export const floorRefusals = {
  ...fulfillmentRefusals,
  transitionNotAllowed: { status: 409, title: "This is not possible in the present state." },
  workflowFailed: { status: 409, title: "Its workflow cannot decide this; somebody was told to look at it." },
  orderHeld: { status: 409, title: "A hold is active; nothing is released until it ends." },
} as const;
