import type { CountedUnits, Quota } from "../availability/public.ts";

/** How many units of a position can still be promised; negative while it is short. */
export type FreeUnits = (skuId: number, locationId: number) => number;

/** Units that this batch has given away already, on top of what the rows (or the index) say. */
export class UnitsTaken {
  readonly #taken = new Map<number, number>();

  of(skuId: number, locationId: number): number {
    return this.#taken.get(positionKey(skuId, locationId)) ?? 0;
  }

  take(skuId: number, locationId: number, quantity: number): void {
    const key = positionKey(skuId, locationId);
    this.#taken.set(key, (this.#taken.get(key) ?? 0) + quantity);
  }
}

const LOCATIONS = 1_000_000;

/** One number for a position: location IDs stay below a million, SKU IDs below 2^31, so it is exact. */
export function positionKey(skuId: number, locationId: number): number {
  return skuId * LOCATIONS + locationId;
}

export interface LineToSource {
  lineNumber: number;
  skuId: number;
  quantity: number;
}

export interface SourcingGroup {
  choiceNumber: number;
  latitude: number | null;
  longitude: number | null;
  /** Only this location may supply the lines (pickup, or pinned). */
  onlyLocationId: number | null;
  lines: LineToSource[];
}

export interface ProposedSource {
  choiceNumber: number;
  lineNumber: number;
  skuId: number;
  locationId: number;
  quantity: number;
  /** What it takes of which quota. */
  counts?: { quota: Quota; units: number } | undefined;
  /** What it is counted in, once the counters are locked. */
  counted?: readonly CountedUnits[];
  /** Its units had been promised once. */
  owed?: true;
}

export interface Proposal {
  sources: ProposedSource[];
  unassigned: { lineNumber: number; skuId: number; quantity: number }[];
  explanations: { choiceNumber: number; reason: unknown; rules?: RulesApplied }[];
  /** Units that were free for it and that rules keep back. */
  keptBack: { readonly units: ReadonlyMap<number, number> };
  /** Locations whose capacity it has claimed, one entry per fulfillment order; to be released by whoever asked for it. */
  claimed: readonly number[];
  /** How many of the sources, the first ones, a checkout holds for it. */
  heldSources: number;
}

/** What availability rules had to do with a decision; kept with it. */
export interface RulesApplied {
  /** Of their document. */
  version: number;
  /** Where they left less than is free, per SKU of the group's lines. */
  kept?: { lineNumber: number; locationId: number; free: number; usable: number }[];
  /** Lines of which a quota left less than was asked for. */
  overQuota?: number[];
}
