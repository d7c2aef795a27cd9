import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, bulkInsert, statement } from "../platform/db/statements.ts";
import { newId } from "../platform/ids.ts";
import { isOpen } from "./aggregate.ts";
import { collect, type OrderRun, recordFact } from "./order-run.ts";

/** Puts a flag beside the status of the locked order; answers its ID. */
export function placeHold(run: OrderRun, reason: string, note: string | null): string {
  const { order, work, origin } = run;
  const id = newId();
  order.holds++;
  order.activeHolds.set(id, reason);
  recordFact(run, "order.held", { holdId: id, reason });
  collect(work, writeHolds, { id, orderId: order.id, reason, note, by: origin.actor, at: work.now, released: false });
  return id;
}

/** Ends an active hold of the locked order. */
export function endHold(run: OrderRun, id: string): void {
  const { order, work, origin } = run;
  order.activeHolds.delete(id);
  order.holds--;
  recordFact(run, "order.holdReleased", { holdId: id });
  collect(work, writeHolds, { id, by: origin.actor, at: work.now, released: true });
  if (order.holds === 0) beginAnew(run);
}

/** Nobody could begin it while it was held: what nobody has touched is due as if it had been told now. */
function beginAnew({ order, work }: OrderRun): void {
  if (order.historical) return;
  for (const fulfillmentOrder of order.fulfillmentOrders.values()) {
    if (fulfillmentOrder.status !== "created" || !isOpen(fulfillmentOrder)) continue;
    const dueAt = work.dueAt(fulfillmentOrder.locationId, work.now);
    if (dueAt === null || (fulfillmentOrder.dueAt !== null && dueAt <= fulfillmentOrder.dueAt)) continue;
    fulfillmentOrder.dueAt = dueAt;
    fulfillmentOrder.changed = true;
  }
}

type HoldChange =
  | { id: string; orderId: string; reason: string; note: string | null; by: string; at: Date; released: false }
  | { id: string; by: string; at: Date; released: true };

const insertHoldRows = bulkInsert<{
  id: string;
  order_id: string;
  reason: string;
  note: string | null;
  placed_by: string;
  placed_at: Date;
}>("orders.insertHolds", "orders.holds", {
  id: "uuid",
  order_id: "uuid",
  reason: "text",
  note: "text",
  placed_by: "text",
  placed_at: "timestamptz",
});

const releaseHoldRows = statement<{ id: string }>(
  "orders.releaseHolds",
  `update orders.holds h set released_by = u.released_by, released_at = $3::timestamptz
     from unnest($1::uuid[], $2::text[]) as u (id, released_by)
    where h.id = u.id and h.released_at is null returning h.id`,
);

/**
 * One that is placed and ended in the same transaction is there before it is ended. The order's lock was taken before its
 * holds were read, so each that is ended is active; anything else is a bug and fails the commit.
 */
function writeHolds(transaction: Transaction, changes: readonly HoldChange[]): void {
  transaction.insert(
    insertHoldRows,
    changes.flatMap((change) =>
      change.released
        ? []
        : [
            {
              id: change.id,
              order_id: change.orderId,
              reason: change.reason,
              note: change.note,
              placed_by: change.by,
              placed_at: change.at,
            },
          ],
    ),
  );
  const ended = changes.filter(({ released }) => released);
  if (ended.length === 0) return;
  const rows = transaction.read(releaseHoldRows, [
    arrayLiteral(
      "uuid",
      ended.map(({ id }) => id),
    ),
    arrayLiteral(
      "text",
      ended.map(({ by }) => by),
    ),
    ended[0]!.at,
  ]);
  transaction.beforeCommit(
    rows.then((done) => {
      if (done.length !== ended.length)
        throw new Error(`Of ${ended.length} holds to release ${done.length} were active.`);
    }),
  );
}
