import { type Choice, chooseLocations, type Demand, type RankedLocation } from "./choose-locations.ts";
import { distanceMeters, FARTHEST_METERS } from "./distance.ts";
import type {
  ConsideredCandidate,
  ExcludedCandidate,
  SourcingAssignment,
  SourcingCandidate,
  SourcingDecision,
  SourcingLine,
  SourcingPolicy,
  SourcingReason,
  SourcingRequest,
} from "./policy.ts";

const POLICY = "fewestThenNearest";
const VERSION = 2;
/** Candidates that an explanation lists; it is stored with every order. */
const MAX_CONSIDERED = 20;

/**
 * Locations with capacity left first: a full one is asked only for what the others together do not have, and only as few
 * full ones as that takes. Among those that may be asked, fewest locations first, then the smallest sum of distances, then of priorities, then the smallest location IDs.
 * One location that can do everything always wins. All units of a SKU come from one location if one has them all; they are
 * split only when none has. What no candidate has stays unassigned; a caller that refuses a line because of that decides
 * again without it, since a line that is not served must not cost an extra location.
 * Measured (p50, two shared cores, explanation included): 2 lines at 10 locations 7 µs, 10 at 50 (80 % stocked) 35 µs,
 * 10 at 50 (30 % stocked) 0.5 ms, 12 at 500 (30 % stocked) 9 ms, 5 lines that all must be split at 50 locations 2.6 ms.
 */
export const fewestThenNearest: SourcingPolicy = (request) => {
  const full = request.candidates.filter(isFull);
  if (full.length === 0) return decide(request);
  const roomy = request.candidates.filter((candidate) => !isFull(candidate));
  const withoutFull = decide({ ...request, candidates: roomy });
  const needed = neededAmong(full, request, withoutFull.unassigned);
  const decision = needed.length === 0 ? withoutFull : decide({ ...request, candidates: [...roomy, ...needed] });
  const spared = full.filter((candidate) => !needed.includes(candidate));
  return { ...decision, reason: { ...decision.reason, excluded: excludedWith(spared, request, decision.reason) } };
};

function isFull({ capacityLeft }: SourcingCandidate): boolean {
  return capacityLeft !== null && capacityLeft <= 0;
}

/** The full locations that what the others do not have must come from all the same. */
function neededAmong(
  full: readonly SourcingCandidate[],
  request: SourcingRequest,
  missing: SourcingDecision["unassigned"],
): SourcingCandidate[] {
  if (missing.length === 0) return [];
  const indexes = missing.map((one) => request.lines.findIndex(({ lineNumber }) => lineNumber === one.lineNumber));
  const { reason } = decide({
    ...request,
    lines: missing.map(({ quantity }, at) => ({ ...(request.lines[indexes[at] as number] as SourcingLine), quantity })),
    candidates: full.map((candidate) => ({
      ...candidate,
      usable: indexes.map((index) => candidate.usable[index] as number),
    })),
  });
  return full.filter(({ locationId }) => reason.chosen.includes(locationId));
}

function excludedWith(
  spared: readonly SourcingCandidate[],
  { constraints }: SourcingRequest,
  reason: SourcingReason,
): ExcludedCandidate[] {
  const others = excluded({ lines: [], destination: null, candidates: spared, ...(constraints && { constraints }) });
  const known = new Set(others.map(({ locationId }) => locationId));
  const full = spared.filter(({ locationId }) => !known.has(locationId));
  return [...reason.excluded, ...others, ...full.map(({ locationId }) => ({ locationId, why: "full" as const }))]
    .sort((a, b) => a.locationId - b.locationId)
    .slice(0, MAX_CONSIDERED);
}

function decide(request: SourcingRequest): SourcingDecision {
  const ranked = rank(request);
  const skus = demandsOf(request.lines, ranked);
  const served = skus.filter(({ demand }) => demand !== null);
  if (served.length === 0)
    return { assignments: [], unassigned: request.lines.map(shortfall), reason: unserved(request) };
  const locations = ranked.map((location): RankedLocation => {
    const units = served.map(({ unitsAt }) => unitsAt(location));
    return {
      locationId: location.candidate.locationId,
      distance: location.distance,
      priority: location.candidate.priority,
      units,
    };
  });
  const choice = chooseLocations(
    locations,
    served.map(({ demand }) => demand as Demand),
  );
  const assigned = distribute(
    request,
    skus,
    choice.chosen.map((index) => ranked[index] as Ranked),
  );
  return { ...assigned, reason: explain(request, ranked, choice) };
}

interface Ranked {
  readonly candidate: SourcingCandidate;
  readonly distance: number;
  readonly known: boolean;
}

/** Candidates with anything to give, best first. */
function rank({ candidates, destination, constraints }: SourcingRequest): Ranked[] {
  const fixed = constraints?.fixedLocationId;
  const ranked: Ranked[] = [];
  for (const candidate of candidates) {
    if (fixed !== undefined && candidate.locationId !== fixed) continue;
    if (!candidate.usable.some((units) => units > 0)) continue;
    const { latitude, longitude } = candidate;
    const known = destination !== null && latitude !== null && longitude !== null;
    const distance = known ? distanceMeters(destination, { latitude, longitude }) : destination ? FARTHEST_METERS : 0;
    ranked.push({ candidate, distance, known });
  }
  return ranked.sort(
    (a, b) =>
      a.distance - b.distance ||
      a.candidate.priority - b.candidate.priority ||
      a.candidate.locationId - b.candidate.locationId,
  );
}

