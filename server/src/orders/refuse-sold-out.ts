import { type AvailabilityIndex, quotaKeyOf, QuotaRoom, readQuotas } from "../availability/public.ts";
import type { Position, PositionKey } from "../inventory/public.ts";
import { Batcher, type Outcome } from "../platform/batching.ts";
import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import type { Refusal } from "../platform/refusals.ts";
import type { NamedCapture } from "./earlier-captures.ts";
import type { CapturePlan } from "./plan-capture.ts";
import { positionKey, type Proposal, UnitsTaken } from "./proposal.ts";
import {
  eligiblePositions,
  placesOf,
  promisableFor,
  proposePlan,
  quotasFor,
  type SourcingBasis,
} from "./propose-sources.ts";
import { refuse } from "./refusals.ts";

interface SoldOutDependencies extends SourcingBasis {
  database: Database;
  availability: AvailabilityIndex;
}

/**
 * Refuses orders that ask for more than there is, before they take a place among those that may be captured: by one read,
 * without locks, a transaction, an order number or a commit that waits for the disk. Null when the order has to be decided
 * like any other. Of 2,000 buyers of 500 units 1,500 end here (I12), and those who get one do not wait for them.
 *
 * The read sees one moment, after the order came: either an earlier capture of it has been committed by then, and is found
 * by its names, or its units are still free for it, and nobody is refused.
 */
export function createSoldOutRefusal(
  dependencies: SoldOutDependencies,
): (request: NamedCapture) => Promise<Refusal | null> {
  const batcher = new Batcher<NamedCapture, Refusal | null>({
    name: "refuseSoldOut",
    // It waits for no disk, so a second one beside it would only make both small: 4 µs of database an order instead of 20.
    inFlight: 1,
    isRepeatable: () => true,
    run: (requests) => decide(dependencies, requests),
  });
  return async (request) => {
    // What a checkout holds for it is not among what is free.
    if (!request.plan.mayBeRefused || request.plan.checkoutId !== null) return null;
    await dependencies.availability.ensure(request.plan.lines.map((line) => line.sku.id));
    return looksSoldOut(dependencies, request.plan) ? await batcher.submit(request) : null;
  };
}

/** Whether some line asks for more than may be promised, as the index knows it, in all places that could supply it. */
function looksSoldOut({ availability, controls }: SoldOutDependencies, plan: CapturePlan): boolean {
  const promisable = promisableFor(controls, plan);
  const quotas = quotasFor(controls, plan);
  const room = new QuotaRoom(availability.usedOf);
  return plan.lines.some((line) => {
    let missing = line.quantity;
    const locationIds = placesOf(plan, line);
    for (const locationId of locationIds) {
      const free = availability.free(line.sku.id, locationId);
      const units = Math.max(0, promisable(line.sku.id, locationId, free));
      const quota = quotas === null ? null : quotas.at(line.sku.id, locationId);
      const within = quota === null ? units : Math.min(units, room.left(quota));
      if (quota !== null) room.take(quota, Math.min(within, missing));
      missing -= within;
      if (missing <= 0) return false;
    }
    return true;
  });
}

/** Positions, and behind them the places among the requests of orders and keys that are stored already: one snapshot. */
const readMoment = statement<Position & { known: number | null }>(
  "orders.readWhatIsFree",
  `select p.sku_id as "skuId", p.location_id as "locationId", on_hand as "onHand", reserved, allocated, damaged, version,
     null::int as known
   from unnest($1::int[], $2::int[]) as given (sku_id, location_id) join inventory.positions p using (sku_id, location_id)
   union all
   select 0, 0, 0, 0, 0, 0, 0, given.place
   from unnest($3::int[], $4::text[], $5::int[]) as given (channel_id, external_reference, place)
   where exists (select from orders.orders o
     where o.channel_id = given.channel_id and o.external_reference = given.external_reference)
   union all
   select 0, 0, 0, 0, 0, 0, 0, given.place
   from unnest($6::text[], $7::text[], $8::int[]) as given (principal, key, place)
   where exists (select from platform.idempotency_keys k where k.principal = given.principal and k.key = given.key)`,
);

