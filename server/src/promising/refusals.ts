import { refusals } from "../platform/refusals.ts";

export const { kinds: promisingRefusals, refuse } = refusals({
  unknownChannel: { status: 422, title: "There is no such channel." },
  unknownSku: { status: 422, title: "There is no such SKU." },
  unavailable: { status: 422, title: "Not enough stock can be held for a line." },
  checkoutEnded: { status: 409, title: "The checkout has expired, was released or became an order." },
});
