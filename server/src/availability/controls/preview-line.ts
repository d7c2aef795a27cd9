import { common } from "../../platform/refusals.ts";
import { availability } from "../refusals.ts";

/** A million positions take seconds each: whoever came behind more would wait for a minute. */
const MAX_WAITING = 8;

interface Waiting {
  begin: () => void;
  giveUp: () => void;
}

/** One works at a time; of each caller only the newest question waits, as an older one is about rules of before. */
export class PreviewLine {
  #isBusy = false;
  readonly #waiting = new Map<string, Waiting>();

  async run<Result>(caller: string, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    await this.#turnOf(caller, signal);
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  async #turnOf(caller: string, signal: AbortSignal): Promise<void> {
    refuseIfGone(signal);
    if (!this.#isBusy) {
      this.#isBusy = true;
      return;
    }
    this.#waiting.get(caller)?.giveUp();
    if (this.#waiting.size >= MAX_WAITING) throw common.refuse("overloaded");
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(caller);
        signal.removeEventListener("abort", giveUp);
      };
      const begin = (): void => (leave(), resolve());
      const giveUp = (): void => (leave(), reject(availability.refuse("previewGivenUp")));
      signal.addEventListener("abort", giveUp, { once: true });
      this.#waiting.set(caller, { begin, giveUp });
    });
  }

  #next(): void {
    const [first] = this.#waiting.values();
    if (first === undefined) this.#isBusy = false;
    else first.begin();
  }
}

export function refuseIfGone(signal: AbortSignal): void {
  if (signal.aborted) throw availability.refuse("previewGivenUp");
}