/** All lines of one SKU: they draw on the same stock, so they are decided together. */
interface SkuDemand {
  readonly lines: readonly number[];
  readonly quantity: number;
  /** Null when nobody has any of it. */
  readonly demand: Demand | null;
  readonly unitsAt: (location: Ranked) => number;
}

function demandsOf(lines: readonly SourcingLine[], ranked: readonly Ranked[]): SkuDemand[] {
  const linesBySku = new Map<number, number[]>();
  lines.forEach(({ skuId }, index) => {
    const known = linesBySku.get(skuId);
    if (known) known.push(index);
    else linesBySku.set(skuId, [index]);
  });
  return [...linesBySku.values()].map((indexes) => {
    const quantity = indexes.reduce((sum, index) => sum + (lines[index] as SourcingLine).quantity, 0);
    const unitsAt = unitsOf(indexes);
    let total = 0;
    let largest = 0;
    for (const location of ranked) {
      const units = unitsAt(location);
      total += units;
      if (units > largest) largest = units;
    }
    const needed = Math.min(quantity, total);
    return { lines: indexes, quantity, demand: needed > 0 ? { needed, whole: largest >= needed } : null, unitsAt };
  });
}

/** Lines of one SKU have the same stock; if a caller gives different numbers, the smallest is safe for all. */
function unitsOf(lines: readonly number[]): (location: Ranked) => number {
  return ({ candidate }) => {
    let units = Number.POSITIVE_INFINITY;
    for (const line of lines) units = Math.min(units, candidate.usable[line] ?? 0);
    return Math.max(0, units);
  };
}

function distribute(
  { lines }: SourcingRequest,
  skus: readonly SkuDemand[],
  chosen: readonly Ranked[],
): Pick<SourcingDecision, "assignments" | "unassigned"> {
  const byLine: SourcingAssignment[][] = lines.map(() => []);
  const open = lines.map(({ quantity }) => quantity);
  for (const sku of skus) distributeSku(lines, sku, chosen, open, byLine);
  return {
    assignments: byLine.flat(),
    unassigned: lines.flatMap((line, index) =>
      (open[index] as number) > 0 ? [{ lineNumber: line.lineNumber, quantity: open[index] as number }] : [],
    ),
  };
}

/** From the one location that has everything; else whole lines first, each from the best location that still has it. */
function distributeSku(
  lines: readonly SourcingLine[],
  sku: SkuDemand,
  chosen: readonly Ranked[],
  open: number[],
  byLine: SourcingAssignment[][],
): void {
  const one = chosen.find((location) => sku.unitsAt(location) >= sku.quantity);
  const givers = (one ? [one] : chosen).map((location) => ({
    locationId: location.candidate.locationId,
    units: sku.unitsAt(location),
  }));
  const give = (line: number, giver: { locationId: number; units: number }): void => {
    const quantity = Math.min(open[line] as number, giver.units);
    if (quantity <= 0) return;
    giver.units -= quantity;
    open[line] = (open[line] as number) - quantity;
    byLine[line]?.push({
      lineNumber: (lines[line] as SourcingLine).lineNumber,
      locationId: giver.locationId,
      quantity,
    });
  };
  for (const line of sku.lines) {
    const whole = givers.find(({ units }) => units >= (open[line] as number));
    if (whole) give(line, whole);
  }
  for (const line of sku.lines) for (const giver of givers) give(line, giver);
}

function shortfall({ lineNumber, quantity }: SourcingLine) {
  return { lineNumber, quantity };
}

function unserved(request: SourcingRequest): SourcingReason {
  return {
    policy: POLICY,
    version: VERSION,
    why: "nothingUsable",
    chosen: [],
    fewestPossible: 0,
    exact: true,
    considered: [],
    notListed: 0,
    excluded: excluded(request),
  };
}

function explain(request: SourcingRequest, ranked: readonly Ranked[], choice: Choice): SourcingReason {
  const chosen = new Set(choice.chosen);
  const listed = ranked.filter((_, index) => index < MAX_CONSIDERED || chosen.has(index));
  const single = choice.chosen.length === 1 ? "oneLocation" : "fewestLocations";
  return {
    policy: POLICY,
    version: VERSION,
    why: request.constraints?.fixedLocationId === undefined ? single : "fixedLocation",
    chosen: choice.chosen.map((index) => (ranked[index] as Ranked).candidate.locationId),
    fewestPossible: choice.fewestPossible,
    exact: choice.exact,
    considered: listed.map(considered),
    notListed: ranked.length - listed.length,
    excluded: excluded(request),
  };
}

function considered({ candidate, distance, known }: Ranked): ConsideredCandidate {
  const { locationId, priority, capacityLeft, usable } = candidate;
  const distanceKm = known ? Math.round(distance / 100) / 10 : null;
  return { locationId, distanceKm, priority, ...(capacityLeft === null ? {} : { capacityLeft }), usable };
}

function excluded({ candidates, constraints }: SourcingRequest): SourcingReason["excluded"] {
  const fixed = constraints?.fixedLocationId;
  return candidates
    .filter(
      ({ locationId, usable }) => (fixed !== undefined && locationId !== fixed) || !usable.some((units) => units > 0),
    )
    .sort((a, b) => a.locationId - b.locationId)
    .slice(0, MAX_CONSIDERED)
    .map(({ locationId }) => ({
      locationId,
      why: fixed !== undefined && locationId !== fixed ? ("notTheFixedLocation" as const) : ("nothingUsable" as const),
    }));
}
