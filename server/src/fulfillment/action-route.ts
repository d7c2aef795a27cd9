import { Type } from "typebox";
import { ActionBody, actionName, ActionTaken, keyOf, takeAction } from "../orders/public.ts";
import { route, type Route } from "../platform/http/route.ts";
import { type FulfillmentDependencies, ownerOf } from "./answer-requests.ts";
import { floorRefusals } from "./refusals.ts";
import { closed, Params } from "./schemas.ts";

/** Whatever the process of the location offers; what a floor always has (below) can be taken this way as well. */
export function actionRoute({ database, actions }: FulfillmentDependencies): Route {
  return route({
    method: "POST",
    path: "/v1/fulfillment-orders/{id}/actions/{action}",
    operationId: "takeFulfillmentOrderAction",
    key: "call",
    permission: "fulfillment:read",
    tag: "fulfillment",
    summary: "Take an action that the fulfillment order's workflow offers",
    description: "Needs the action's own permission as well. What is wrong with the form is told with its place.",
    params: Type.Object({ ...Params.properties, action: actionName }, closed),
    body: ActionBody,
    responses: { 200: ActionTaken },
    refuses: floorRefusals,
    handle: async (call) =>
      takeAction(actions, {
        orderId: await ownerOf(database, call.principal, call.params.id),
        fulfillmentOrderId: call.params.id,
        action: call.params.action,
        data: call.body.data ?? {},
        principal: call.principal,
        origin: call.origin,
        key: keyOf(call, "takeFulfillmentOrderAction", [call.params, call.body]),
      }),
  });
}
