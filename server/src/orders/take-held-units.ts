import type { HeldUnits, Hold, PositionKey } from "../inventory/public.ts";
import type { CheckoutRow } from "../promising/public.ts";
import { isPromisedAtCapture } from "./order-types.ts";
import type { CapturePlan, PlannedLine, Promisable } from "./plan-capture.ts";
import { type FreeUnits, positionKey, type Proposal, type ProposedSource, UnitsTaken } from "./proposal.ts";
import { proposePlan, type SourcingBasis } from "./propose-sources.ts";
import { type QuotaLimits, takeOfQuota } from "./quota-limits.ts";

/** What a checkout holds for the order that names it, as its hold was read or locked. */
export type OwnHold = Hold | null;

/** Nothing of a hold that has ended is the order's: it is served like any other then. */
export function unitsOfHold(hold: OwnHold): readonly HeldUnits[] {
  return hold?.state === "held" ? hold.units : [];
}

interface TakenFromHold {
  sources: ProposedSource[];
  /** What the hold does not have where the line may come from. */
  rest: PlannedLine[];
}

/**
 * Gives the lines what is held for them, where it is held, as far as quotas have it left: baskets together may hold more
 * than a channel may sell. `there` bounds it by what the position really has.
 */
function takeHeld(
  plan: CapturePlan,
  units: readonly HeldUnits[],
  limits: QuotaLimits | null,
  there: (key: PositionKey) => number = () => Number.POSITIVE_INFINITY,
): TakenFromHold {
  const left = new Map(
    units.map((unit) => [positionKey(unit.skuId, unit.locationId), Math.min(unit.quantity, there(unit))]),
  );
  const sources: ProposedSource[] = [];
  const rest: PlannedLine[] = [];
  for (const line of plan.lines) {
    let missing = line.quantity;
    for (const { skuId, locationId } of units) {
      if (skuId !== line.sku.id || (line.onlyLocationId !== null && line.onlyLocationId !== locationId)) continue;
      const key = positionKey(skuId, locationId);
      const quantity = Math.min(missing, Math.max(0, left.get(key)!), leftOfQuota(limits, skuId, locationId));
      if (quantity === 0) continue;
      left.set(key, left.get(key)! - quantity);
      missing -= quantity;
      const source: ProposedSource = {
        choiceNumber: line.choice.number,
        lineNumber: line.number,
        skuId,
        locationId,
        quantity,
      };
      const counts = limits === null ? undefined : takeOfQuota(limits, new UnitsTaken(), source);
      // What the earlier version had there is taken over once; the rest of the lines does not find it again.
      limits?.own?.take(skuId, locationId, -quantity);
      sources.push(counts === undefined ? source : { ...source, counts });
    }
    if (missing > 0) rest.push({ ...line, quantity: missing });
  }
  return { sources, rest };
}

/** With what an earlier version of the order has there: that is counted already. */
function leftOfQuota(limits: QuotaLimits | null, skuId: number, locationId: number): number {
  const quota = limits?.at(skuId, locationId) ?? null;
  if (limits === null || quota === null) return Number.POSITIVE_INFINITY;
  return limits.room.left(quota) + Math.max(0, limits.own?.of(skuId, locationId) ?? 0);
}

/** What the hold gives, and for the rest what the policy says; the capacity of both is claimed. */
function withHeld(
  { load }: Pick<SourcingBasis, "load">,
  checkoutId: string,
  sources: ProposedSource[],
  rest: Proposal,
): Proposal {
  const claimed = [...Map.groupBy(sources, ({ choiceNumber }) => choiceNumber).values()].flatMap((some) => [
    ...new Set(some.map(({ locationId }) => locationId)),
  ]);
  load.claim(claimed);
  const explanations = [...Map.groupBy(sources, ({ choiceNumber }) => choiceNumber)].map(([choiceNumber, some]) => ({
    choiceNumber,
    reason: {
      policy: "heldByCheckout",
      version: 1,
      why: "heldByCheckout",
      checkoutId,
      chosen: [...new Set(some.map(({ locationId }) => locationId))],
      fewestPossible: 1,
      exact: true,
      considered: [...new Set(some.map(({ locationId }) => locationId))].map((locationId) => ({
        locationId,
        distanceKm: null,
        priority: 0,
        usable: [],
      })),
      notListed: 0,
      excluded: [],
    },
  }));
  return {
    sources: [...sources, ...rest.sources],
    heldSources: sources.length,
    unassigned: rest.unassigned,
    explanations: [...explanations, ...rest.explanations],
    claimed: [...claimed, ...rest.claimed],
    keptBack: rest.keptBack,
  };
}

