import { Histogram } from "prom-client";

export interface Staleness {
  /** Milliseconds from the start of the transaction that recorded a movement until this process answers with it. */
  p50: number;
  p99: number;
  /** Changes of other processes that were measured: the last 4,096 at most. */
  count: number;
}

const histogram = new Histogram({
  name: "orrery_availability_staleness_seconds",
  help: "From the record of a movement by another process until this one answers with it.",
  buckets: [0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.5, 1, 5],
});

const KEPT = 4_096;

/** The last measurements of one index; the metric sums up all of the process. */
export class StalenessMeter {
  readonly #samples = new Float64Array(KEPT);
  #count = 0;

  observe(milliseconds: number): void {
    histogram.observe(milliseconds / 1000);
    this.#samples[this.#count++ % KEPT] = milliseconds;
  }

  get summary(): Staleness {
    const count = Math.min(this.#count, KEPT);
    const sorted = this.#samples.slice(0, count).sort();
    const at = (share: number): number => sorted[Math.min(count - 1, Math.floor(count * share))] ?? 0;
    return { p50: at(0.5), p99: at(0.99), count };
  }
}
