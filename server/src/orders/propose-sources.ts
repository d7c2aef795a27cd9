import {
  type ChannelTerms,
  type ControlSet,
  type ControlsInForce,
  type Quota,
  quotaOf,
  type QuotaRule,
} from "../availability/public.ts";
import type { PositionKey } from "../inventory/public.ts";
import type { NetworkDirectory } from "../network/public.ts";
import type { LocationLoad } from "./location-load.ts";
import { KeptBack } from "./kept-back.ts";
import { isPromisedAtCapture } from "./order-types.ts";
import { capsOf, type OrderQuotas, type QuotaLimits, takeOfQuota } from "./quota-limits.ts";
import {
  type FreeUnits,
  positionKey,
  type Proposal,
  type ProposedSource,
  type SourcingGroup,
  type LineToSource,
  UnitsTaken,
} from "./proposal.ts";
import type { CapturePlan, PlannedLine, Promisable } from "./plan-capture.ts";
import type { SourcingCandidate, SourcingDecision, SourcingPolicy } from "../sourcing/public.ts";

/** What a proposal is made on. */
export interface SourcingBasis {
  policy: SourcingPolicy;
  network: NetworkDirectory;
  load: LocationLoad;
  controls: ControlsInForce;
}

/** Lines that go to the same place from the same set of candidates are sourced together. */
export function groupForSourcing(
  lines: Iterable<
    LineToSource & {
      choiceNumber: number;
      latitude: number | null;
      longitude: number | null;
      onlyLocationId: number | null;
    }
  >,
): SourcingGroup[] {
  const groups = new Map<string, SourcingGroup>();
  for (const line of lines) {
    const key = `${line.choiceNumber}/${line.onlyLocationId ?? ""}`;
    let group = groups.get(key);
    if (group === undefined) {
      group = {
        choiceNumber: line.choiceNumber,
        latitude: line.latitude,
        longitude: line.longitude,
        onlyLocationId: line.onlyLocationId,
        lines: [],
      };
      groups.set(key, group);
    }
    group.lines.push({ lineNumber: line.lineNumber, skuId: line.skuId, quantity: line.quantity });
  }
  return [...groups.values()];
}

/**
 * Asks the sourcing policy for each group, in order; the units and the capacity that one group takes are gone for the
 * next. `free` is a snapshot (the availability index before the transaction, the locked rows inside it). What rules keep
 * back is asked once for the whole order: what is left after its first group is still its own to take. Under quotas
 * (`limits`), a decision that takes too much is asked for again with what they leave.
 */
export function proposeSources(
  basis: SourcingBasis,
  groups: readonly SourcingGroup[],
  eligibleLocationIds: readonly number[],
  free: FreeUnits,
  taken: UnitsTaken,
  promisable: Promisable,
  limits: QuotaLimits | null = null,
): Proposal {
  const claimed: number[] = [];
  const keptBack = new KeptBack();
  const proposal: Proposal = { sources: [], unassigned: [], explanations: [], claimed, keptBack, heldSources: 0 };
  const own = new UnitsTaken();
  const { version } = basis.controls.current;
  const usable: FreeUnits = (skuId, locationId) => {
    const mine = own.of(skuId, locationId);
    const others = taken.of(skuId, locationId) - mine;
    const available = free(skuId, locationId) - others;
    const units = promisable(skuId, locationId, available);
    if (units < available) keptBack.note({ skuId, locationId, free: available - mine, usable: units - mine });
    return units - mine;
  };
  for (const group of groups) {
    const locationIds = group.onlyLocationId === null ? eligibleLocationIds : [group.onlyLocationId];
    const first = decide(basis, group, locationIds, usable);
    const caps = limits === null ? null : capsOf(limits, own, group, first);
    const decision =
      caps === null
        ? first
        : decide(basis, group, locationIds, (sku, place) => Math.min(usable(sku, place), caps(sku, place)));
    const skuOf = new Map(group.lines.map((line) => [line.lineNumber, line.skuId]));
    for (const { lineNumber, locationId, quantity } of decision.assignments) {
      const skuId = skuOf.get(lineNumber)!;
      const source: ProposedSource = { choiceNumber: group.choiceNumber, lineNumber, skuId, locationId, quantity };
      const counts = limits === null ? undefined : takeOfQuota(limits, own, source);
      if (counts !== undefined) source.counts = counts;
      taken.take(skuId, locationId, quantity);
      own.take(skuId, locationId, quantity);
      proposal.sources.push(source);
    }
    const places = new Set(decision.assignments.map(({ locationId }) => locationId));
    basis.load.claim(places);
    claimed.push(...places);
    for (const { lineNumber, quantity } of decision.unassigned) {
      const skuId = skuOf.get(lineNumber)!;
      proposal.unassigned.push({ lineNumber, skuId, quantity });
    }
    if (caps !== null) noteOverQuota(keptBack, skuOf, first, decision);
    const rules = keptBack.of(version, group);
    const { choiceNumber } = group;
    proposal.explanations.push({ choiceNumber, reason: decision.reason, ...(rules !== undefined && { rules }) });
  }
  return proposal;
}

