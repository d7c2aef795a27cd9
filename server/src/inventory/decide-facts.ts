import type { MovementKind } from "./movement.ts";
import type { LockedPosition } from "./lock-positions.ts";
import { positionKeyOf, type PositionKey } from "./position.ts";
import { inventory } from "./refusals.ts";
import type { Refusal } from "../platform/refusals.ts";

/** A fact or correction, understood: codes are IDs, kinds are changes. */
export interface Fact extends PositionKey {
  kind: MovementKind;
  onHand: number;
  damaged: number;
  occurredAt: Date;
  source: string;
  document: string | null;
  reason: string | null;
}

export type FactDecision = { take: Fact } | { repeat: Fact } | { refuse: Refusal };

/** What a source has told already, by `factKey`. */
export type KnownFacts = ReadonlyMap<string, Pick<Fact, "onHand" | "damaged">>;

/** Counters are int4; a sum of facts stays within. */
const MAX_UNITS = 2_000_000_000;

export function factKey(
  fact: Pick<Fact, "skuId" | "locationId" | "source" | "kind"> & { document: string | null },
): string {
  return `${positionKeyOf(fact)} ${fact.source} ${fact.kind} ${fact.document}`;
}

/**
 * Facts are taken whatever they do to promises; only what says nothing is refused: other content under a known document,
 * and more units than there can be. Nothing is repaired that is not damaged.
 */
export function decideFacts(
  positions: ReadonlyMap<number, LockedPosition>,
  known: KnownFacts,
  facts: readonly Fact[],
): FactDecision[] {
  const told = new Map(known);
  const now = new Map<number, { onHand: number; damaged: number }>();
  return facts.map((fact): FactDecision => {
    const key = positionKeyOf(fact);
    const position = positions.get(key);
    const units = now.get(key) ?? { onHand: position?.onHand ?? 0, damaged: position?.damaged ?? 0 };
    const before = fact.document === null ? undefined : told.get(factKey(fact));
    if (before !== undefined) {
      const same = before.onHand === fact.onHand && before.damaged === fact.damaged;
      return same
        ? { repeat: fact }
        : {
            refuse: inventory.refuse("documentReused", {
              faults: [{ pointer: "/document", message: "stands for another quantity already" }],
            }),
          };
    }
    const damaged = damagedEffect(fact, position, units.damaged);
    const after = { onHand: units.onHand + fact.onHand, damaged: units.damaged + damaged };
    if (Math.abs(after.onHand) > MAX_UNITS || after.damaged > MAX_UNITS)
      return { refuse: inventory.refuse("beyondLimits") };
    now.set(key, after);
    if (fact.document !== null) told.set(factKey(fact), fact);
    return { take: { ...fact, damaged } };
  });
}

/** What a count of damaged units has seen moves nothing, so it needs no limit either. */
function damagedEffect(fact: Fact, position: LockedPosition | undefined, damaged: number): number {
  const countedAt = position?.damagedCountedAt ?? null;
  if (countedAt !== null && fact.occurredAt <= countedAt) return 0;
  return Math.max(fact.damaged, -damaged);
}
