import { positionKey, type RulesApplied, type SourcingGroup } from "./proposal.ts";

/** Positions that an explanation lists; it is stored with every order. */
const MAX_LISTED = 20;

interface Kept {
  skuId: number;
  locationId: number;
  free: number;
  usable: number;
}

/** What availability rules kept back while an order was sourced. */
export class KeptBack {
  readonly #positions = new Map<number, Kept>();
  readonly #overQuota = new Map<number, number>();

  note(kept: Kept): void {
    this.#positions.set(positionKey(kept.skuId, kept.locationId), kept);
  }

  noteOverQuota(skuId: number, units: number): void {
    this.#overQuota.set(skuId, (this.#overQuota.get(skuId) ?? 0) + units);
  }

  /** Units by SKU. */
  get units(): ReadonlyMap<number, number> {
    const units = new Map(this.#overQuota);
    for (const { skuId, free, usable } of this.#positions.values())
      units.set(skuId, (units.get(skuId) ?? 0) + free - usable);
    return units;
  }

  /** For the explanation of a group: undefined when no rule is in force. */
  of(version: number, { lines }: SourcingGroup): RulesApplied | undefined {
    if (version === 0) return undefined;
    const kept: NonNullable<RulesApplied["kept"]> = [];
    const positions = [...this.#positions.values()];
    for (const { lineNumber, skuId } of lines)
      for (const one of positions)
        if (one.skuId === skuId && kept.length < MAX_LISTED)
          kept.push({ lineNumber, locationId: one.locationId, free: one.free, usable: one.usable });
    const overQuota = lines.filter(({ skuId }) => this.#overQuota.has(skuId)).map(({ lineNumber }) => lineNumber);
    return { version, ...(kept.length > 0 && { kept }), ...(overQuota.length > 0 && { overQuota }) };
  }
}