/** What quotas keep back is what could be had without them: the rest is not there, or kept back by others. */
function noteOverQuota(
  keptBack: KeptBack,
  skuOf: ReadonlyMap<number, number>,
  without: SourcingDecision,
  within: SourcingDecision,
): void {
  const units = new Map<number, number>();
  const add = (lineNumber: number, quantity: number): void => {
    const skuId = skuOf.get(lineNumber)!;
    units.set(skuId, (units.get(skuId) ?? 0) + quantity);
  };
  for (const { lineNumber, quantity } of within.unassigned) add(lineNumber, quantity);
  for (const { lineNumber, quantity } of without.unassigned) add(lineNumber, -quantity);
  for (const [skuId, quantity] of units) if (quantity > 0) keptBack.noteOverQuota(skuId, quantity);
}

/** Where a line of an order that is not captured yet may come from now. */
export function placesOf(plan: CapturePlan, line: PlannedLine): readonly number[] {
  if (!isPromisedAtCapture(plan.content.type)) return [];
  return line.onlyLocationId === null ? plan.locationIds : [line.onlyLocationId];
}

/** Every position that could supply a line of the order. */
export function eligiblePositions(plan: CapturePlan): PositionKey[] {
  return plan.lines.flatMap((line) => {
    const locationIds = placesOf(plan, line);
    return locationIds.map((locationId) => ({ skuId: line.sku.id, locationId }));
  });
}

/** Asks the policy for all lines of an order that is not captured yet. */
export function proposePlan(
  basis: SourcingBasis,
  plan: CapturePlan,
  free: FreeUnits,
  taken: UnitsTaken,
  promisable: Promisable = promisableFor(basis.controls, plan),
  limits: QuotaLimits | null = null,
): Proposal {
  if (!isPromisedAtCapture(plan.content.type)) return promisedLater(plan);
  const groups = groupForSourcing(
    plan.lines.map((line) => ({
      lineNumber: line.number,
      skuId: line.sku.id,
      quantity: line.quantity,
      choiceNumber: line.choice.number,
      latitude: line.choice.latitude,
      longitude: line.choice.longitude,
      onlyLocationId: line.onlyLocationId,
    })),
  );
  return proposeSources(basis, groups, plan.locationIds, free, taken, promisable, limits);
}

/** Units that an order has been promised are its own, whatever rules have come since; of others it may have what they leave. */
export function keepingOwn(
  promisable: Promisable,
  own: readonly { skuId: number; locationId: number; quantity: number }[],
): Promisable {
  const held = new UnitsTaken();
  for (const { skuId, locationId, quantity } of own) held.take(skuId, locationId, quantity);
  return (skuId, locationId, free) => {
    const kept = Math.min(Math.max(0, free), held.of(skuId, locationId));
    return kept + promisable(skuId, locationId, free - kept);
  };
}

