import type { Outcome } from "./batching.ts";
import { common } from "./refusals.ts";

/** The same key or reference under way in another process: the caller is told to repeat after this. */
const MAX_WAIT_MS = 5_000;

/** An item of a batch that needs named locks (`tryNamedLocks`). */
export interface WaitsForName {
  /** When it first found a name taken; 0 when it never did. */
  waitingSince: number;
}

/** Another process holds the name: the next batch looks again, and finds what that one has left. */
export function waitForName(item: WaitsForName): Outcome<never> {
  item.waitingSince ||= performance.now();
  return performance.now() - item.waitingSince > MAX_WAIT_MS
    ? { ok: false, error: common.refuse("busy") }
    : { again: true };
}
