import type { Database, Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { isPassing, Refusal } from "../platform/refusals.ts";
import { closeExceptions, raiseExceptions } from "../tasks/public.ts";
import { lockDueTimer, postponeTimer, removeTimers, type TimerKey } from "../workflow/public.ts";
import { findFulfillmentOrder } from "./advance-fulfillment-orders.ts";
import type { ChangeOrder } from "./change-orders.ts";
import { collect, fulfillmentEntity, orderEntity } from "./order-run.ts";

const ORIGIN: Origin = { actor: "system:timers", requestId: null };
const BATCH = 500;

interface DueTimer {
  entity_id: string;
  entry: number;
  name: string;
  order_id: string;
  looked_at: Date;
}

// Read without a lock: the order's lock and the entry number decide whether it still counts.
const findDue = statement<DueTimer>(
  "orders.findDueTimers",
  `select t.entity_id, t.entry, t.name, coalesce(f.order_id, t.entity_id) as order_id, now() as looked_at
     from workflow.timers t left join orders.fulfillment_orders f on f.id = t.entity_id
    where t.due_at <= now() and ($2::int[] = '{}' or not exists (
      select from workflow.instances i
       where i.definition_id = any($2::int[]) and i.entity_id in (
         select coalesce(f.order_id, t.entity_id) union all
         select other.id from orders.fulfillment_orders other where other.order_id = coalesce(f.order_id, t.entity_id))))
    order by t.due_at limit $1::int`,
);

/** After a bug nothing has changed for the timer until somebody mends it: a look at it this often is enough. */
export const PARKED_MS = 10 * 60 * 1000;
const DEADLINE_MS = 60 * 60 * 1000;
export const TIMER_FAILED = "timerFailed";

/**
 * Sends the events of timers that are due, by the database's clock. A timer of a state that has been left is void; two
 * workers that see the same timer fire it once, because its row goes with the first one. Answers how many were looked after.
 * Those on the definitions `left` are a newer release's.
 */
export async function fireTimers(
  database: Database,
  changeOrder: ChangeOrder,
  left: readonly number[] = [],
): Promise<number> {
  const found = await database.read(findDue, [BATCH, arrayLiteral("int", left)]);
  // Of an order the one that has been due the longest comes first; it may be the end of the others. They are found again.
  const due = [...Map.groupBy(found, (timer) => timer.order_id).values()].map(([first]) => first!);
  const attempts = await Promise.allSettled(due.map((timer) => fire(database, changeOrder, timer)));
  const errors: unknown[] = [];
  let leftAlone = 0;
  for (const [index, attempt] of attempts.entries()) {
    if (attempt.status === "fulfilled") continue;
    if (isNewer(attempt.reason)) leftAlone++;
    else if (saysNo(attempt.reason)) errors.push(attempt.reason);
    else errors.push(...(await fireAlone(database, changeOrder, due[index]!)));
  }
  if (errors.length > 0) throw errors[0];
  return due.length - leftAlone;
}

/** A bug fails its whole batch: alone, the others fire. One that fails even so is parked, or it would keep its place before all later ones. */
async function fireAlone(database: Database, changeOrder: ChangeOrder, timer: DueTimer): Promise<unknown[]> {
  try {
    await fire(database, changeOrder, timer);
    return [];
  } catch (error) {
    if (!saysNo(error)) await park(database, timer, error);
    return [error];
  }
}

/** A refusal; but not that the workflow itself fails, which is mended like a bug. */
function saysNo(error: unknown): error is Refusal {
  return error instanceof Refusal && error.code !== "workflowFailed";
}

/** It is not even looked at any more, once this process knows. */
function isNewer(error: unknown): boolean {
  return error instanceof Refusal && error.code === "newerRelease";
}

async function park(database: Database, timer: DueTimer, error: unknown): Promise<void> {
  await database.transaction(async (transaction) => {
    postponeTimer(transaction, keyOf(timer), PARKED_MS);
    raiseExceptions(transaction, [
      {
        kind: TIMER_FAILED,
        entityType: timer.entity_id === timer.order_id ? "order" : "fulfillmentOrder",
        entityId: timer.entity_id,
        reason: `The timer ${timer.name} fails: ${String(error)}`.slice(0, 500),
        nextAction: "Mend the cause; the timer is tried again every 10 minutes, and this closes when it has fired.",
        details: { orderId: timer.order_id, timer: timer.name, entry: timer.entry },
        ownerTeam: "operations",
        dueAt: new Date(timer.looked_at.getTime() + DEADLINE_MS),
      },
    ]);
  });
}

/** They are done, fired or void: nobody need look at them. */
function endTimers(transaction: Transaction, timers: readonly TimerKey[]): void {
  removeTimers(transaction, timers);
  const resolution = "The timer has fired or is void.";
  closeExceptions(
    transaction,
    timers.map(({ entityId, entry, name }) => ({
      kind: TIMER_FAILED,
      entityId,
      resolution,
      // Another timer of the entity may still fail.
      details: { timer: name, entry },
    })),
    ORIGIN,
  );
}

function keyOf(timer: DueTimer): TimerKey {
  return { entityId: timer.entity_id, entry: timer.entry, name: timer.name };
}

async function fire(database: Database, changeOrder: ChangeOrder, timer: DueTimer): Promise<void> {
  let isDue = false;
  try {
    await changeOrder({
      orderId: timer.order_id,
      action: "fireTimer",
      origin: ORIGIN,
      key: null,
      occurredAt: null,
      look: async (transaction) => {
        isDue = await lockDueTimer(transaction, keyOf(timer));
      },
      plan: (run) => {
        const entity =
          timer.entity_id === timer.order_id
            ? orderEntity(run)
            : fulfillmentEntity(run, findFulfillmentOrder(run, timer.entity_id));
        return isDue && entity.place.entry === timer.entry ? { entity, event: { type: timer.name } } : null;
      },
      finish: ({ work }) => {
        // What another worker has fired or parked meanwhile is in its hands.
        if (isDue) collect(work, endTimers, keyOf(timer));
        return {};
      },
    });
  } catch (error) {
    // An unreachable database or a full queue says nothing about the timer: it stays, and is due again at the next look.
    if (!saysNo(error) || isPassing(error)) throw error;
    // The state does not take it (a guard said no): it is void, and would otherwise come back every second.
    await database.transaction(async (transaction) => endTimers(transaction, [keyOf(timer)]));
  }
}