interface ToPropose {
  plan: CapturePlan;
  hold: OwnHold;
  limits: QuotaLimits | null;
}

/**
 * What its checkout holds for it, and the rest of its lines like those of any other order. With `there`, what each position
 * really has beside other holds, `free` has the held units among the free ones: what is taken of them is gone for the rest.
 */
export function proposeItem(
  basis: SourcingBasis,
  { plan, hold, limits }: ToPropose,
  free: FreeUnits,
  taken: UnitsTaken,
  promisable: Promisable,
  there?: (key: PositionKey) => number,
): Proposal {
  const units = isPromisedAtCapture(plan.content.type) ? unitsOfHold(hold) : [];
  if (units.length === 0) return proposePlan(basis, plan, free, taken, promisable, limits);
  const { sources, rest } = takeHeld(plan, units, limits, there);
  if (there !== undefined)
    for (const { skuId, locationId, quantity } of sources) taken.take(skuId, locationId, quantity);
  const others = proposePlan(basis, { ...plan, lines: rest }, free, taken, promisable, limits);
  return withHeld(basis, plan.checkoutId!, sources, others);
}

/** Two reads of a hold have seen the same. */
export function isSameHold(one: OwnHold, other: OwnHold): boolean {
  return JSON.stringify(unitsOfHold(one)) === JSON.stringify(unitsOfHold(other));
}

interface ChoicePromise {
  checkoutId: string;
  method: string;
  service: string | null;
  shipBy: string | null;
  deliverFrom: string | null;
  deliverBy: string | null;
  readyAt: string | null;
  price: { amount: number; currency: string } | null;
  parcels: { location: string | null; shipBy: string | null; deliverBy: string | null }[];
  versions: Record<string, number>;
}

/**
 * What the checkout offered for a fulfillment choice: that of the destination of the same name in the same place, by the
 * method or service that was chosen there or with the order. Null: nothing that it offered.
 */
export function promiseOf(
  checkout: Pick<CheckoutRow, "id" | "basket" | "quote">,
  choice: {
    id: string;
    service: string | null;
    location: string | null;
    address: Readonly<Record<string, unknown>> | null;
  },
): ChoicePromise | null {
  const destination = checkout.basket.destinations.find(({ id }) => id === choice.id);
  const offer = checkout.quote.find((one) => one.destination === choice.id);
  if (destination === undefined || offer === undefined || !isSamePlace(destination, choice.address)) return null;
  const chosen = destination.method;
  const options = offer.options.filter(({ location }) => location === choice.location);
  const option =
    options.find(({ method }) => method === (chosen ?? choice.service)) ??
    options.find(
      ({ parcels }) => choice.service !== null && parcels.every(({ service }) => service === choice.service),
    ) ??
    (options.length === 1 && choice.service === null ? options[0] : undefined);
  if (option === undefined) return null;
  const { method, shipBy, deliverFrom, deliverBy, readyAt, price, parcels, versions } = option;
  return {
    checkoutId: checkout.id,
    method,
    service: parcels[0]?.service ?? null,
    shipBy,
    deliverFrom,
    deliverBy,
    readyAt,
    price,
    parcels: parcels.map((parcel) => ({
      location: parcel.location,
      shipBy: parcel.shipBy,
      deliverBy: parcel.deliverBy,
    })),
    versions,
  };
}

/** Offers are for a country and, where both say one, for a postal code; where it is collected is the option's. */
function isSamePlace(
  { country, postalCode }: { country?: string; postalCode?: string },
  address: Readonly<Record<string, unknown>> | null,
): boolean {
  if (country === undefined || address === null) return true;
  const code = address["postalCode"];
  const isSameCode = postalCode === undefined || typeof code !== "string" || plainCode(code) === plainCode(postalCode);
  return address["country"] === country && isSameCode;
}

/** `LS1 4DY` and `ls14dy` are the same place. */
function plainCode(code: string): string {
  return code.replaceAll(/[\s-]/g, "").toUpperCase();
}
