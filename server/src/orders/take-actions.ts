import type { NetworkDirectory } from "../network/public.ts";
import type { Clock } from "../platform/clock.ts";
import type { Database, Transaction } from "../platform/db/database.ts";
import { arrayLiteral, bulkInsert } from "../platform/db/statements.ts";
import type { Origin } from "../platform/events/record-events.ts";
import type { RequestKey } from "../platform/http/idempotency.ts";
import type { Principal } from "../platform/http/route.ts";
import { common } from "../platform/refusals.ts";
import type { TaskDesk } from "../tasks/public.ts";
import {
  type Engine,
  faultsOfForm,
  type FormField,
  type Params,
  planTransition,
  START,
  type State,
  type UserAction,
  type WorkflowEntity,
} from "../workflow/public.ts";
import { advanceFulfillmentOrder, findFulfillmentOrder } from "./advance-fulfillment-orders.ts";
import { definitionsOf, refusalOfStrange } from "./apply-runs.ts";
import { cancelOrder } from "./cancel-orders.ts";
import type { ChangeOrder } from "./change-orders.ts";
import { fulfillmentOrderEntityType, orderEntityType } from "./entity-types.ts";
import { loadOrders } from "./load-orders.ts";
import { isOrderBeyond, refuseOrderBeyond } from "./location-limits.ts";
import { collect, fulfillmentEntity, newWork, orderEntity, type OrderRun, recordFact } from "./order-run.ts";
import { refuse } from "./refusals.ts";

export interface ActionDependencies {
  database: Database;
  clock: Clock;
  network: NetworkDirectory;
  engine: Engine;
  desk: TaskDesk;
  changeOrder: ChangeOrder;
}

export interface TakeActionRequest {
  orderId: string;
  /** Null: the action is the order's own. */
  fulfillmentOrderId: string | null;
  /** The event of the workflow. */
  action: string;
  /** What was entered into the action's form. */
  data: Params;
  principal: Principal;
  origin: Origin;
  key: RequestKey | null;
  /** Other systems also tell what no person is offered: events that a workflow waits for and Orrery itself never tells. */
  asEvent?: boolean;
}

export interface ActionTakenAnswer {
  orderId: string;
  orderNumber: number;
  fulfillmentOrderId: string | null;
  action: string;
  /** Of what the action was about. */
  status: string;
  orderStatus: string;
}

/** Told in facts and kept with the movements of stock for ever, so that everybody knows why: it must say nothing of a person. */
const REASON: FormField = {
  name: "reason",
  label: { en: "Reason", de: "Grund" },
  type: "text",
  required: true,
  personal: false,
  options: [],
  maxLength: 200,
  minimum: null,
  maximum: null,
};

/** Events whose use cases choose the units themselves; their form is the same in every workflow. */
const BUILT_IN: ReadonlyMap<string, readonly FormField[]> = new Map([
  ["cancel", [REASON]],
  ["reject", [REASON]],
]);

/** About one parcel rather than the fulfillment order: offered where parcels are shown. */
const PARCEL_EVENTS: ReadonlySet<string> = new Set(["deliver", "lose"]);

/** Events that carry more than a form can say (which units, which parcel): each has an operation of its own. */
const OPERATIONS: ReadonlyMap<string, string> = new Map([
  ["ship", "shipFulfillmentOrder"],
  ["collect", "collectFulfillmentOrder"],
  ["deliver", "deliverShipment"],
  ["lose", "loseShipment"],
]);

/**
 * Takes a user action that the entity's workflow offers in its present state, whatever a business user has called it
 * there (W1, O19). The permission and the form are the action's own; they are judged on the locked order.
 */
export async function takeAction(
  dependencies: ActionDependencies,
  request: TakeActionRequest,
): Promise<ActionTakenAnswer> {
  const { orderId, fulfillmentOrderId, action, principal, origin, key } = request;
  const builtIn = BUILT_IN.get(action);
  if (builtIn !== undefined) {
    refuseFaultyForm(builtIn, request.data);
    const reason = request.data["reason"] as string;
    refuseWithoutPermission(principal, fulfillmentOrderId === null ? "orders:cancel" : "fulfillment:write");
    if (action === "cancel" && fulfillmentOrderId === null) {
      const answer = await cancelOrder(dependencies.changeOrder, {
        orderId,
        reason,
        limit: principal.locationCodes,
        origin,
        key,
        lines: null,
        occurredAt: null,
      });
      const { orderNumber, status } = answer;
      return { orderId, orderNumber, fulfillmentOrderId, action, status, orderStatus: status };
    }
    if (action === "reject" && fulfillmentOrderId !== null) {
      const answer = await advanceFulfillmentOrder(dependencies.changeOrder, {
        orderId,
        fulfillmentOrderId,
        action,
        reason,
        origin,
        key,
        occurredAt: null,
      });
      const { orderNumber, status, orderStatus } = answer;
      return { orderId, orderNumber, fulfillmentOrderId, action, status, orderStatus };
    }
  }
  return takeOffered(dependencies, request);
}

