import { refusals } from "../platform/refusals.ts";

export const network = refusals({
  networkInUse: { status: 409, title: "A channel is served by this network; give the channel another one first." },
});
