import { setImmediate as nextTurn } from "node:timers/promises";

/** Of one turn of the event loop; others wait no longer than this, and one more piece of work, for their answers. */
const TURN_MS = 8;

/** Does a small piece of work for each, and lets others have the event loop in between. */
export async function inTurns<T>(items: Iterable<T>, work: (item: T) => void): Promise<void> {
  let began = performance.now();
  for (const item of items) {
    work(item);
    if (performance.now() - began < TURN_MS) continue;
    await nextTurn();
    began = performance.now();
  }
}
