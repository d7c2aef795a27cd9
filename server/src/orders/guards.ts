import type { DescribedGuard } from "../workflow/public.ts";
import { isOpen, openUnits, type OrderLine } from "./aggregate.ts";
import type { FulfillmentRun, OrderRun } from "./order-run.ts";

/** What the shipped workflows ask of an order. All read line quantities, so a status never disagrees with them. */
export const orderGuards: Record<string, DescribedGuard<OrderRun>> = {
  somethingOrdered: guard("It has lines.", (run) => run.order.lines.size > 0),
  somethingPromised: guard(
    "Units of it are promised, or have left.",

    (run) => run.pendingSources.length > 0 || some(run, (line) => line.allocated + line.shipped > 0),
  ),
  nothingPromised: guard(
    "Units wait for stock, and none is promised or has left.",

    (run) =>
      !some(run, (line) => line.allocated > 0) &&
      some(run, (line) => line.backordered > 0) &&
      !some(run, (line) => line.shipped > 0),
  ),
  restWaits: guard(
    "Units wait for stock, and all others have left.",
    (run) =>
      !some(run, (line) => line.allocated > 0) &&
      some(run, (line) => line.backordered > 0) &&
      some(run, (line) => line.shipped > 0),
  ),
  everythingCancelled: guard(
    "All of its units are cancelled.",
    // An order that came without lines has no more to cancel than itself.
    (run) => every(run, (line) => line.cancelled === line.quantity),
  ),
  everythingExpired: guard(
    "All of its units are cancelled because nobody collected them.",

    (run) =>
      every(run, (line) => line.cancelled === line.quantity) &&
      [...run.order.fulfillmentOrders.values()].some(({ expiredAt }) => expiredAt !== null),
  ),
  everythingShipped: guard(
    "All units that are not cancelled have left.",

    (run) =>
      every(run, (line) => line.shipped === line.quantity - line.cancelled) && some(run, (line) => line.shipped > 0),
  ),
  everythingDelivered: guard(
    "The customer has all units that are not cancelled.",

    (run) =>
      every(run, (line) => line.delivered === line.quantity - line.cancelled) &&
      some(run, (line) => line.delivered > 0),
  ),
  everythingReady: guard("All that is to be collected waits at a counter.", (run) => isEverythingReady(run)),
  somethingUnready: guard(
    "Something of what is to be collected does not wait at a counter yet.",
    (run) => !isEverythingReady(run),
  ),
};

export const fulfillmentGuards: Record<string, DescribedGuard<FulfillmentRun>> = {
  orderHeld: fulfillmentGuard("A hold is on its order.", ({ run }) => run.order.holds > 0),
  everythingWithdrawn: fulfillmentGuard("None of its units is to be handed over any more.", ({ fulfillmentOrder }) =>
    [...fulfillmentOrder.lines.values()].every((line) => line.withdrawn === line.quantity),
  ),
  nothingShipped: fulfillmentGuard("Nothing of it has left.", ({ fulfillmentOrder }) =>
    [...fulfillmentOrder.lines.values()].every((line) => line.shipped === 0),
  ),
  everythingShipped: fulfillmentGuard(
    "Nothing is left to hand over.",
    ({ fulfillmentOrder }) => !isOpen(fulfillmentOrder),
  ),
  everythingDelivered: fulfillmentGuard(
    "The customer has all that has left, and nothing is left to hand over.",

    ({ fulfillmentOrder }) =>
      [...fulfillmentOrder.lines.values()].every((line) => openUnits(line) === 0 && line.delivered === line.shipped) &&
      [...fulfillmentOrder.lines.values()].some((line) => line.delivered > 0),
  ),
};

function guard(description: string, test: (run: OrderRun) => boolean): DescribedGuard<OrderRun> {
  return { description, prepare: () => test };
}

function fulfillmentGuard(description: string, test: (run: FulfillmentRun) => boolean): DescribedGuard<FulfillmentRun> {
  return { description, prepare: () => test };
}

function some(run: OrderRun, test: (line: OrderLine) => boolean): boolean {
  for (const line of run.order.lines.values()) if (test(line)) return true;
  return false;
}

function every(run: OrderRun, test: (line: OrderLine) => boolean): boolean {
  for (const line of run.order.lines.values()) if (!test(line)) return false;
  return true;
}

/** All that is still to be handed over waits at a counter. */
function isEverythingReady(run: OrderRun): boolean {
  let ready = false;
  for (const fulfillmentOrder of run.order.fulfillmentOrders.values()) {
    if (!isOpen(fulfillmentOrder)) continue;
    if (fulfillmentOrder.readyAt === null) return false;
    ready = true;
  }
  return ready && !some(run, (line) => line.backordered > 0);
}
