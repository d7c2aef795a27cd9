import { Type } from "typebox";
import {
  ActionBody,
  actionName,
  ActionTaken,
  keyOf,
  offeredActions,
  OfferedActionsAnswer,
  takeAction,
} from "../orders/public.ts";
import { route, type Route } from "../platform/http/route.ts";
import { type FulfillmentDependencies, ownerOf } from "./answer-requests.ts";
import { floorRefusals } from "./refusals.ts";
import { closed, Params } from "./schemas.ts";

/** What the process of the location lets people do; what every floor has can be taken this way as well (W1, F6). */
export function actionRoutes(dependencies: FulfillmentDependencies): Route[] {
  return [listRoute(dependencies), takeRoute(dependencies)];
}

function listRoute({ database, actions }: FulfillmentDependencies): Route {
  return route({
    method: "GET",
    path: "/v1/fulfillment-orders/{id}/actions",
    operationId: "listFulfillmentOrderActions",
    permission: "fulfillment:read",
    tag: "fulfillment",
    summary: "What the workflow of a fulfillment order lets you do now",
    description: "Actions that need a permission you do not have are left out.",
    params: Params,
    responses: { 200: OfferedActionsAnswer },
    handle: async ({ params, principal }) => {
      const offered = await offeredActions(actions, await ownerOf(database, principal, params.id), principal);
      return { actions: offered.filter(({ fulfillmentOrderId }) => fulfillmentOrderId === params.id) };
    },
  });
}

function takeRoute({ database, actions }: FulfillmentDependencies): Route {
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
