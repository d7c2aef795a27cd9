import type { Answer } from "./answer.ts";

interface AskedList {
  readonly answers: readonly Answer[];
  readonly bytes: number;
  /** Asked for again since the sweep last came by. */
  used: boolean;
}

/** What a list takes beside its text and its places: an object, an array, an entry of the map. */
const OVERHEAD_BYTES = 200;
const BYTES_OF_A_PLACE = 8;

/**
 * Lists of SKUs as callers write them, with where the answer of each SKU lies. Shops ask for the same pages of products
 * again and again: taking the text apart and looking up 50 codes took 8 µs of 50, finding the whole list takes 1. Bounded
 * by bytes; whoever is not asked for again between two sweeps goes.
 */
export class AskedLists {
  readonly #limitBytes: number;
  readonly #lists = new Map<string, AskedList>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get(text: string): readonly Answer[] | undefined {
    const list = this.#lists.get(text);
    if (list === undefined) return undefined;
    list.used = true;
    return list.answers;
  }

  /** All codes of the text have an answer, in its order. */
  put(text: string, answers: readonly Answer[]): void {
    this.#bytes -= this.#lists.get(text)?.bytes ?? 0;
    const bytes = OVERHEAD_BYTES + text.length + answers.length * BYTES_OF_A_PLACE;
    this.#lists.set(text, { answers, bytes, used: false });
    this.#bytes += bytes;
    this.#sweep();
  }

  /** Some answer is no longer kept up to date, and may be in any of them. */
  clear(): void {
    this.#lists.clear();
    this.#bytes = 0;
  }

  get size(): number {
    return this.#lists.size;
  }

  #sweep(): void {
    for (const [text, list] of this.#lists) {
      if (this.#bytes <= this.#limitBytes) return;
      this.#lists.delete(text);
      if (list.used) this.#lists.set(text, { ...list, used: false });
      else this.#bytes -= list.bytes;
    }
  }
}
