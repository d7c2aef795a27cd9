import type { Static } from "typebox";
import {
  type ActionDependencies,
  type AdvanceAnswer,
  advanceFulfillmentOrder,
  type ChangeOrder,
  type FloorAction,
  type keyOf,
  ownersOfFulfillmentOrders,
  pastMoment,
  type SourceBackorders,
} from "../orders/public.ts";
import type { Database } from "../platform/db/database.ts";
import { classifyFailure, sqlState } from "../platform/db/failures.ts";
import type { Call, Principal } from "../platform/http/route.ts";
import { common } from "../platform/refusals.ts";
import { refuse } from "./refusals.ts";
import type { ShipBody } from "./schemas.ts";
import { shipFulfillmentOrder, type ShipAnswer } from "./ship-fulfillment-orders.ts";

export interface FulfillmentDependencies {
  database: Database;
  changeOrder: ChangeOrder;
  sourceBackorders: SourceBackorders;
  actions: ActionDependencies;
}

export type AnyCall = Pick<Call<never, never, never>, "principal" | "origin">;

export async function advanceOne(
  { database, changeOrder }: FulfillmentDependencies,
  call: AnyCall,
  item: { fulfillmentOrderId: string; action: FloorAction; reason?: string; occurredAt?: string | undefined },
  key: ReturnType<typeof keyOf>,
  owner?: string,
): Promise<AdvanceAnswer> {
  const orderId = owner ?? (await ownerOf(database, call.principal, item.fulfillmentOrderId));
  return advanceFulfillmentOrder(changeOrder, {
    orderId,
    fulfillmentOrderId: item.fulfillmentOrderId,
    action: item.action,
    reason: item.reason ?? null,
    occurredAt: pastMoment(item.occurredAt, call.principal),
    origin: call.origin,
    key,
  });
}

/** Committed as waiting already: sourcing it now spares the second until the worker does, and may be left to it. */
export async function sourceRejected(
  { sourceBackorders }: FulfillmentDependencies,
  orderIds: readonly string[],
): Promise<void> {
  try {
    await sourceBackorders(orderIds);
  } catch (error) {
    if (classifyFailure(error) === "bug") throw error;
  }
}

export async function ownerOf(database: Database, principal: Principal, fulfillmentOrderId: string): Promise<string> {
  const owner = (await ownersOfFulfillmentOrders(database, principal, [fulfillmentOrderId])).get(fulfillmentOrderId);
  if (owner === undefined) throw notFound(fulfillmentOrderId);
  return owner;
}

export function notFound(fulfillmentOrderId: string): Error {
  return common.refuse("notFound", {
    message: `There is no fulfillment order ${fulfillmentOrderId} that you may see.`,
  });
}

export async function shipOne(
  changeOrder: ChangeOrder,
  orderId: string,
  fulfillmentOrderId: string,
  body: Static<typeof ShipBody>,
  call: AnyCall,
  key: ReturnType<typeof keyOf>,
): Promise<ShipAnswer> {
  try {
    return await shipFulfillmentOrder(changeOrder, {
      orderId,
      fulfillmentOrderId,
      reference: body.reference ?? null,
      carrier: body.carrier ?? null,
      trackingNumber: body.trackingNumber ?? null,
      trackingUrl: body.trackingUrl ?? null,
      estimatedDeliveryOn: body.estimatedDeliveryOn ?? null,
      lines: body.lines ?? null,
      shippedAt: pastMoment(body.shippedAt, call.principal),
      origin: call.origin,
      key,
    });
  } catch (error) {
    if (sqlState(error) === "23505") throw refuse("referenceUsed", { details: { reference: body.reference } });
    throw error;
  }
}
