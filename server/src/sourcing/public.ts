export { fewestThenNearest } from "./decide-sourcing.ts";
export { distanceMeters, type Place } from "./distance.ts";
export type {
  SourcingAssignment,
  SourcingCandidate,
  SourcingDecision,
  SourcingLine,
  SourcingPolicy,
  SourcingReason,
  SourcingRequest,
  SourcingShortfall,
} from "./policy.ts";
