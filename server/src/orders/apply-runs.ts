import { useQuotas } from "../availability/public.ts";
import { allocate, applyMovements, type Position, releaseAllocations, writeSupplies } from "../inventory/public.ts";
import type { Transaction } from "../platform/db/database.ts";
import { closeExceptions, openTasks, raiseExceptions, withdrawTasks } from "../tasks/public.ts";
import {
  type Engine,
  type EngineRequest,
  type EngineResult,
  type EngineSubject,
  isStillThere,
  type Known,
  NotUnderstood,
  type Progress,
  putTimers,
  START,
  type Transition,
  UPGRADE_MS,
  type Workflow,
  type WorkflowEntity,
} from "../workflow/public.ts";
import { common, isPassing, type Refusal } from "../platform/refusals.ts";
import { isWaiting, type OrderAggregate } from "./aggregate.ts";
import { endOfQuestion, endQuestions, openQuestions } from "./customer-questions.ts";
import { collect, type FulfillmentRun, locationCode, type OrderRun, type OrderWork, recordFact } from "./order-run.ts";
import { writeOrders } from "./order-writes.ts";
import { refuse } from "./refusals.ts";
import { settleSupplies } from "./settle-supplies.ts";
import { askCustomer } from "./steps/ask-customer.ts";
import { openTask } from "./steps/open-task.ts";

const FAILURE_DEADLINE_MS = 60 * 60 * 1000;

/** Takes the requests through the workflows and puts the new labels on orders and fulfillment orders; writes nothing of the orders yet. */
export async function advance(
  engine: Engine,
  transaction: Transaction,
  requests: readonly EngineRequest[],
  now: Date,
  known: Known,
): Promise<EngineResult> {
  await engine.ensure(
    transaction,
    requests.flatMap((request) => definitionsOf(orderOf(request))),
  );
  const result = await engine.run(transaction, requests, now, known);
  for (const progress of result.progress) {
    label(progress, now);
    startWaits(progress);
    askPeople(progress);
    askCustomers(progress);
  }
  raiseFailures(transaction, result.progress, now);
  raiseUnasked(transaction, result.unasked, now);
  return result;
}

/** Steps on the way to a state that the entity has left again have asked for nothing. */
function startWaits(progress: Progress<EngineSubject>): void {
  const { entity } = progress.subject;
  const { work } = runOf(entity);
  for (const { timer, transition } of work.waits)
    if (timer.entityId === entity.id && isStillThere(progress, transition))
      collect(work, putTimers, { ...timer, entry: entity.place.entry });
}

function transitionsOf({ states, initial }: Workflow): Transition[] {
  return [initial, ...[...states.values()].flatMap(({ on, always }) => [...[...on.values()].flat(), ...always])];
}

const opensTasks = new WeakMap<Workflow, boolean>();

/** Workflows without tasks cost no statement. */
function mayOpenTasks(workflow: Workflow): boolean {
  let may = opensTasks.get(workflow);
  if (may === undefined) {
    may = transitionsOf(workflow).some(({ steps }) => steps.some(({ name }) => name === openTask.name));
    opensTasks.set(workflow, may);
  }
  return may;
}

function askPeople(progress: Progress<EngineSubject>): void {
  const { entity, workflow, state } = progress.subject;
  if (!mayOpenTasks(workflow)) return;
  const { work } = runOf(entity);
  for (const { task, transition } of work.tasks)
    if (task.entityId === entity.id && isStillThere(progress, transition))
      work.opened.push({ ...task, entry: entity.place.entry });
  if (state !== null && progress.moves.some(({ transition }) => transition.enters))
    work.wentOn.push({ entityId: entity.id, entry: entity.place.entry });
}

const endsQuestions = new WeakMap<Workflow, ReadonlySet<Transition>>();

/** Transitions that leave a state in which the customer is asked; mostly none. */
function endingQuestions(workflow: Workflow): ReadonlySet<Transition> {
  let ending = endsQuestions.get(workflow);
  if (ending === undefined) {
    const all = transitionsOf(workflow);
    const asking = new Set(
      all.filter(({ steps }) => steps.some(({ name }) => name === askCustomer.name)).map(({ to }) => to),
    );
    ending = new Set(
      [...asking].flatMap(({ on, always }) => [...[...on.values()].flat(), ...always]).filter(({ enters }) => enters),
    );
    endsQuestions.set(workflow, ending);
  }
  return ending;
}

