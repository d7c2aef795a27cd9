import type { SkuDirectory } from "../catalog/public.ts";
import type { NetworkDirectory } from "../network/public.ts";
import { Batcher, type Outcome } from "../platform/batching.ts";
import type { Clock } from "../platform/clock.ts";
import type { Database, Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { keepAnswers, keyName, readKeptAnswers, type RequestKey, tryNamedLocks } from "../platform/http/idempotency.ts";
import { common } from "../platform/refusals.ts";
import type { TaskDesk } from "../tasks/public.ts";
import { type Engine, type EngineRequest, type Known, type RunFailure, untilWhole } from "../workflow/public.ts";
import type { OrderAggregate } from "./aggregate.ts";
import { advance, definitionsOf, raiseStrange, refusalOfStrange, writeRuns } from "./apply-runs.ts";
import type { DueAt } from "./create-fulfillment-orders.ts";
import { lockAndLoadOrders } from "./load-orders.ts";
import { newWork, type OrderRun } from "./order-run.ts";
import { refuse } from "./refusals.ts";
import { waitForName, type WaitsForName } from "../platform/wait-for-name.ts";

/** One change of one order or of something that belongs to it. */
export interface OrderChange<Answer extends object = object> {
  orderId: string;
  /** The operation, for the audit. */
  action: string;
  origin: Origin;
  key: RequestKey | null;
  /** When it happened by the caller's word; the time of the transaction when null. */
  occurredAt: Date | null;
  /** Reads what else it is decided on, when the order is locked. */
  look?: (transaction: Transaction) => Promise<void>;
  /** Decides on the locked order: the event for its workflows (null: none), or a refusal (thrown). It changes nothing itself. */
  plan: (run: OrderRun) => EngineRequest | null;
  /** Runs when the workflows have taken the events; collects further rows and tells the answer. */
  finish: (run: OrderRun) => Answer;
}

interface ChangeItem extends OrderChange, WaitsForName {}

export interface ChangeDependencies {
  database: Database;
  clock: Clock;
  network: NetworkDirectory;
  skus: SkuDirectory;
  engine: Engine;
  dueAt: DueAt;
  desk: TaskDesk;
}

export type ChangeOrder = <Answer extends object>(change: OrderChange<Answer>) => Promise<Answer>;

/**
 * All changes of orders, of whatever kind, go through one batcher: those that arrive together share locks, statements
 * and the commit. Of one order at most one change is in a batch, so each is decided on what the one before has left.
 */
export function createOrderChanges(dependencies: ChangeDependencies): ChangeOrder {
  const batcher = new Batcher<ChangeItem, object>({
    name: "changeOrders",
    // Without a key, one of two equal shipments or cancellations of some units cannot be told from the other.
    isRepeatable: (change) => change.key !== null,
    run: (changes) => changeBatch(dependencies, changes),
  });
  return <Answer extends object>(change: OrderChange<Answer>) =>
    batcher.submit({ ...change, waitingSince: 0 }) as Promise<Answer>;
}

async function changeBatch(
  dependencies: ChangeDependencies,
  changes: readonly ChangeItem[],
): Promise<Outcome<object>[]> {
  const first = new Map<string, ChangeItem>();
  for (const change of changes) if (!first.has(change.orderId)) first.set(change.orderId, change);
  const skuCodes = await skuCodesOf(dependencies, [...first.keys()]);
  const done = await untilWhole((known) => tryChanges(dependencies, first, skuCodes, known));
  return changes.map((change) => done.get(change) ?? { again: true });
}

async function tryChanges(
  dependencies: ChangeDependencies,
  first: ReadonlyMap<string, ChangeItem>,
  skuCodes: ReadonlyMap<number, string>,
  known: Known,
): Promise<Map<OrderChange, Outcome<object>>> {
  return await dependencies.database.transaction(async (transaction) => {
    const keys = [...first.values()].flatMap((change) => (change.key ? [change.key] : []));
    const [keyLocks, kept, orders] = await Promise.all([
      tryNamedLocks(transaction, keys.map(keyName)),
      readKeptAnswers(transaction, keys),
      lockAndLoadOrders(transaction, [...first.keys()]),
    ]);
    await dependencies.engine.ensure(transaction, [...orders.values()].flatMap(definitionsOf));
    const busyKeys = new Set(keys.filter((_, index) => !keyLocks[index]).map(keyName));
    const outcomes = new Map<OrderChange, Outcome<object>>();
    const runnable: { change: OrderChange; order: OrderAggregate }[] = [];
    for (const change of first.values()) {
      const answered = change.key === null ? undefined : kept.get(keyName(change.key));
      const order = orders.get(change.orderId);
      if (answered instanceof Error) outcomes.set(change, { ok: false, error: answered });
      else if (answered !== undefined) outcomes.set(change, { ok: true, value: answered.response as object });
      else if (change.key !== null && busyKeys.has(keyName(change.key))) outcomes.set(change, waitForName(change));
      else if (order === undefined)
        outcomes.set(change, {
          ok: false,
          error: common.refuse("notFound", { message: `There is no order ${change.orderId}.` }),
        });
      else {
        const strange = refusalOfStrange(dependencies.engine, order, dependencies.clock.now());
        const refused = known.refused.get(change.orderId);
        if (refused) outcomes.set(change, { ok: false, error: refused });
        else if (strange === null) runnable.push({ change, order });
        else {
          raiseStrange(transaction, order, strange, dependencies.clock.now());
          outcomes.set(change, { ok: false, error: strange });
        }
      }
    }
    await Promise.all(runnable.flatMap(({ change }) => (change.look === undefined ? [] : [change.look(transaction)])));
    const done = await runChanges(dependencies, transaction, runnable, { skuCodes, known });
    for (const [change, outcome] of done) outcomes.set(change, outcome);
    return outcomes;
  });
}

const readSkuIds = statement<{ id: number; code: string }>(
  "orders.readSkuCodes",
  `select distinct s.id, s.code from orders.order_lines l join catalog.skus s on s.id = l.sku_id where l.order_id = any($1::uuid[])`,
);

/** Codes for the events, read before the transaction: lines of an order never change their SKU. */
async function skuCodesOf(dependencies: ChangeDependencies, orderIds: readonly string[]): Promise<Map<number, string>> {
  const rows = await dependencies.database.read(readSkuIds, [arrayLiteral("uuid", orderIds)]);
  return new Map(rows.map((row) => [row.id, row.code]));
}

async function runChanges(
  dependencies: ChangeDependencies,
  transaction: Transaction,
  runnable: readonly { change: OrderChange; order: OrderAggregate }[],
  { skuCodes, known }: { skuCodes: ReadonlyMap<number, string>; known: Known },
): Promise<Map<OrderChange, Outcome<object>>> {
  const now = dependencies.clock.now();
  const work = newWork({
    now,
    network: dependencies.network,
    dueAt: dependencies.dueAt,
    desk: dependencies.desk,
    skuCodes,
    locked: undefined,
  });
  const outcomes = new Map<OrderChange, Outcome<object>>();
  const planned: { change: OrderChange; run: OrderRun; request: number | null }[] = [];
  const requests: EngineRequest[] = [];
  for (const { change, order } of runnable) {
    const run: OrderRun = {
      order,
      pendingSources: [],
      occurredAt: change.occurredAt ?? now,
      origin: change.origin,
      work,
    };
    try {
      const event = change.plan(run);
      planned.push({ change, run, request: event === null ? null : requests.push(event) - 1 });
    } catch (error) {
      outcomes.set(change, { ok: false, error });
    }
  }
  const result = await advance(dependencies.engine, transaction, requests, now, known);
  const succeeded: { change: OrderChange; run: OrderRun }[] = [];
  for (const { change, run, request } of planned) {
    const outcome = request === null ? undefined : result.outcomes[request];
    if (outcome === undefined || outcome.kind === "moved") succeeded.push({ change, run });
    else
      outcomes.set(change, {
        ok: false,
        error: outcome.kind === "failed" ? workflowFailed(outcome.failure) : notAllowed(outcome.refusal),
      });
  }
  for (const { change, run } of succeeded) outcomes.set(change, { ok: true, value: change.finish(run) });
  void writeRuns(
    transaction,
    succeeded.map(({ run }) => run),
    work,
  );
  recordAudit(
    transaction,
    succeeded.map(({ change }) => ({
      origin: change.origin,
      action: change.action,
      entityType: "order",
      entityId: change.orderId,
    })),
  );
  keepAnswers(
    transaction,
    succeeded.flatMap(({ change }) => {
      const outcome = outcomes.get(change);
      return change.key !== null && outcome !== undefined && "ok" in outcome && outcome.ok
        ? [{ key: change.key, status: 200, response: outcome.value }]
        : [];
    }),
  );
  return outcomes;
}

/** Nothing was changed; an exception with an owner says why. */
function workflowFailed({ event, step, error }: RunFailure): Error {
  const message = `${step === null ? "A guard" : `The step ${step}`} failed on ${event.type}: ${error instanceof Error ? error.message : String(error)}`;
  return refuse("workflowFailed", { message: message.slice(0, 1_000), details: { event: event.type, step } });
}

function notAllowed({
  state,
  event,
  allowedEvents,
}: {
  state: string | null;
  event: string;
  allowedEvents: readonly string[];
}): Error {
  return refuse("transitionNotAllowed", {
    message: `In the state ${state} there is no ${event}; possible now: ${allowedEvents.join(", ") || "nothing"}.`,
    details: { state, event, allowedEvents },
  });
}
