import type { Clock } from "../platform/clock.ts";
import type { OrderAggregate } from "./aggregate.ts";
import type { Proposal } from "./proposal.ts";

const REST_MS = 5_000;
/** More of them rest no longer: a list of a thousand costs the search for others 1 ms. */
const MAX_RESTING = 1_000;

/**
 * Waiting orders that looked as if they could be served and were tried in vain (others were faster, several lines want the
 * same units). They are left alone for a moment, so that a batch of them does not stand in the way of others. Those whose
 * units rules keep back are not looked for in the first place (`findServable`).
 */
export class RestingOrders {
  readonly #clock: Clock;
  /** Until when, by order, those that began first first. */
  readonly #until = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ids(): string[] {
    const now = this.#clock.now().getTime();
    for (const [id, until] of this.#until) {
      if (until > now && this.#until.size <= MAX_RESTING) break;
      this.#until.delete(id);
    }
    return [...this.#until.keys()];
  }

  /** Those for which nothing was found rest. */
  note(tried: readonly { order: OrderAggregate; proposal: Proposal }[]): void {
    const until = this.#clock.now().getTime() + REST_MS;
    for (const { order, proposal } of tried) {
      this.#until.delete(order.id);
      if (proposal.sources.length === 0) this.#until.set(order.id, until);
    }
  }
}