/** Those that Orrery tells by itself, with data of its own. */
function ownEventsOf(fulfillmentOrderId: string | null): Readonly<Record<string, unknown>> {
  return fulfillmentOrderId === null ? orderEntityType.events : fulfillmentOrderEntityType.events;
}

const NEVER_TOLD: ReadonlySet<string> = new Set([START.type, "progressed", "sourced", "withdraw"]);

/** Why no other system may tell this event; null: it may, wherever a workflow takes it. */
export function tellableFault(entity: "order" | "fulfillmentOrder", event: string): string | null {
  if (NEVER_TOLD.has(event)) return `${event} is told by Orrery itself`;
  if (OPERATIONS.has(event)) return `${event} is about units or a parcel: tell it of a shipment`;
  return event === "reject" && entity === "order" ? "an order cannot be rejected" : null;
}

function takeOffered(dependencies: ActionDependencies, request: TakeActionRequest): Promise<ActionTakenAnswer> {
  const { orderId, fulfillmentOrderId, action, data, principal } = request;
  let form: readonly FormField[] | null = null;
  return dependencies.changeOrder({
    orderId,
    action: "takeAction",
    origin: request.origin,
    key: request.key,
    occurredAt: null,
    plan: (run) => {
      const entity = entityOf(run, fulfillmentOrderId);
      const offered = stateOf(dependencies.engine, entity)?.userActions.find(({ event }) => event === action);
      const isToldByName = request.asEvent === true && !Object.hasOwn(ownEventsOf(fulfillmentOrderId), action);
      if (offered === undefined && isToldByName) return { entity, event: { type: action, data } };
      if (offered === undefined || BUILT_IN.has(action) || OPERATIONS.has(action))
        throw notOffered(dependencies.engine, entity, action);
      refuseWithoutPermission(principal, offered.permission);
      if (fulfillmentOrderId === null) refuseOrderBeyond(run, principal.locationCodes);
      if (run.order.holds > 0 && !offered.whileHeld) throw refuse("orderHeld", { details: { holds: run.order.holds } });
      refuseFaultyForm(offered.form, data);
      form = offered.form;
      return { entity, event: { type: action, data } };
    },
    finish: (run) => {
      const fulfillmentOrder = fulfillmentOrderId === null ? null : findFulfillmentOrder(run, fulfillmentOrderId);
      recordAction(run, fulfillmentOrderId, action, separate(form, data));
      return {
        orderId,
        orderNumber: run.order.number,
        fulfillmentOrderId,
        action,
        status: fulfillmentOrder?.status ?? run.order.status,
        orderStatus: run.order.status,
      };
    },
  });
}

interface Entered {
  told: Params;
  personal: Params;
}

/** Facts are kept for ever, so what may say something of a person stays out of them; without a form, any text may. */
function separate(form: readonly FormField[] | null, data: Params): Entered {
  const isPersonal = (name: string, value: unknown): boolean =>
    form?.find((field) => field.name === name)?.personal ?? typeof value === "string";
  const of = (personal: boolean): Params =>
    Object.fromEntries(Object.entries(data).filter(([name, value]) => isPersonal(name, value) === personal));
  return { told: of(false), personal: of(true) };
}

function recordAction(
  run: OrderRun,
  fulfillmentOrderId: string | null,
  action: string,
  { told, personal }: Entered,
): void {
  const names = Object.keys(personal);
  recordFact(run, "order.actionTaken", { fulfillmentOrderId, action, data: told, personal: names });
  if (names.length > 0)
    collect(run.work, insertActionEntries, {
      order_id: run.order.id,
      sequence: run.order.eventSequence,
      data: personal,
    });
}

const actionEntries = bulkInsert<{ order_id: string; sequence: number; data: object }>(
  "orders.insertActionEntries",
  "orders.action_entries",
  { order_id: "uuid", sequence: "int", data: "jsonb" },
);

function insertActionEntries(
  transaction: Transaction,
  rows: readonly Parameters<typeof actionEntries.parameters>[0][number][],
): void {
  transaction.insert(actionEntries, rows);
}

