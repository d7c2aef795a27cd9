import type { Database, Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { isPassing, Refusal } from "../platform/refusals.ts";
import { raiseExceptions } from "../tasks/public.ts";
import { findFulfillmentOrder } from "./advance-fulfillment-orders.ts";
import type { ChangeOrder } from "./change-orders.ts";
import { collect, fulfillmentEntity } from "./order-run.ts";

const ORIGIN: Origin = { actor: "system:timers", requestId: null };
const BATCH = 500;
const DEADLINE_MS = 60 * 60 * 1000;
export const OVERDUE_EVENT = "overdue";

interface Overdue {
  id: string;
  order_id: string;
  entry: number;
  looked_at: Date;
}

// Their cut-off is in the row, so that nothing has to be written for it when an order is captured. Only workflows that
// take the event are asked, once in each stay; what is held cannot be begun. It reads the index of unfinished work: 14 ms
// for 100,000 rows.
const findOverdue = statement<Overdue>(
  "orders.findOverdue",
  `select f.id, f.order_id, i.entry, now() as looked_at from orders.fulfillment_orders f
     join workflow.instances i on i.entity_id = f.id
     join orders.orders o on o.id = f.order_id
    where f.status = 'created' and f.due_at <= now() and f.overdue_told is distinct from i.entry and o.holds = 0 and not o.historical
      and i.definition_id in (select id from workflow.definitions where entity_type = 'fulfillmentOrder' and jsonb_path_exists(document, '$.**.on.${OVERDUE_EVENT}'))
    order by f.due_at limit ${BATCH}`,
);

/** Tells workflows that a cut-off has passed and nobody has begun. Answers whether there may be more. */
export async function tellOverdue(database: Database, changeOrder: ChangeOrder): Promise<boolean> {
  const overdue = await database.read(findOverdue);
  const told = await Promise.allSettled(overdue.map((one) => tell(changeOrder, one)));
  const errors: unknown[] = [];
  for (const [index, one] of told.entries())
    if (one.status === "rejected") errors.push(...(await settle(database, changeOrder, overdue[index]!, one.reason)));
  if (errors.length > 0) throw errors[0];
  return overdue.length === BATCH;
}

/** Whatever would be answered the same again is marked as told, or it would keep its place before all later ones. */
async function settle(
  database: Database,
  changeOrder: ChangeOrder,
  overdue: Overdue,
  error: unknown,
): Promise<unknown[]> {
  // An unreachable database or a full queue says nothing about it: it is found again at the next look.
  if (error instanceof Refusal && isPassing(error)) return error.code === "newerRelease" ? [] : [error];
  if (error instanceof Refusal) {
    // It has gone on meanwhile, stands where its workflow does not take the event, or the workflow fails, which somebody owns.
    await database.transaction(async (transaction) => markTold(transaction, [overdue]));
    return [];
  }
  return await tellAlone(database, changeOrder, overdue);
}

/** A bug fails its whole batch: alone, the others are told. One that fails even so is somebody's. */
async function tellAlone(database: Database, changeOrder: ChangeOrder, overdue: Overdue): Promise<unknown[]> {
  try {
    await tell(changeOrder, overdue);
    return [];
  } catch (error) {
    if (error instanceof Refusal) return await settle(database, changeOrder, overdue, error);
    await database.transaction(async (transaction) => {
      markTold(transaction, [overdue]);
      raiseExceptions(transaction, [
        {
          kind: "overdueFailed",
          entityType: "fulfillmentOrder",
          entityId: overdue.id,
          reason: `Its workflow could not be told that the cut-off has passed: ${String(error)}`.slice(0, 500),
          nextAction: "Ask the location whether it begins, and mend the cause.",
          details: { orderId: overdue.order_id },
          ownerTeam: "operations",
          dueAt: new Date(overdue.looked_at.getTime() + DEADLINE_MS),
        },
      ]);
    });
    return [error];
  }
}

async function tell(changeOrder: ChangeOrder, overdue: Overdue): Promise<void> {
  let isSent = false;
  await changeOrder({
    orderId: overdue.order_id,
    action: "tellOverdue",
    origin: ORIGIN,
    key: null,
    occurredAt: null,
    plan: (run) => {
      const entity = fulfillmentEntity(run, findFulfillmentOrder(run, overdue.id));
      isSent = entity.place.entry === overdue.entry && run.order.holds === 0;
      return isSent ? { entity, event: { type: OVERDUE_EVENT } } : null;
    },
    finish: ({ work }) => {
      if (isSent) collect(work, markTold, overdue);
      return {};
    },
  });
}

const noteTold = statement(
  "orders.noteOverdueTold",
  `update orders.fulfillment_orders f set overdue_told = u.entry from unnest($1::uuid[], $2::int[]) as u (id, entry) where f.id = u.id`,
);

function markTold(transaction: Transaction, told: readonly Pick<Overdue, "id" | "entry">[]): void {
  transaction.write(noteTold, [
    arrayLiteral(
      "uuid",
      told.map(({ id }) => id),
    ),
    arrayLiteral(
      "int",
      told.map(({ entry }) => entry),
    ),
  ]);
}
