import type { SkuDirectory } from "../catalog/public.ts";
import { arrayLiteral } from "../platform/db/statements.ts";
import type { Principal } from "../platform/http/route.ts";
import { common } from "../platform/refusals.ts";
import type { WorkflowEntity } from "../workflow/public.ts";
import { findFulfillmentOrder } from "./advance-fulfillment-orders.ts";
import { definitionsOf } from "./apply-runs.ts";
import type { DueAt } from "./create-fulfillment-orders.ts";
import { loadOrders } from "./load-orders.ts";
import { fulfillmentEntity, newWork, orderEntity, type OrderRun } from "./order-run.ts";
import type { ActionDependencies } from "./take-actions.ts";
import { findVisibleOrder } from "./visible-orders.ts";

export interface TrialDependencies extends ActionDependencies {
  skus: SkuDirectory;
  dueAt: DueAt;
}

/** A real order in memory, to try something on: nothing of it is written. */
export async function openTrialRun(
  { database, clock, network, engine, dueAt, desk, skus }: TrialDependencies,
  asked: string,
  principal: Principal,
): Promise<OrderRun> {
  const orderId = await findVisibleOrder(database, asked, principal);
  const order = await database.transaction(async (transaction) => {
    const loaded = (await loadOrders(transaction, arrayLiteral("uuid", [orderId]))).get(orderId);
    if (loaded === undefined) throw common.refuse("notFound", { message: `There is no order ${asked}.` });
    await engine.ensure(transaction, definitionsOf(loaded));
    return loaded;
  });
  const now = clock.now();
  const found = await skus.byIds([...new Set([...order.lines.values()].map(({ skuId }) => skuId))]);
  const skuCodes = new Map([...found].map(([id, { code }]) => [id, code]));
  const origin = { actor: principal.actor, requestId: null };
  const work = newWork({ now, network, dueAt, desk, skuCodes, locked: undefined });
  return { order, pendingSources: [], occurredAt: now, origin, work };
}

/** The order itself, or the one of its fulfillment orders that was named. */
export function trialEntity(run: OrderRun, entityType: string, fulfillmentOrder: string | undefined): WorkflowEntity {
  if (entityType === "order") return orderEntity(run);
  if (fulfillmentOrder === undefined)
    throw common.refuse("invalidInput", {
      faults: [{ pointer: "/fulfillmentOrder", message: "is required: it is about fulfillment orders" }],
    });
  return fulfillmentEntity(run, findFulfillmentOrder(run, fulfillmentOrder));
}
