import type { Clock } from "../platform/clock.ts";

export interface AttemptLimit {
  attempts: number;
  windowMs: number;
}

/** Beyond this many watched names the oldest are forgotten, so that guessing from many addresses cannot fill memory. */
const MAX_WATCHED = 50_000;

interface Watched {
  count: number;
  until: number;
}

/**
 * Counts failed attempts per name (an email, an address) in a window that begins with the first one. An attempt counts
 * when it begins and is forgiven when it succeeds, so that a thousand guesses at once cannot slip through together.
 * In memory of one process: with N API processes a guesser gets N times as many.
 */
export class AttemptLimiter {
  readonly #clock: Clock;
  readonly #limit: AttemptLimit;
  readonly #watched = new Map<string, Watched>();

  constructor(clock: Clock, limit: AttemptLimit) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /** Begins an attempt: 0, or the whole seconds until the next one is allowed. */
  begin(name: string): number {
    const now = this.#clock.now().getTime();
    const watched = this.#watched.get(name);
    if (watched === undefined || watched.until <= now) {
      this.#makeRoom(now);
      this.#watched.delete(name);
      this.#watched.set(name, { count: 1, until: now + this.#limit.windowMs });
      return 0;
    }
    if (watched.count >= this.#limit.attempts) return Math.ceil((watched.until - now) / 1000);
    watched.count++;
    return 0;
  }

  /** The attempt that began has succeeded. */
  forgive(name: string): void {
    const watched = this.#watched.get(name);
    if (watched !== undefined) watched.count = Math.max(0, watched.count - 1);
  }

  /** It has succeeded, and the failed ones before it do not matter any more. */
  forget(name: string): void {
    this.#watched.delete(name);
  }

  #makeRoom(now: number): void {
    if (this.#watched.size < MAX_WATCHED) return;
    for (const [name, watched] of this.#watched) if (watched.until <= now) this.#watched.delete(name);
    for (const name of this.#watched.keys()) {
      if (this.#watched.size < MAX_WATCHED) return;
      this.#watched.delete(name);
    }
  }
}
