import type { Bench } from "./runner/bench.ts";
import { availabilityRatio } from "./runner/availability-ratio.ts";

const bench: Bench = {
  name: "availability",
  summary: "one SKU per call, 64 callers, against the CPU of a bare route that sends the same bytes",
  run: (context) => availabilityRatio(context, 1),
};
export default bench;
