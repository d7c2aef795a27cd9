import type { Bench } from "./runner/bench.ts";
import { availabilityRatio } from "./runner/availability-ratio.ts";

const bench: Bench = {
  name: "availability-50",
  summary: "50 SKUs per call, 64 callers, against the CPU of a bare route that sends the same bytes",
  run: (context) => availabilityRatio(context, 50),
};
export default bench;
