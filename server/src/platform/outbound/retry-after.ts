import type { OutboundAnswer } from "./send-outbound.ts";

const SHORTEST_MS = 1_000;
/** A receiver must not put itself off for ever by a slip of the pen. */
const LONGEST_MS = 3_600_000;

/** How long the receiver asks to be left alone (429 and 503 with `Retry-After`), from 1 s to 1 h; null: it does not say. */
export function retryAfterMs(answer: Pick<OutboundAnswer, "status" | "headers"> | null, now: Date): number | null {
  if (answer === null || (answer.status !== 429 && answer.status !== 503)) return null;
  const text = answer.headers["retry-after"]?.trim() ?? "";
  const asked = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now.getTime();
  return Number.isNaN(asked) ? null : Math.min(LONGEST_MS, Math.max(SHORTEST_MS, asked));
}
