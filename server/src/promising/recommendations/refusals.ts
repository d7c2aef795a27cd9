import { refusals } from "../../platform/refusals.ts";

export const recommendations = refusals({
  unknownChannel: { status: 404, title: "There is no such channel that takes orders, or you may not see it." },
  unknownSku: { status: 404, title: "There is no such SKU." },
  unknownLocation: { status: 404, title: "The channel sells nothing from such a location, or you may not see it." },
});
