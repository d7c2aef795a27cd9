import type { AvailabilityIndex } from "../availability/public.ts";
import { readPositions } from "../inventory/public.ts";
import { Batcher, type Outcome } from "../platform/batching.ts";
import type { Database, Transaction } from "../platform/db/database.ts";
import { keyName } from "../platform/http/idempotency.ts";
import type { Refusal } from "../platform/refusals.ts";
import { lockAndReadEarlier, type NamedCapture, referenceOf } from "./earlier-captures.ts";
import type { CapturePlan } from "./plan-capture.ts";
import {
  eligiblePositions,
  placesOf,
  positionKey,
  type Proposal,
  proposePlan,
  type SourcingBasis,
  UnitsTaken,
} from "./propose-sources.ts";
import { refuse } from "./refusals.ts";

interface SoldOutDependencies extends SourcingBasis {
  database: Database;
  availability: AvailabilityIndex;
}

/**
 * Refuses orders that ask for more than there is, before they take a place among those that may be captured: by a read
 * of the rows, without their locks, an order number or a commit that waits for the disk. Null when the order has to be
 * decided like any other. Of 2,000 buyers of 500 units 1,500 end here (I12), and those who get one do not wait for them.
 */
export function createSoldOutRefusal(
  dependencies: SoldOutDependencies,
): (request: NamedCapture) => Promise<Refusal | null> {
  const batcher = new Batcher<NamedCapture, Refusal | null>({
    name: "refuseSoldOut",
    // It waits for no disk, so a second one beside it would only make both small: 4 µs of database an order instead of 20.
    inFlight: 1,
    isRepeatable: () => true,
    run: (requests) => dependencies.database.transaction((transaction) => decide(dependencies, transaction, requests)),
  });
  return async (request) => {
    if (!request.plan.mayBeRefused) return null;
    await dependencies.availability.ensure(request.plan.lines.map((line) => line.sku.id));
    return looksSoldOut(dependencies, request.plan) ? await batcher.submit(request) : null;
  };
}

/** Whether some line asks for more than the index knows of in all places that could supply it. */
function looksSoldOut({ availability }: SoldOutDependencies, plan: CapturePlan): boolean {
  return plan.lines.some((line) => {
    let missing = line.quantity;
    const locationIds = placesOf(plan, line);
    for (const locationId of locationIds) {
      missing -= Math.max(0, availability.free(line.sku.id, locationId));
      if (missing <= 0) return false;
    }
    return true;
  });
}

async function decide(
  dependencies: SoldOutDependencies,
  transaction: Transaction,
  requests: readonly NamedCapture[],
): Promise<Outcome<Refusal | null>[]> {
  const [earlier, positions] = await Promise.all([
    lockAndReadEarlier(transaction, requests),
    readPositions(
      transaction,
      requests.flatMap(({ plan }) => eligiblePositions(plan)),
    ),
  ]);
  dependencies.availability.apply(positions);
  const free = new Map(
    positions.map((one) => [
      positionKey(one.skuId, one.locationId),
      one.onHand - one.damaged - one.reserved - one.allocated,
    ]),
  );
  return requests.map(({ plan, key }, index) => {
    const isKnown = earlier.stored.has(referenceOf(plan)) || (key !== null && earlier.kept.has(keyName(key)));
    if (isKnown || !earlier.holdsNames(index)) return { ok: true, value: null };
    const proposal = proposePlan(
      dependencies,
      plan,
      (skuId, locationId) => free.get(positionKey(skuId, locationId)) ?? 0,
      new UnitsTaken(),
    );
    dependencies.load.release(proposal.claimed);
    return { ok: true, value: proposal.unassigned.length > 0 ? unavailable(plan, proposal) : null };
  });
}

/** Names every line that cannot be promised, and how much of it could. */
export function unavailable(plan: CapturePlan, proposal: Proposal): Refusal {
  const faults = proposal.unassigned.map((missing) => {
    const line = plan.lines.find(({ number }) => number === missing.lineNumber)!;
    return {
      pointer: `/lines/${line.place}`,
      message: `${line.quantity - missing.quantity} of ${line.quantity} units of ${line.sku.code} can be promised`,
    };
  });
  return refuse("unavailable", { message: `${faults[0]!.pointer}: ${faults[0]!.message}.`, faults });
}
