import { Type } from "typebox";
import { pageOf } from "../../platform/http/paging.ts";
import { route, type Route } from "../../platform/http/route.ts";
import { ActionBody, actionName } from "../action-schemas.ts";
import { OrderFilterQuery } from "../list-orders.ts";
import { orderRefusals } from "../refusals.ts";
import { keyOf } from "../routes.ts";
import { beginMassAction, MAX_ORDERS, type MassActionDependencies } from "./begin-mass-action.ts";
import { decideMassAction, type MassActionDecision } from "./decide-mass-action.ts";
import { MASS_ACTION_STATES } from "./mass-action.ts";
import {
  listMassActionItems,
  listMassActions,
  MassAction,
  MassActionEffect,
  MassActionItem,
  MassActionItemQuery,
  MassActionListQuery,
  type MassActionReading,
  readMassAction,
  readMassActionEffect,
} from "./view-mass-actions.ts";

const closed = { additionalProperties: false } as const;
const tag = "orders";
const permission = "orders:hold";
const id = Type.String({
  format: "uuid",
  description: "The mass action's ID.",
  examples: ["0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"],
});
const Params = Type.Object({ id }, closed);

/** One action on all orders that a filter finds: held at once, looked at, confirmed, taken back (O19). */
export function massActionRoutes(dependencies: MassActionDependencies & MassActionReading): Route[] {
  const read = { method: "GET", tag, permission: "orders:read" } as const;
  return [
    route({
      method: "POST",
      path: "/v1/mass-actions",
      operationId: "beginMassAction",
      key: "call",
      permission,
      tag,
      summary: `Act on all orders that a filter finds, up to ${MAX_ORDERS}`,
      description:
        "Every order is held at once, so that nothing goes out; then the mass action is `ready` and waits to be confirmed or withdrawn. `hold` and `release` need no confirmation and can be undone. `cancel` needs orders:cancel; any other action is an event that the orders' workflows offer, with its own permission.",
      body: Type.Object(
        {
          action: actionName,
          filter: Type.Object(OrderFilterQuery.properties, {
            ...closed,
            description: "Which orders: the filters of the list of orders, all of them together.",
            examples: [{ sku: "TV-55", channel: "web" }],
          }),
          reason: Type.String({
            minLength: 1,
            maxLength: 200,
            description: "Why; it is the reason of the holds and of a cancellation.",
            examples: ["price error"],
          }),
          ...ActionBody.properties,
        },
        closed,
      ),
      responses: { 201: MassAction },
      refuses: { tooManyOrders: orderRefusals.tooManyOrders, nothingToDo: orderRefusals.nothingToDo },
      handle: async (call) => {
        const { action, filter, reason, data = {} } = call.body;
        const begun = await beginMassAction(dependencies, {
          action,
          filter,
          reason,
          data,
          principal: call.principal,
          origin: call.origin,
          key: keyOf(call, "beginMassAction", call.body),
        });
        return await readMassAction(dependencies, begun.id, call.principal);
      },
    }),
    route({
      ...read,
      path: "/v1/mass-actions",
      operationId: "listMassActions",
      summary: "List mass actions, newest first",
      query: MassActionListQuery,
      responses: { 200: pageOf(MassAction, { $id: "MassActionPage" }) },
      handle: ({ query, principal }) => listMassActions(dependencies, query, principal),
    }),
    route({
      ...read,
      path: "/v1/mass-actions/{id}",
      operationId: "getMassAction",
      summary: "Read a mass action and its progress",
      params: Params,
      responses: { 200: MassAction },
      handle: ({ params, principal }) => readMassAction(dependencies, params.id, principal),
    }),
    route({
      ...read,
      path: "/v1/mass-actions/{id}/effect",
      operationId: "getMassActionEffect",
      summary: "What a mass action is about: orders, units, money, what is being picked, what has left",
      params: Params,
      responses: { 200: MassActionEffect },
      handle: ({ params, principal }) => readMassActionEffect(dependencies, params.id, principal),
    }),
    route({
      ...read,
      path: "/v1/mass-actions/{id}/items",
      operationId: "listMassActionItems",
      summary: "What a mass action came to on each order",
      params: Params,
      query: MassActionItemQuery,
      responses: { 200: pageOf(MassActionItem, { $id: "MassActionItemPage" }) },
      handle: ({ params, query, principal }) => listMassActionItems(dependencies, params.id, query, principal),
    }),
    decisionRoute(dependencies, "confirm", "Take the action on the orders that are held for it"),
    decisionRoute(dependencies, "withdraw", "Give it up: the holds end and the orders go on"),
    decisionRoute(dependencies, "undo", "Take back what it has done, where that is possible"),
  ];
}

function decisionRoute(dependencies: MassActionDependencies, decision: MassActionDecision, summary: string): Route {
  const operationId = `${decision}MassAction`;
  return route({
    method: "POST",
    path: `/v1/mass-actions/{id}/${decision}`,
    operationId,
    key: "call",
    permission,
    tag,
    summary,
    params: Params,
    body: Type.Object({}, closed),
    responses: {
      200: Type.Object(
        {
          id,
          state: Type.Enum(MASS_ACTION_STATES, { description: "What is being done now.", examples: ["running"] }),
        },
        { $id: "MassActionDecision", description: "What was decided of a mass action." },
      ),
    },
    refuses: { massActionNotThere: orderRefusals.massActionNotThere },
    handle: (call) =>
      decideMassAction(dependencies, {
        id: call.params.id,
        decision,
        principal: call.principal,
        origin: call.origin,
        key: keyOf(call, operationId, call.params),
      }),
  });
}
