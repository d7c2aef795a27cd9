import { setTimeout as pause } from "node:timers/promises";
import type { Answer, Caller, ProblemBody } from "../harness/caller.ts";

/** What a well-made integration does when it gets no answer, or one that says "later": it sends the same again. */
const AGAIN = new Set(["busy", "databaseUnavailable", "outcomeUnknown", "overloaded"]);
const PAUSE_MS = 50;
const LIMIT_MS = 120_000;

export interface Persistence {
  caller: Caller;
  /** How often no answer came, or one that says "later". */
  repeats: Map<string, number>;
}

/** Asks one process after the other, under the same key, until one answers. */
export function persistentCaller(processes: readonly Caller[]): Persistence {
  const repeats = new Map<string, number>();
  const note = (why: string): void => void repeats.set(why, (repeats.get(why) ?? 0) + 1);
  const ask: Caller["ask"] = async <Body>(...request: Parameters<Caller["ask"]>): Promise<Answer<Body>> => {
    const until = performance.now() + LIMIT_MS;
    for (let attempt = 0; ; attempt++) {
      const process = processes[attempt % processes.length]!;
      const answer = await process.ask<Body>(...request).catch((error: Error & { code?: string }) => {
        note(error.code ?? error.name);
        if (performance.now() > until) throw error;
        return null;
      });
      if (answer !== null) {
        const { code } = answer.body as ProblemBody;
        if (answer.status < 400 || !AGAIN.has(code)) return answer;
        note(code);
        if (performance.now() > until) return answer;
      }
      await pause(PAUSE_MS);
    }
  };
  return { caller: { ...processes[0]!, ask }, repeats };
}
