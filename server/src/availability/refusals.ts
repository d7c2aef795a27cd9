import { refusals } from "../platform/refusals.ts";

export const availability = refusals({
  unknownChannel: { status: 404, title: "There is no such channel that takes orders, or you may not see it." },
  unknownSku: { status: 404, title: "There is no such SKU." },
  unknownLocation: { status: 404, title: "There is no such location that you may see." },
  noFeed: { status: 404, title: "The channel has no availability feed, or you may not see it." },
  previewGivenUp: {
    status: 409,
    title: "You have asked again meanwhile, or have gone: only your newest question is answered.",
  },
});
