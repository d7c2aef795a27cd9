import type { Place } from "./distance.ts";

/** One line to be sourced. Line numbers are unique within a request; lines of the same SKU share its stock. */
export interface SourcingLine {
  readonly lineNumber: number;
  readonly skuId: number;
  readonly quantity: number;
}

/** A location that may serve the order, as far as it can. */
export interface SourcingCandidate {
  readonly locationId: number;
  /** Null when nobody entered coordinates; it then counts as farther than all others. */
  readonly latitude: number | null;
  readonly longitude: number | null;
  /** The smaller, the sooner, among equally far ones. */
  readonly priority: number;
  /** Fulfillment orders that it can still take for its day; null: no limit. At zero or below it is full. */
  readonly capacityLeft: number | null;
  /** Units it can give, one number per line of the request, in the same order. Below zero counts as zero. */
  readonly usable: readonly number[];
}

export interface SourcingRequest {
  readonly lines: readonly SourcingLine[];
  /** Null when unknown; then distance does not count. */
  readonly destination: Place | null;
  readonly candidates: readonly SourcingCandidate[];
  readonly constraints?: {
    /** Only this location may give anything: the customer collects there. */
    readonly fixedLocationId?: number;
  };
}

export interface SourcingAssignment {
  readonly lineNumber: number;
  readonly locationId: number;
  readonly quantity: number;
}

/** Units that no candidate has. */
export interface SourcingShortfall {
  readonly lineNumber: number;
  readonly quantity: number;
}

export interface SourcingDecision {
  /** By line in the request's order, then best location first. */
  readonly assignments: readonly SourcingAssignment[];
  readonly unassigned: readonly SourcingShortfall[];
  readonly reason: SourcingReason;
}

/** Why, small enough to be stored with every order. */
export interface SourcingReason {
  readonly policy: string;
  readonly version: number;
  readonly why: "fixedLocation" | "oneLocation" | "fewestLocations" | "nothingUsable";
  /** Best first. */
  readonly chosen: readonly number[];
  /** No choice with fewer locations exists. */
  readonly fewestPossible: number;
  /** True when the whole choice is proven best, false when the search ended at its limit with this one at hand. */
  readonly exact: boolean;
  /** The best candidates in their order of preference, the chosen ones always among them. */
  readonly considered: readonly ConsideredCandidate[];
  /** Candidates with stock that are not listed, because the list has a limit. */
  readonly notListed: number;
  readonly excluded: readonly ExcludedCandidate[];
}

export interface ExcludedCandidate {
  readonly locationId: number;
  /** `full`: it has stock, but no capacity left, and the order could be served without it. */
  readonly why: "nothingUsable" | "notTheFixedLocation" | "full";
}

export interface ConsideredCandidate {
  readonly locationId: number;
  /** To 0.1 km; null when the destination or the location has no coordinates. */
  readonly distanceKm: number | null;
  readonly priority: number;
  /** Absent without a limit. */
  readonly capacityLeft?: number;
  readonly usable: readonly number[];
}

/** Pure and deterministic: the same request, with its candidates in any order, always gives the same decision. */
export type SourcingPolicy = (request: SourcingRequest) => SourcingDecision;
