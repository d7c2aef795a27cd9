/** How often something was bought, alone and together. */
export interface CompanionCount {
  /** Orders with both. */
  together: number;
  /** Orders with the one that is asked about. */
  own: number;
  /** Orders with the other. */
  other: number;
  /** All orders. */
  total: number;
}

/** Below this, a pair may be chance: two orders of one customer make every rare thing a perfect match. */
export const SUPPORT_FLOOR = 3;

/**
 * How many times as often the other one is bought with this one as it is bought at all: 1 says that they have nothing to do
 * with each other (R. Brin et al., "Dynamic Itemset Counting", SIGMOD 1997).
 */
export function liftOf({ together, own, other, total }: CompanionCount): number {
  return (together * total) / (own * other);
}

/** Those that really go together, the strongest first; among equals the more frequent. */
export function rankCompanions<Companion extends CompanionCount>(
  companions: readonly Companion[],
): (Companion & { lift: number })[] {
  return companions
    .filter(({ together }) => together >= SUPPORT_FLOOR)
    .map((companion) => ({ ...companion, lift: liftOf(companion) }))
    .filter(({ lift }) => lift > 1)
    .sort((a, b) => b.lift - a.lift || b.together - a.together);
}
