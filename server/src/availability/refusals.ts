import { refusals } from "../platform/refusals.ts";

export const availability = refusals({
  unknownChannel: { status: 404, title: "There is no such channel that takes orders, or you may not see it." },
});
