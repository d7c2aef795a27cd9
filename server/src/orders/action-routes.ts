import { Type } from "typebox";
import { route, type Route } from "../platform/http/route.ts";
import { common } from "../platform/refusals.ts";
import { ActionBody, actionName, ActionTaken, OfferedActionsAnswer } from "./action-schemas.ts";
import { orderRefusals } from "./refusals.ts";
import { keyOf, OrderReference } from "./routes.ts";
import { Rehearsal, RehearsalAnswer, rehearseWorkflow } from "./rehearse-workflow.ts";
import { offeredActions, takeAction } from "./take-actions.ts";
import { SelectionTrial, SelectionTrialAnswer, trySelection } from "./try-selection.ts";
import { findVisibleOrder } from "./visible-orders.ts";
import type { TrialDependencies } from "./trial-run.ts";

/** What workflows let people do, whatever they are: listed, and taken by name (W1, O14). */
export function actionRoutes(dependencies: TrialDependencies): Route[] {
  const { database } = dependencies;
  return [
    route({
      method: "POST",
      path: "/v1/workflows/rehearse",
      operationId: "rehearseWorkflow",
      permission: "documents:read",
      tag: "workflows",
      summary: "Let a real order run through a draft: every step with its effect (X5)",
      description:
        "Changes nothing. Also needs `orders:read`. Runs in memory, with the guards, steps and rules that are in force for everything but the workflow that is tried.",
      body: Rehearsal,
      responses: { 200: RehearsalAnswer },
      refuses: { notFound: common.kinds.notFound },
      handle: ({ body, principal }) => {
        if (!principal.permissions.has("orders:read"))
          throw common.refuse("forbidden", { message: "This also needs the permission orders:read." });
        return rehearseWorkflow(dependencies, body, principal);
      },
    }),
    route({
      method: "POST",
      path: "/v1/workflow-selections/try",
      operationId: "tryWorkflowSelection",
      permission: "documents:read",
      tag: "workflows",
      summary: "Ask rules which workflow a real order would start with, and why (X5)",
      description: "Changes nothing. Also needs `orders:read`. The rules need not be saved.",
      body: SelectionTrial,
      responses: { 200: SelectionTrialAnswer },
      refuses: { notFound: common.kinds.notFound },
      handle: ({ body, principal }) => {
        if (!principal.permissions.has("orders:read"))
          throw common.refuse("forbidden", { message: "This also needs the permission orders:read." });
        return trySelection(dependencies, body, principal);
      },
    }),
    route({
      method: "GET",
      path: "/v1/orders/{id}/actions",
      operationId: "listOrderActions",
      permission: "orders:read",
      tag: "orders",
      summary: "What the workflows of an order let you do now",
      description:
        "Buttons and forms can be drawn from the answer. Actions that need a permission you do not have are left out.",
      params: OrderReference,
      responses: { 200: OfferedActionsAnswer },
      handle: async ({ params, principal }) => ({
        actions: await offeredActions(dependencies, await findVisibleOrder(database, params.id, principal), principal),
      }),
    }),
    route({
      method: "POST",
      path: "/v1/orders/{id}/actions/{action}",
      operationId: "takeOrderAction",
      key: "call",
      permission: "orders:read",
      tag: "orders",
      summary: "Take an action that the order's workflow offers",
      description: "Needs the action's own permission as well. What is wrong with the form is told with its place.",
      params: Type.Object({ ...OrderReference.properties, action: actionName }, { additionalProperties: false }),
      body: ActionBody,
      responses: { 200: ActionTaken },
      refuses: {
        transitionNotAllowed: orderRefusals.transitionNotAllowed,
        orderHeld: orderRefusals.orderHeld,
        tooLate: orderRefusals.tooLate,
        nothingToDo: orderRefusals.nothingToDo,
        unitsElsewhere: orderRefusals.unitsElsewhere,
      },
      handle: async (call) =>
        takeAction(dependencies, {
          orderId: await findVisibleOrder(database, call.params.id, call.principal),
          fulfillmentOrderId: null,
          action: call.params.action,
          data: call.body.data ?? {},
          principal: call.principal,
          origin: call.origin,
          key: keyOf(call, "takeOrderAction", [call.params, call.body]),
        }),
    }),
  ];
}
