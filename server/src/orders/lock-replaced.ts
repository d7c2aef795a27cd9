import { lockHolds, readHoldsOfOrders } from "../inventory/public.ts";
import type { Transaction } from "../platform/db/database.ts";
import type { Engine } from "../workflow/public.ts";
import type { OrderAggregate } from "./aggregate.ts";
import { definitionsOf } from "./apply-runs.ts";
import { lockAndLoadOrders } from "./load-orders.ts";

type Holds = Awaited<ReturnType<typeof lockHolds>>;

/**
 * The orders that are replaced with what they were promised of supplies. Holds, their own among them, are locked between the
 * two: whoever captures takes holds before supplies, and each would have what the other one waits for.
 */
export async function lockReplaced(
  engine: Engine,
  transaction: Transaction,
  items: readonly { supersedes: string | null }[],
  named: readonly string[],
): Promise<{ superseded: Map<string, OrderAggregate>; heldBefore: Holds | null }> {
  const replaced = items.flatMap((item) => item.supersedes ?? []);
  if (replaced.length === 0) return { superseded: new Map(), heldBefore: null };
  let heldBefore: Holds = new Map();
  const superseded = await lockAndLoadOrders(transaction, replaced, [], async () => {
    // Nobody else moves them while their orders are locked.
    const ordered = await readHoldsOfOrders(transaction, replaced);
    heldBefore = await lockHolds(transaction, [...named, ...ordered.map(({ id }) => id)]);
  });
  await engine.ensure(transaction, [...superseded.values()].flatMap(definitionsOf));
  return { superseded, heldBefore };
}