function askCustomers(progress: Progress<EngineSubject>): void {
  const { entity, workflow } = progress.subject;
  const ending = endingQuestions(workflow);
  const run = runOf(entity);
  if (ending.size === 0 || run.order.historical) return;
  const { work, order, origin } = run;
  const { entry } = entity.place;
  const left = progress.moves.find(({ transition }) => ending.has(transition));
  if (left !== undefined) {
    const end = endOfQuestion(left.event.type, origin.actor);
    collect(work, endQuestions, { orderId: order.id, entry, actor: origin.actor, ...end });
    recordFact(run, "order.customerAnswered", end);
  }
  for (const { question, transition } of work.questions) {
    if (question.orderId !== order.id || !isStillThere(progress, transition)) continue;
    collect(work, openQuestions, { ...question, entry });
    recordFact(run, "order.customerAsked", {
      questionId: question.id,
      answerBy: question.answerBy.toISOString(),
      silence: question.silence,
      answers: question.answers,
      lines: question.lines,
    });
  }
}

/**
 * Writes what the steps have changed and collected: one statement per table, quotas and positions last. Answers what becomes of
 * those; nobody need wait for it.
 */
export function writeRuns(transaction: Transaction, runs: readonly OrderRun[], work: OrderWork): Promise<Position[]> {
  const books = settleSupplies(runs, work);
  writeOrders(
    transaction,
    runs.map(({ order }) => order),
    work.facts,
    work.now,
  );
  for (const [write, rows] of work.rows) write(transaction, rows as never[]);
  // After the end of the task whose outcome asks for it again: until then it would be open already.
  openTasks(transaction, work.opened);
  withdrawTasks(transaction, work.wentOn);
  allocate(transaction, work.allocations);
  releaseAllocations(transaction, work.releases);
  endWaiting(transaction, runs);
  for (const book of books) writeSupplies(transaction, book);
  useQuotas(transaction, work.quotaUses, work.lockedQuotas);
  return applyMovements(transaction, work.movements, work.locked);
}

/** Kinds of exceptions that say that units of an order wait because a promise could not be kept. */
const WAITING_KINDS = ["shortOrder", "rejectedOrder", "waitsForStock"] as const;

/** Nothing of these orders waits any more, sourced or cancelled: nobody need look at them. */
function endWaiting(transaction: Transaction, runs: readonly OrderRun[]): void {
  const served = runs.filter(({ order }) => order.waited && !isWaiting(order));
  // The workers' sourcing is one origin for all its orders; otherwise each has its own.
  for (const [origin, some] of Map.groupBy(served, (run) => run.origin)) {
    const resolution = "Nothing of the order waits for stock any more.";
    closeExceptions(
      transaction,
      some.flatMap(({ order }) => WAITING_KINDS.map((kind) => ({ kind, entityId: order.id, resolution }))),
      origin,
    );
  }
}

/** News from steps may reach any fulfillment order of an order, also one that a newer release has started. */
export function definitionsOf(order: OrderAggregate): number[] {
  return [
    order.workflow.definitionId,
    ...[...order.fulfillmentOrders.values()].map((one) => one.workflow.definitionId),
  ];
}

/** Null: this release understands all that the order runs on, once the engine has been asked to ensure it. */
export function refusalOfStrange(engine: Engine, order: OrderAggregate, now: Date): Refusal | null {
  const definitionId = definitionsOf(order).find((id) => !engine.knows(id));
  if (definitionId === undefined) return null;
  if (leftToNewerRelease(engine, now).includes(definitionId)) return common.refuse("newerRelease");
  return refuse("workflowFailed", {
    message: `Order ${order.number} runs on a workflow (definition ${definitionId}) that this release does not understand.`,
    details: { definitionId },
  });
}

/** Definitions that this release does not understand and a newer one, which runs beside it, has just published. */
export function leftToNewerRelease(engine: Engine, now: Date): number[] {
  const strange = [...engine.strange()];
  return strange.filter(([, publishedAt]) => now.getTime() - publishedAt.getTime() < UPGRADE_MS).map(([id]) => id);
}

/** Others of the batch go on; somebody has to look at this one, unless a newer release does. */
export function raiseStrange(transaction: Transaction, order: OrderAggregate, refusal: Refusal, now: Date): void {
  if (isPassing(refusal)) return;
  raiseExceptions(transaction, [
    {
      kind: "workflowFailed",
      entityType: "order",
      entityId: order.id,
      reason: refusal.message.slice(0, 500),
      nextAction: "Run the release that published the workflow, or move the order to a version that is understood.",
      details: { orderId: order.id, orderNumber: order.number },
      ownerTeam: "operations",
      dueAt: new Date(now.getTime() + FAILURE_DEADLINE_MS),
    },
  ]);
}

