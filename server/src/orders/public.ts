export {
  advanced,
  type AdvanceAnswer,
  findFulfillmentOrder,
  maySee,
  ownersOfFulfillmentOrders,
  refuseWhileHeld,
} from "./advance-fulfillment-orders.ts";
export { advanceFulfillmentOrder, type FloorAction } from "./advance-fulfillment-orders.ts";
export { type FulfillmentOrder as FulfillmentOrderAggregate, openUnits } from "./aggregate.ts";
export { orderAudit } from "./audit.ts";
export { orderLiveness } from "./liveness.ts";
export { callJobKind, callSecrets } from "./call-systems.ts";
export { createOrderCapture } from "./capture-orders.ts";
export type { OrdersDependencies } from "./capture-requests.ts";
export { type ChangeOrder, createOrderChanges } from "./change-orders.ts";
export { fulfillmentOrderEntityType, orderEntityType } from "./entity-types.ts";
export { decideOnOrders } from "./decide-tasks.ts";
export { fulfillmentOrderJson } from "./get-order.ts";
export { orderMessages, orNone } from "./message-source.ts";
export { orderMessageTriggers } from "./message-triggers.ts";
export type { ShipmentQueries } from "./shipment-queries.ts";
export { HELD, scopeOf as orderScope } from "./list-orders.ts";
export { channelCode, collect, fulfillmentEntity, type OrderRun, reportContradiction } from "./order-run.ts";
export { itemAnswer, keyOf, pastMoment, settleAll } from "./routes.ts";
export { FulfillmentOrder, type FulfillmentOrderAnswer, Shipment } from "./answer-schemas.ts";
export { holdOrder } from "./hold-orders.ts";
export { createLocationLoad } from "./location-load.ts";
export { moveFulfillmentOrders, moveOrders } from "./move-orders.ts";
export { remedyTimers } from "./remedy-timers.ts";
export { fireTimers } from "./fire-timers.ts";
export { leftToNewerRelease } from "./apply-runs.ts";
export { customerQuestions } from "./answer-question.ts";
export { requestSupplies } from "./request-supplies.ts";
export { tellOverdue } from "./tell-overdue.ts";
export { resolveShorts } from "./resolve-shorts.ts";
export { createBackorderSourcing, type SourceBackorders } from "./source-backorders.ts";
export { orderSteps } from "./steps.ts";

export { actionRoutes } from "./action-routes.ts";
export { ActionBody, actionName, ActionTaken, OfferedActionsAnswer } from "./action-schemas.ts";
export { type ActionDependencies, offeredActions, takeAction, tellableFault } from "./take-actions.ts";
export { massActionRoutes } from "./mass-actions/mass-action-routes.ts";
export { ownStoppedMassActions } from "./mass-actions/own-stopped-mass-actions.ts";
export { massActionJobs } from "./mass-actions/run-mass-actions.ts";
export { allocateArrivals } from "./allocate-arrivals.ts";
export { createWaitingPromises, type PromiseWaiting } from "./promise-waiting.ts";
