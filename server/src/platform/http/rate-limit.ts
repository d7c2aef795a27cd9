/** Token buckets in memory, one per credential; idle ones are forgotten. Refill is computed on use, so there is no timer. */
export class TokenBuckets {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(limit: { perSecond: number; burst: number }) {
    this.#perSecond = limit.perSecond;
    this.#burst = limit.burst;
  }

  /** Takes one token. Returns 0, or the whole seconds after which one will be there. */
  take(credential: string, now: number = performance.now()): number {
    const bucket = this.#buckets.get(credential);
    if (bucket === undefined) {
      if (this.#buckets.size >= MAX_BUCKETS) this.#forgetIdle(now);
      this.#buckets.set(credential, { tokens: this.#burst - 1, at: now });
      return 0;
    }
    bucket.tokens = Math.min(this.#burst, bucket.tokens + ((now - bucket.at) / 1000) * this.#perSecond);
    bucket.at = now;
    if (bucket.tokens >= 1) {
      bucket.tokens--;
      return 0;
    }
    return Math.max(1, Math.ceil((1 - bucket.tokens) / this.#perSecond));
  }

  #forgetIdle(now: number): void {
    const fullAfterMs = (this.#burst / this.#perSecond) * 1000;
    for (const [credential, bucket] of this.#buckets)
      if (now - bucket.at > fullAfterMs) this.#buckets.delete(credential);
    if (this.#buckets.size >= MAX_BUCKETS) this.#buckets.clear();
  }
}

/** A million idle credentials would hold 100 MB; ten thousand active ones is already a very large retailer. */
const MAX_BUCKETS = 10_000;