function orderOf({ entity }: EngineRequest): OrderAggregate {
  return runOf(entity).order;
}

function runOf({ entityType, context }: WorkflowEntity): OrderRun {
  return entityType === "order" ? (context as OrderRun) : (context as FulfillmentRun).run;
}

function label(progress: Progress<EngineSubject>, now: Date): void {
  const [first] = progress.moves;
  if (progress.label === null || first === undefined) return;
  relabel(progress.subject.entity, progress.label, now, first.event.type === START.type);
}

/** The state shows this label now. */
export function relabel(entity: WorkflowEntity, status: string, now: Date, isNew = false): void {
  if (entity.entityType === "order") labelOrder(entity.context as OrderRun, status, isNew, now);
  else labelFulfillmentOrder(entity.context as FulfillmentRun, status, isNew);
}

/** New ones have a fact of their own (captured, created), so their first label is not reported as a change. */
function labelOrder(run: OrderRun, status: string, isNew: boolean, now: Date): void {
  const { order } = run;
  if (order.status === status) return;
  if (!isNew) recordFact(run, "order.statusChanged", { from: order.status, to: status });
  order.status = status;
  order.statusAt = order.historical ? run.occurredAt : now;
}

function labelFulfillmentOrder({ run, fulfillmentOrder }: FulfillmentRun, status: string, isNew: boolean): void {
  if (fulfillmentOrder.status === status) return;
  if (!isNew)
    recordFact(run, "fulfillmentOrder.statusChanged", {
      fulfillmentOrderId: fulfillmentOrder.id,
      location: locationCode(run, fulfillmentOrder.locationId),
      from: fulfillmentOrder.status,
      to: status,
    });
  fulfillmentOrder.status = status;
  fulfillmentOrder.changed = true;
}

/** A failing step leaves its entity at the last consistent state; somebody has to look at it. */
function raiseFailures(
  transaction: Transaction,
  progress: readonly Pick<Progress<EngineSubject>, "subject" | "failure">[],
  now: Date,
): void {
  raiseExceptions(
    transaction,
    progress.flatMap(({ subject, failure }) =>
      failure === null
        ? []
        : [
            {
              kind: "workflowFailed",
              entityType: subject.entity.entityType,
              entityId: subject.id,
              reason: `The step ${failure.step ?? "guard"} failed on ${failure.event.type}: ${String(failure.error)}`,
              details: {
                orderId: subject.root,
                event: failure.event.type,
                step: failure.step,
                unhandled: failure.unhandled.map(({ type }) => type),
              },
              ownerTeam: "operations",
              dueAt: new Date(now.getTime() + FAILURE_DEADLINE_MS),
            },
          ],
    ),
  );
}

/** The order went another way than it might have, because a rule needs what the order does not say, or says what nobody here understands. */
function raiseUnasked(transaction: Transaction, unasked: EngineResult["unasked"], now: Date): void {
  const dueAt = new Date(now.getTime() + FAILURE_DEADLINE_MS);
  const ofRules = new Map(
    unasked.flatMap(({ entity, rule, error }) =>
      error instanceof NotUnderstood ? [[`${entity.entityType} ${rule}`, { entity, rule, error }] as const] : [],
    ),
  );
  raiseExceptions(transaction, [
    ...unasked
      .filter(({ error }) => !(error instanceof NotUnderstood))
      .map(({ entity, rule, error }) => ({
        kind: "workflowRuleFailed",
        entityType: entity.entityType,
        entityId: entity.id,
        reason: `The rule ${rule} could not be asked which workflow it starts with: ${String(error)}`.slice(0, 500),
        nextAction: "Let the rule ask has(…) first, publish it, and see whether this one has to go another way.",
        details: { orderId: entity.root, rule },
        ownerTeam: "operations",
        dueAt,
      })),
    ...[...ofRules].map(([entityId, { entity, rule, error }]) => ({
      kind: "workflowRuleFailed",
      entityType: "workflowRule",
      entityId,
      reason: `The rule ${rule} is passed over: ${error.message}`.slice(0, 500),
      nextAction: "Run the release that published it, or publish a rule that this release understands.",
      details: { rule, concerns: entity.entityType },
      ownerTeam: "operations",
      dueAt,
    })),
  ]);
}
