import type { EngineResult, EngineSubject, Progress } from "../workflow/public.ts";

/** Orders whose change is not to be made, because a step on its first way fails; by ID. */
export type FailingOrders = ReadonlyMap<string, Progress<EngineSubject>>;

/** What the steps of a change did before one of them failed must not be kept: neither by the order nor by the rows they collected. */
class HalfDone extends Error {
  readonly failing: readonly Progress<EngineSubject>[];

  constructor(failing: readonly Progress<EngineSubject>[]) {
    super("Steps have failed; their batch begins anew without them.");
    this.failing = failing;
  }
}

/**
 * Ends the transaction when a requested change failed after some of its steps had done their work: in memory, in rows that
 * the whole batch shares, by news to others under the same lock. Guards that fail have done nothing, and an order that got
 * somewhere before a later step failed stays there.
 */
export function refuseHalfDone({ outcomes, progress }: EngineResult): void {
  const failures = new Set(
    outcomes.flatMap((outcome) =>
      outcome.kind === "failed" && outcome.failure.step !== null ? [outcome.failure] : [],
    ),
  );
  if (failures.size === 0) return;
  throw new HalfDone(progress.filter(({ failure }) => failure !== null && failures.has(failure)));
}

/** Does a batch in a transaction of its own, and again without those of its orders whose steps have failed. */
export async function withoutFailing<Done>(attempt: (failing: FailingOrders) => Promise<Done>): Promise<Done> {
  const failing = new Map<string, Progress<EngineSubject>>();
  for (;;) {
    try {
      return await attempt(failing);
    } catch (error) {
      if (!(error instanceof HalfDone)) throw error;
      for (const progress of error.failing) failing.set(progress.subject.root, progress);
    }
  }
}
