/**
 * Keeps something that lives in memory fresh: at most one refresh runs at a time, one is started every `everyMs`, and
 * whoever has just written can ask for one and wait for it.
 */
export class Refresher {
  readonly #refresh: () => Promise<void>;
  readonly #onError: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #stopped = false;

  constructor(options: { everyMs: number; refresh: () => Promise<void>; onError: (error: unknown) => void }) {
    this.#refresh = options.refresh;
    this.#onError = options.onError;
    this.#timer = setInterval(() => {
      if (this.#running === null) this.now().catch(this.#onError);
    }, options.everyMs);
    this.#timer.unref();
  }

  /** Resolves when a refresh that started after this call is done, and rejects when it fails. */
  now(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    if (this.#running === null) return this.#start();
    // The one under way may have read before the caller's change.
    this.#next ??= this.#running.then(
      () => this.#startNext(),
      () => this.#startNext(),
    );
    return this.#next;
  }

  #startNext(): Promise<void> {
    this.#next = null;
    if (this.#stopped) return Promise.resolve();
    // Somebody else may have started one in between; it is late enough for those who waited.
    return this.#running ?? this.#start();
  }

  #start(): Promise<void> {
    const running = this.#refresh().finally(() => {
      if (this.#running === running) this.#running = null;
    });
    this.#running = running;
    return running;
  }

  /** Ends the timer and waits for the refresh under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await Promise.allSettled([this.#running, this.#next]);
  }
}
