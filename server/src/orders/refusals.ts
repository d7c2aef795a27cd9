import { common, refusals, type Refusal } from "../platform/refusals.ts";

export const { kinds: orderRefusals, refuse } = refusals({
  unknownChannel: { status: 422, title: "There is no such channel." },
  unknownSku: { status: 422, title: "There is no such SKU." },
  unavailable: { status: 422, title: "Not enough stock can be promised for a line." },
  unknownCheckout: { status: 422, title: "The channel has no such checkout." },
  checkoutOrdered: { status: 409, title: "Another order has come from this checkout already." },
  referenceTaken: { status: 409, title: "The channel has sent other content under this reference." },
  totalTooLarge: { status: 422, title: "The order's total is larger than can be kept exactly." },
  transitionNotAllowed: { status: 409, title: "This is not possible in the present state." },
  workflowFailed: { status: 409, title: "Its workflow cannot decide this; somebody was told to look at it." },
  orderHeld: { status: 409, title: "A hold is active; nothing is released until it ends." },
  tooLate: { status: 409, title: "It has left the location already." },
  tooMany: { status: 422, title: "More units than are open." },
  unitsElsewhere: { status: 403, title: "It concerns open units outside the locations that you are limited to." },
  holdNotActive: { status: 409, title: "This hold is not active." },
  tooManyOrders: { status: 422, title: "The filter finds more orders than one mass action may be about." },
  massActionNotThere: { status: 409, title: "The mass action is not in a state where this can be decided." },
  nothingToDo: { status: 409, title: "There is nothing left that this could change." },
});

/** What a capture can be refused for. */
export const CAPTURE_REFUSALS = [
  "unknownChannel",
  "unknownSku",
  "unavailable",
  "unknownCheckout",
  "checkoutOrdered",
  "referenceTaken",
  "totalTooLarge",
] as const;

export function unknownCheckout(id: string): Refusal {
  const message = `the channel has no checkout ${id}`;
  return refuse("unknownCheckout", { message: `/checkout: ${message}`, faults: [{ pointer: "/checkout", message }] });
}

export function rulesUnknown(): Refusal {
  const message =
    "The availability rules in force cannot be read at the moment; nothing was captured. Repeat the request.";
  return common.refuse("overloaded", { message });
}
