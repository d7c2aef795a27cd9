import type { GuardDeclaration } from "../workflow/public.ts";
import { isOpen, openUnits, type OrderLine } from "./aggregate.ts";
import type { FulfillmentRun, OrderRun } from "./order-run.ts";

/** What the shipped workflows ask of an order. All read line quantities, so a status never disagrees with them. */
export const orderGuards: Record<string, GuardDeclaration<OrderRun>> = {
  somethingOrdered: guard((run) => run.order.lines.size > 0),
  somethingPromised: guard(
    (run) => run.pendingSources.length > 0 || some(run, (line) => line.allocated + line.shipped > 0),
  ),
  nothingPromised: guard(
    (run) =>
      !some(run, (line) => line.allocated > 0) &&
      some(run, (line) => line.backordered > 0) &&
      !some(run, (line) => line.shipped > 0),
  ),
  everythingCancelled: guard(
    (run) => run.order.lines.size > 0 && every(run, (line) => line.cancelled === line.quantity),
  ),
  everythingExpired: guard(
    (run) =>
      every(run, (line) => line.cancelled === line.quantity) &&
      [...run.order.fulfillmentOrders.values()].some((fulfillmentOrder) => fulfillmentOrder.expired),
  ),
  everythingShipped: guard(
    (run) =>
      every(run, (line) => line.shipped === line.quantity - line.cancelled) && some(run, (line) => line.shipped > 0),
  ),
  everythingDelivered: guard(
    (run) =>
      every(run, (line) => line.delivered === line.quantity - line.cancelled) &&
      some(run, (line) => line.delivered > 0),
  ),
  everythingReady: guard((run) => isEverythingReady(run)),
  somethingUnready: guard((run) => !isEverythingReady(run)),
};

export const fulfillmentGuards: Record<string, GuardDeclaration<FulfillmentRun>> = {
  orderHeld: fulfillmentGuard(({ run }) => run.order.holds > 0),
  everythingWithdrawn: fulfillmentGuard(({ fulfillmentOrder }) =>
    [...fulfillmentOrder.lines.values()].every((line) => line.withdrawn === line.quantity),
  ),
  nothingShipped: fulfillmentGuard(({ fulfillmentOrder }) =>
    [...fulfillmentOrder.lines.values()].every((line) => line.shipped === 0),
  ),
  everythingShipped: fulfillmentGuard(({ fulfillmentOrder }) => !isOpen(fulfillmentOrder)),
  everythingDelivered: fulfillmentGuard(
    ({ fulfillmentOrder }) =>
      [...fulfillmentOrder.lines.values()].every((line) => openUnits(line) === 0 && line.delivered === line.shipped) &&
      [...fulfillmentOrder.lines.values()].some((line) => line.delivered > 0),
  ),
};

function guard(test: (run: OrderRun) => boolean): GuardDeclaration<OrderRun> {
  return { prepare: () => test };
}

function fulfillmentGuard(test: (run: FulfillmentRun) => boolean): GuardDeclaration<FulfillmentRun> {
  return { prepare: () => test };
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
    if (!fulfillmentOrder.ready) return false;
    ready = true;
  }
  return ready && !some(run, (line) => line.backordered > 0);
}