export interface OfferedAction extends UserAction {
  event: string;
  /** Null: it is about the order itself. */
  fulfillmentOrderId: string | null;
  /** Taken by this operation instead; null: by its name. */
  operation: string | null;
  /** Null: it can be taken now. `hold`: once no hold is active; `condition`: once the workflow's condition is met. */
  blockedBy: "hold" | "condition" | null;
}

/** What the caller may do with an order and its fulfillment orders now, as their workflows offer it. */
export async function offeredActions(
  { database, clock, network, engine, desk }: ActionDependencies,
  orderId: string,
  principal: Principal,
): Promise<OfferedAction[]> {
  const order = await database.transaction(async (transaction) => {
    const loaded = (await loadOrders(transaction, arrayLiteral("uuid", [orderId]))).get(orderId);
    if (loaded === undefined) throw common.refuse("notFound", { message: `There is no order ${orderId}.` });
    await engine.ensure(transaction, definitionsOf(loaded));
    const strange = refusalOfStrange(engine, loaded, clock.now());
    if (strange !== null) throw strange;
    return loaded;
  });
  const now = clock.now();
  const run: OrderRun = {
    order,
    pendingSources: [],
    occurredAt: now,
    origin: { actor: principal.actor, requestId: null },
    work: newWork({ now, network, dueAt: () => null, desk, skuCodes: new Map(), locked: undefined }),
  };
  const offers = isOrderBeyond(run, principal.locationCodes)
    ? []
    : offersOf(engine, orderEntity(run), run, null, principal);
  for (const one of order.fulfillmentOrders.values())
    if (maySeeLocation(run, one.locationId, principal))
      offers.push(...offersOf(engine, fulfillmentEntity(run, one), run, one.id, principal));
  return offers;
}

function offersOf(
  engine: Engine,
  entity: WorkflowEntity,
  { order }: OrderRun,
  fulfillmentOrderId: string | null,
  principal: Principal,
): OfferedAction[] {
  const workflow = engine.workflowOf(entity.place.definitionId);
  const actions = workflow.states.get(entity.place.state)?.userActions ?? [];
  return actions
    .filter(({ event, permission }) => !PARCEL_EVENTS.has(event) && principal.permissions.has(permission))
    .map((action): OfferedAction => {
      const plan = planTransition(workflow, entity.place.state, { type: action.event, data: {} }, entity.context);
      const isHeld = order.holds > 0 && !action.whileHeld && !BUILT_IN.has(action.event);
      const blockedBy = isHeld ? "hold" : plan.kind === "moves" ? null : "condition";
      const operation = OPERATIONS.get(action.event) ?? null;
      return { ...action, fulfillmentOrderId, form: BUILT_IN.get(action.event) ?? action.form, operation, blockedBy };
    });
}

function maySeeLocation(run: OrderRun, locationId: number, { locationCodes }: Principal): boolean {
  return locationCodes === null || locationCodes.has(run.work.network.locationById(locationId)?.code ?? "");
}

function entityOf(run: OrderRun, fulfillmentOrderId: string | null): WorkflowEntity {
  return fulfillmentOrderId === null
    ? orderEntity(run)
    : fulfillmentEntity(run, findFulfillmentOrder(run, fulfillmentOrderId));
}

function stateOf(engine: Engine, { place }: WorkflowEntity): State | undefined {
  return engine.workflowOf(place.definitionId).states.get(place.state);
}

function notOffered(engine: Engine, entity: WorkflowEntity, action: string): Error {
  const operation = OPERATIONS.get(action);
  if (operation !== undefined)
    return refuse("transitionNotAllowed", {
      message: `${action} is taken by the operation ${operation}.`,
      details: { state: entity.place.state, action, operation },
    });
  const offered = (stateOf(engine, entity)?.userActions ?? []).map(({ event }) => event);
  return refuse("transitionNotAllowed", {
    message: `In the state ${entity.place.state} there is no action ${action}; possible now: ${offered.join(", ") || "nothing"}.`,
    details: { state: entity.place.state, action, offered },
  });
}

function refuseWithoutPermission(principal: Principal, permission: string): void {
  if (!principal.permissions.has(permission))
    throw common.refuse("forbidden", { message: `This needs the permission ${permission}.`, details: { permission } });
}

function refuseFaultyForm(form: readonly FormField[], data: Params): void {
  const faults = faultsOfForm(form, data).map(({ pointer, message }) => ({ pointer: `/data${pointer}`, message }));
  if (faults.length > 0)
    throw common.refuse("invalidInput", { message: `${faults[0]!.pointer}: ${faults[0]!.message}`, faults });
}