async function decide(
  dependencies: SoldOutDependencies,
  requests: readonly NamedCapture[],
): Promise<Outcome<Refusal | null>[]> {
  const keys = distinctPositions(requests);
  // Before the names are looked for: whatever has used a quota up by then, an earlier capture of the order itself among it,
  // is found by them.
  const wanted = requests.flatMap(({ plan }) => quotasFor(dependencies.controls, plan)?.all ?? []);
  const counters = await readQuotas(dependencies.database, wanted);
  const keyed = requests.flatMap(({ key }, place) => (key === null ? [] : [{ ...key, place }]));
  const rows = await dependencies.database.read(readMoment, [
    arrayLiteral(
      "int",
      keys.map(({ skuId }) => skuId),
    ),
    arrayLiteral(
      "int",
      keys.map(({ locationId }) => locationId),
    ),
    arrayLiteral(
      "int",
      requests.map(({ plan }) => plan.channel.id),
    ),
    arrayLiteral(
      "text",
      requests.map(({ plan }) => plan.externalReference),
    ),
    arrayLiteral(
      "int",
      requests.map((_, place) => place),
    ),
    arrayLiteral(
      "text",
      keyed.map(({ principal }) => principal),
    ),
    arrayLiteral(
      "text",
      keyed.map(({ key }) => key),
    ),
    arrayLiteral(
      "int",
      keyed.map(({ place }) => place),
    ),
  ]);
  const known = new Set<number>();
  const positions: Position[] = [];
  for (const { known: place, ...position } of rows) {
    if (place === null) positions.push(position);
    else known.add(place);
  }
  dependencies.availability.apply(positions);
  dependencies.availability.applyQuotas(counters);
  const used = new Map(counters.map((counter) => [quotaKeyOf(counter), counter.used]));
  const free = new Map(
    positions.map((one) => [
      positionKey(one.skuId, one.locationId),
      one.onHand - one.damaged - one.reserved - one.allocated,
    ]),
  );
  return requests.map(({ plan }, place) => {
    if (known.has(place)) return { ok: true, value: null };
    const quotas = quotasFor(dependencies.controls, plan);
    const room = new QuotaRoom((quota) => used.get(quotaKeyOf(quota)) ?? 0);
    const proposal = proposePlan(
      dependencies,
      plan,
      (skuId, locationId) => free.get(positionKey(skuId, locationId)) ?? 0,
      new UnitsTaken(),
      promisableFor(dependencies.controls, plan),
      quotas === null ? null : { at: quotas.at, room, own: null },
    );
    dependencies.load.release(proposal.claimed);
    return { ok: true, value: proposal.unassigned.length > 0 ? unavailable(plan, proposal) : null };
  });
}

function distinctPositions(requests: readonly NamedCapture[]): PositionKey[] {
  const distinct = new Map<number, PositionKey>();
  for (const { plan } of requests)
    for (const key of eligiblePositions(plan)) distinct.set(positionKey(key.skuId, key.locationId), key);
  return [...distinct.values()];
}

/** Names every line that cannot be promised, how much of it could, and whether it is rules that keep the rest back. */
export function unavailable(plan: CapturePlan, proposal: Proposal): Refusal {
  const keptBack = proposal.keptBack.units;
  const faults = proposal.unassigned.map((missing) => {
    const line = plan.lines.find(({ number }) => number === missing.lineNumber)!;
    const there = line.quantity - missing.quantity;
    const kept = keptBack.get(line.sku.id) ?? 0;
    const message =
      kept === 0
        ? `${there} of ${line.quantity} units of ${line.sku.code} can be promised`
        : `${there} of ${line.quantity} units of ${line.sku.code} can be promised; availability rules keep ${kept} back`;
    return { pointer: `/lines/${line.place}`, message };
  });
  return refuse("unavailable", { message: `${faults[0]!.pointer}: ${faults[0]!.message}.`, faults });
}