/** What the channel's rules leave of free units. They say what is sold: where a migration says that units are, there they are. */
export function promisableFor(controls: ControlsInForce, plan: CapturePlan): Promisable {
  return rulesFor(controls, plan)?.of ?? everythingFree;
}

/** The quotas of the channel's rules; null: it has none, or what it says is a fact. */
export function quotasFor(controls: ControlsInForce, plan: CapturePlan): OrderQuotas | null {
  return rulesFor(controls, plan)?.quotas ?? null;
}

/** Before its place in a batch, before the transaction and in it the same is asked. */
function rulesFor({ current }: ControlsInForce, plan: CapturePlan): CapturePlan["promisable"] {
  if (current.isEmpty || plan.content.historical) return null;
  if (plan.promisable?.rules !== current) plan.promisable = askRules(current, plan);
  return plan.promisable;
}

const everythingFree: Promisable = (_sku, _location, free) => free;

function askRules(current: ControlSet, plan: CapturePlan): NonNullable<CapturePlan["promisable"]> {
  const terms = new Map(plan.lines.map(({ sku }) => [sku.id, current.of(sku, plan.channel)]));
  const pinned = plan.lines.filter((line) => line.pinned);
  const facts = new Set(pinned.map((line) => positionKey(line.sku.id, line.onlyLocationId!)));
  const isFact = (skuId: number, locationId: number): boolean =>
    facts.size > 0 && facts.has(positionKey(skuId, locationId));
  return {
    rules: current,
    of: (skuId, locationId, free) =>
      isFact(skuId, locationId) ? free : terms.get(skuId)!.promisable(locationId, free),
    quotas: quotasOf(terms, plan.channel.id, isFact),
  };
}

/** The quotas of SKUs in a channel, but at places where what is sold is a fact. */
export function quotasOf(
  terms: ReadonlyMap<number, ChannelTerms>,
  channelId: number,
  isFact: (skuId: number, locationId: number) => boolean,
): OrderQuotas | null {
  const known = new Map<number, Map<QuotaRule, Quota>>();
  for (const [skuId, { quotas }] of terms)
    if (quotas.length > 0) known.set(skuId, new Map(quotas.map((rule) => [rule, quotaOf(rule, skuId, channelId)])));
  if (known.size === 0) return null;
  return {
    all: [...known.values()].flatMap((quotas) => [...quotas.values()]),
    at: (skuId, locationId) => {
      const quotas = known.get(skuId);
      const rule = quotas === undefined ? null : (terms.get(skuId)!.at(locationId)?.quota ?? null);
      return rule === null || isFact(skuId, locationId) ? null : quotas!.get(rule)!;
    },
  };
}

function promisedLater({ lines }: CapturePlan): Proposal {
  const unassigned = lines.map(({ number, sku, quantity }) => ({ lineNumber: number, skuId: sku.id, quantity }));
  return { sources: [], unassigned, explanations: [], claimed: [], keptBack: new KeptBack(), heldSources: 0 };
}

function decide(
  { policy, network, load }: SourcingBasis,
  group: SourcingGroup,
  locationIds: readonly number[],
  usableAt: FreeUnits,
): SourcingDecision {
  const candidates: SourcingCandidate[] = [];
  for (const locationId of locationIds) {
    const usable = group.lines.map((line) => Math.max(0, usableAt(line.skuId, locationId)));
    if (!usable.some((units) => units > 0)) continue;
    const location = network.locationById(locationId);
    if (location === undefined) continue;
    candidates.push({
      locationId,
      latitude: location.latitude,
      longitude: location.longitude,
      priority: location.priority,
      capacityLeft: load.left(location),
      usable,
    });
  }
  const destination =
    group.latitude === null || group.longitude === null
      ? null
      : { latitude: group.latitude, longitude: group.longitude };
  return policy({ lines: group.lines, destination, candidates });
}
