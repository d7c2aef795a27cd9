import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import type { Origin } from "../platform/events/record-events.ts";
import type { Principal } from "../platform/http/route.ts";
import type { RequestKey } from "../platform/http/idempotency.ts";
import { common } from "../platform/refusals.ts";
import type { FulfillmentOrder } from "./aggregate.ts";
import type { ChangeOrder } from "./change-orders.ts";
import { fulfillmentEntity, type OrderRun } from "./order-run.ts";
import { noteRejection } from "./note-rejection.ts";
import { refuse } from "./refusals.ts";
import type { Withdrawal } from "./steps/move-units.ts";

/** What people at a location do with a fulfillment order, one event of its workflow each. */
export type FloorAction = "accept" | "reject" | "startPicking" | "pack" | "ready" | "extend";

/** Neither lets anything go to the customer. */
const PERMITTED_WHILE_HELD: ReadonlySet<FloorAction> = new Set(["reject", "extend"]);

export interface AdvanceRequest {
  orderId: string;
  fulfillmentOrderId: string;
  action: FloorAction;
  /** Why, for a rejection. */
  reason: string | null;
  occurredAt: Date | null;
  origin: Origin;
  key: RequestKey | null;
}

export interface AdvanceAnswer {
  fulfillmentOrderId: string;
  orderId: string;
  orderNumber: number;
  status: string;
  orderStatus: string;
  version: number;
}

/** Accepts, rejects (its units are sourced again elsewhere), picks, packs, makes ready or keeps longer (F3, F8, O7). */
export function advanceFulfillmentOrder(changeOrder: ChangeOrder, request: AdvanceRequest): Promise<AdvanceAnswer> {
  return changeOrder({
    orderId: request.orderId,
    action: `${request.action}FulfillmentOrder`,
    origin: request.origin,
    key: request.key,
    occurredAt: request.occurredAt,
    plan: (run) => {
      const fulfillmentOrder = findFulfillmentOrder(run, request.fulfillmentOrderId);
      if (!PERMITTED_WHILE_HELD.has(request.action)) refuseWhileHeld(run);
      return {
        entity: fulfillmentEntity(run, fulfillmentOrder),
        event: { type: request.action, data: { ...dataOf(request) } },
      };
    },
    finish: (run) => {
      const fulfillmentOrder = findFulfillmentOrder(run, request.fulfillmentOrderId);
      if (request.action === "reject") noteRejection(run, fulfillmentOrder, request.reason ?? "rejected");
      return advanced(run, fulfillmentOrder);
    },
  });
}

export function advanced(run: OrderRun, fulfillmentOrder: FulfillmentOrder): AdvanceAnswer {
  return {
    fulfillmentOrderId: fulfillmentOrder.id,
    orderId: run.order.id,
    orderNumber: run.order.number,
    status: fulfillmentOrder.status,
    orderStatus: run.order.status,
    version: fulfillmentOrder.version + 1,
  };
}

function dataOf(request: AdvanceRequest): Withdrawal | Record<string, never> {
  return request.action === "reject" ? { lines: null, to: "backordered", reason: request.reason ?? "rejected" } : {};
}

export function findFulfillmentOrder(run: OrderRun, id: string): FulfillmentOrder {
  const fulfillmentOrder = run.order.fulfillmentOrders.get(id);
  if (fulfillmentOrder === undefined)
    throw common.refuse("notFound", { message: `There is no fulfillment order ${id}.` });
  return fulfillmentOrder;
}

/** Nothing is released while a hold is active; what happened outside (deliveries) is still recorded. */
export function refuseWhileHeld(run: OrderRun): void {
  if (run.order.holds > 0) throw refuse("orderHeld", { details: { holds: run.order.holds } });
}

const findOwners = statement<{ id: string; order_id: string; location: string; channel: string }>(
  "orders.findFulfillmentOwners",
  `select f.id, f.order_id, l.code as location, c.code as channel
     from orders.fulfillment_orders f join network.locations l on l.id = f.location_id
     join orders.orders o on o.id = f.order_id join network.channels c on c.id = o.channel_id
    where f.id = any($1::uuid[])`,
);

/** Whoever is limited to locations or channels sees and changes only work there, of orders from there. */
export function maySee(principal: Principal, work: { location: string; channel: string }): boolean {
  const { locationCodes, channelCodes } = principal;
  return (
    (locationCodes === null || locationCodes.has(work.location)) &&
    (channelCodes === null || channelCodes.has(work.channel))
  );
}

/** The orders of fulfillment orders that this caller may see, by fulfillment order; the others are absent. */
export async function ownersOfFulfillmentOrders(
  database: Database,
  principal: Principal,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const found = await database.lookUp(findOwners, ids);
  const owners = ids.flatMap((id) => found.get(id) ?? []).filter((row) => maySee(principal, row));
  return new Map(owners.map((row) => [row.id, row.order_id]));
}
