import type { QuotaCounter, QuotaUse } from "../availability/public.ts";
import type { AllocationRelease, AllocationRow, LockedPosition, MovementRequest } from "../inventory/public.ts";
import type { NetworkDirectory } from "../network/public.ts";
import type { Transaction } from "../platform/db/database.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { type EntityWentOn, raiseExceptions, type TaskDesk, type TaskToOpen } from "../tasks/public.ts";
import type { EngineRequest, NewTimer, Transition, WorkflowEntity, WorkflowEvent } from "../workflow/public.ts";
import { type FulfillmentOrder, type OrderAggregate, orderEvent } from "./aggregate.ts";
import type { DueAt } from "./create-fulfillment-orders.ts";
import type { Question } from "./customer-questions.ts";
import type { OrderEventType } from "./events.ts";
import type { OrderFacts } from "./order-writes.ts";
import type { ProposedSource } from "./proposal.ts";

/** What the steps of one transaction collect for all its orders; written once, with one statement per table. */
export interface OrderWork {
  now: Date;
  network: NetworkDirectory;
  dueAt: DueAt;
  skuCodes: ReadonlyMap<number, string>;
  facts: OrderFacts;
  /** The positions that movements are about, where this transaction has locked and read them already. */
  locked: readonly LockedPosition[] | undefined;
  /** What orders take of quotas and give back. */
  quotaUses: QuotaUse[];
  /** Their counters, where this transaction has locked and read them already. */
  lockedQuotas: readonly QuotaCounter[] | undefined;
  movements: MovementRequest[];
  allocations: AllocationRow[];
  releases: AllocationRelease[];
  /** Which steps have run, by entity and place: whatever runs a step twice in one change, it counts once. */
  stepsDone: Set<string>;
  /** Which steps have booked what an event says of units, by event and entity. */
  booked: Map<WorkflowEvent, Map<string, Set<object>>>;
  /** Timers that steps have asked for; void when the entity has gone on in the same change. */
  waits: { timer: Omit<NewTimer, "entry">; transition: Transition }[];
  /** Tasks that steps have asked for; likewise. */
  tasks: { task: Omit<TaskToOpen, "entry">; transition: Transition }[];
  /** What steps have asked customers; likewise. */
  questions: { question: Question; transition: Transition }[];
  /** Those that count, now that their entities rest. */
  opened: TaskToOpen[];
  /** Entities that have entered a state of a workflow that opens tasks. */
  wentOn: EntityWentOn[];
  desk: TaskDesk;
  /** Rows of upper modules (shipments): each writer runs once with all that was collected for it. */
  rows: Map<RowWriter<never>, unknown[]>;
}

/** Writes any number of rows with one statement. */
export type RowWriter<Row> = (transaction: Transaction, rows: readonly Row[]) => void;

export function collect<Row>(work: OrderWork, writer: RowWriter<Row>, row: Row): void {
  const rows = work.rows.get(writer as RowWriter<never>);
  if (rows === undefined) work.rows.set(writer as RowWriter<never>, [row]);
  else rows.push(row);
}

/** An order on its way through a use case: the context of its workflow's guards and steps. */
export interface OrderRun {
  order: OrderAggregate;
  /** Promised units that no fulfillment order holds yet. */
  pendingSources: ProposedSource[];
  occurredAt: Date;
  origin: Origin;
  work: OrderWork;
}

export interface FulfillmentRun {
  run: OrderRun;
  fulfillmentOrder: FulfillmentOrder;
}

export function newWork(
  base: Pick<OrderWork, "now" | "network" | "dueAt" | "desk" | "skuCodes" | "locked"> &
    Partial<Pick<OrderWork, "lockedQuotas">>,
): OrderWork {
  return {
    lockedQuotas: undefined,
    ...base,
    quotaUses: [],
    facts: { events: [], decisions: [] },
    movements: [],
    allocations: [],
    releases: [],
    stepsDone: new Set(),
    booked: new Map(),
    waits: [],
    tasks: [],
    questions: [],
    opened: [],
    wentOn: [],
    rows: new Map(),
  };
}

export function orderEntity(run: OrderRun): WorkflowEntity<OrderRun> {
  const { order } = run;
  return {
    id: order.id,
    root: order.id,
    entityType: "order",
    place: order.workflow,
    context: run,
    occurredAt: run.occurredAt,
    actor: run.origin.actor,
    withoutTimers: order.historical,
  };
}

export function fulfillmentEntity(run: OrderRun, fulfillmentOrder: FulfillmentOrder): WorkflowEntity<FulfillmentRun> {
  return {
    id: fulfillmentOrder.id,
    root: run.order.id,
    entityType: "fulfillmentOrder",
    about: `location ${fulfillmentOrder.locationId}`,
    place: fulfillmentOrder.workflow,
    context: { run, fulfillmentOrder },
    occurredAt: run.occurredAt,
    actor: run.origin.actor,
    withoutTimers: run.order.historical,
  };
}

/** Quantities have changed: the guards look at them anew. */
export function progressOf(run: OrderRun, fulfillmentOrder?: FulfillmentOrder): EngineRequest[] {
  const order: EngineRequest = { entity: orderEntity(run), event: { type: "progressed" } };
  if (fulfillmentOrder === undefined) return [order];
  return [{ entity: fulfillmentEntity(run, fulfillmentOrder), event: { type: "progressed" } }, order];
}

export function locationCode(run: OrderRun, locationId: number): string {
  return run.work.network.locationById(locationId)?.code ?? String(locationId);
}

export function skuCode(run: OrderRun, skuId: number): string {
  return run.work.skuCodes.get(skuId) ?? String(skuId);
}

export function channelCode(run: OrderRun): string | null {
  return run.work.network.channelById(run.order.channelId)?.code ?? null;
}

/** Appends a fact of the order. Every fact names the channel, so that who may see only some channels is told of theirs. */
export function recordFact(
  run: OrderRun,
  type: OrderEventType,
  data: Record<string, unknown>,
  occurredAt: Date = run.occurredAt,
): void {
  run.work.facts.events.push(
    orderEvent(run.order, type, occurredAt, run.origin, { channel: channelCode(run), ...data }),
  );
}

/** The same of an order or one of its fulfillment orders. */
export function recordFactOf(
  run: OrderRun,
  fulfillmentOrder: FulfillmentOrder | null,
  type: OrderEventType,
  data: Record<string, unknown>,
): void {
  const location = fulfillmentOrder === null ? {} : { location: locationCode(run, fulfillmentOrder.locationId) };
  recordFact(run, type, { fulfillmentOrderId: fulfillmentOrder?.id ?? null, ...location, ...data });
}

const CONTRADICTION_DEADLINE_MS = 3 * 24 * 60 * 60 * 1000;

/** What the channel or carrier says cannot all be true: it is kept as said, and somebody has to look at it. */
export function reportContradiction(
  run: OrderRun,
  kind: string,
  reason: string,
  details: Record<string, unknown>,
): void {
  collect(run.work, raiseExceptions, {
    kind,
    entityType: "order",
    entityId: run.order.id,
    reason,
    details: { ...details, orderNumber: run.order.number, channel: channelCode(run) },
    ownerTeam: kind === "paymentMismatch" ? "finance" : "operations",
    dueAt: new Date(run.work.now.getTime() + CONTRADICTION_DEADLINE_MS),
  });
}
