/**
 * The stored reason of a sourcing decision. Its schema belongs to the policy that made it (and will change with
 * sourcing profiles), so the API hands it through untyped and it is read here with care.
 */
export type SourcingReason = {
  why: "fixedLocation" | "oneLocation" | "fewestLocations" | "nothingUsable" | "heldByCheckout";
  chosen: readonly number[];
  fewestPossible: number;
  exact: boolean;
  considered: readonly { locationId: number; distanceKm: number | null; usable: readonly number[] }[];
  notListed: number;
  excluded?: readonly { locationId: number; why: string }[];
};

/** What availability rules had to do with it. */
export type RulesApplied = {
  version: number;
  kept?: readonly { lineNumber: number; locationId: number; free: number; usable: number }[];
  overQuota?: readonly number[];
};

const known = ["fixedLocation", "oneLocation", "fewestLocations", "nothingUsable", "heldByCheckout"];

function isReason(value: unknown): value is SourcingReason {
  if (typeof value !== "object" || value === null) return false;
  const { why, chosen, considered } = value as Record<string, unknown>;
  return known.includes(String(why)) && Array.isArray(chosen) && Array.isArray(considered);
}

/** One reason per fulfillment choice of the order; null when it was made by a policy that this console does not know. */
export function reasonsOf(
  explanation: unknown,
): { choiceNumber: number; reason: SourcingReason; rules: RulesApplied | null }[] | null {
  if (!Array.isArray(explanation)) return null;
  const reasons = explanation.flatMap((choice: unknown) => {
    if (typeof choice !== "object" || choice === null) return [];
    const { choiceNumber, reason, rules } = choice as Record<string, unknown>;
    const applied = typeof rules === "object" ? (rules as RulesApplied | null) : null;
    return isReason(reason) ? [{ choiceNumber: Number(choiceNumber), reason, rules: applied }] : [];
  });
  return reasons.length === explanation.length ? reasons : null;
}
