import { refusals } from "../platform/refusals.ts";

export const inventory = refusals({
  unknownSku: { status: 404, title: "There is no such SKU." },
  unknownLocation: { status: 404, title: "There is no such location that you may see or change." },
  documentReused: { status: 409, title: "The source has told another quantity under this document already." },
  beyondLimits: { status: 422, title: "No position holds that many units." },
  badTime: { status: 422, title: "The time is not credible." },
  impossibleCount: { status: 422, title: "A physical count is not negative, and holds its damaged units." },
  tooManyUnnamed: {
    status: 422,
    title: "The full snapshot leaves too many positions of its locations unnamed for one call; upload it as a file.",
  },
  unknownSupply: { status: 404, title: "There is no such expected receipt that you may see." },
  supplyReused: { status: 409, title: "The line announces another SKU or location already." },
  supplyBelowReceived: { status: 422, title: "Fewer units than have come or were cancelled cannot be expected." },
  notDue: { status: 422, title: "So many units are not to come any more." },
  superseded: { status: 422, title: "A later item of this call is about the same position; that one counts." },
});
