import { bulkInsert, arrayLiteral, statement } from "../platform/db/statements.ts";
import type { Database, Transaction } from "../platform/db/database.ts";
import type { Origin } from "../platform/events/record-events.ts";
import type { RequestKey } from "../platform/http/idempotency.ts";
import { newId } from "../platform/ids.ts";
import type { ChangeOrder } from "./change-orders.ts";
import { type LocationLimit, refuseOrderBeyond } from "./location-limits.ts";
import { collect, recordFact } from "./order-run.ts";
import { refuse } from "./refusals.ts";

export interface HoldRequest {
  orderId: string;
  reason: string;
  note: string | null;
  /** Where the caller may hold. */
  limit: LocationLimit;
  origin: Origin;
  key: RequestKey | null;
}

export interface HoldAnswer {
  id: string;
  orderId: string;
  reason: string;
  note: string | null;
  placedBy: string;
  placedAt: string;
}

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

function insertHolds(
  transaction: Transaction,
  rows: readonly Parameters<typeof insertHoldRows.parameters>[0][number][],
): void {
  transaction.insert(insertHoldRows, rows);
}

/** Puts a flag beside the status: while one is active nothing of the order is released. */
export function holdOrder(changeOrder: ChangeOrder, request: HoldRequest): Promise<HoldAnswer> {
  const id = newId();
  return changeOrder({
    orderId: request.orderId,
    action: "holdOrder",
    origin: request.origin,
    key: request.key,
    occurredAt: null,
    plan: (run) => {
      refuseOrderBeyond(run, request.limit);
      return null;
    },
    finish: (run) => {
      const { order, work } = run;
      order.holds++;
      recordFact(run, "order.held", { holdId: id, reason: request.reason });
      collect(work, insertHolds, {
        id,
        order_id: order.id,
        reason: request.reason,
        note: request.note,
        placed_by: request.origin.actor,
        placed_at: work.now,
      });
      return {
        id,
        orderId: order.id,
        reason: request.reason,
        note: request.note,
        placedBy: request.origin.actor,
        placedAt: work.now.toISOString(),
      };
    },
  });
}

const readActiveHolds = statement<{ id: string; reason: string; note: string | null }>(
  "orders.readActiveHoldsOfOrder",
  `select id, reason, note from orders.holds where order_id = $1::uuid and released_at is null order by placed_at, id`,
);

export function activeHoldsOf(
  database: Database,
  orderId: string,
): Promise<{ id: string; reason: string; note: string | null }[]> {
  return database.read(readActiveHolds, [orderId]);
}

export interface ReleaseHoldRequest {
  orderId: string;
  holdId: string;
  /** Where the caller may end holds. */
  limit: LocationLimit;
  origin: Origin;
  key: RequestKey | null;
}

const releaseHoldRows = statement<{ id: string }>(
  "orders.releaseHolds",
  `update orders.holds h set released_by = u.released_by, released_at = $3::timestamptz
     from unnest($1::uuid[], $2::text[]) as u (id, released_by)
    where h.id = u.id and h.released_at is null returning h.id`,
);

interface ReleasedHold {
  id: string;
  releasedBy: string;
  releasedAt: Date;
}

/** The order's lock was taken before its holds were read, so each of these is active; anything else is a bug and fails the commit. */
function releaseHolds(transaction: Transaction, rows: readonly ReleasedHold[]): void {
  const [first] = rows;
  if (first === undefined) return;
  const released = transaction.read(releaseHoldRows, [
    arrayLiteral(
      "uuid",
      rows.map((row) => row.id),
    ),
    arrayLiteral(
      "text",
      rows.map((row) => row.releasedBy),
    ),
    first.releasedAt,
  ]);
  transaction.beforeCommit(
    released.then((done) => {
      if (done.length !== rows.length)
        throw new Error(`Of ${rows.length} holds to release ${done.length} were active.`);
    }),
  );
}

export function releaseHold(
  changeOrder: ChangeOrder,
  request: ReleaseHoldRequest,
): Promise<{ id: string; orderId: string; releasedAt: string }> {
  return changeOrder({
    orderId: request.orderId,
    action: "releaseHold",
    origin: request.origin,
    key: request.key,
    occurredAt: null,
    plan: (run) => {
      refuseOrderBeyond(run, request.limit);
      if (!run.order.activeHolds.has(request.holdId)) throw refuse("holdNotActive");
      return null;
    },
    finish: (run) => {
      const { order, work } = run;
      order.activeHolds.delete(request.holdId);
      order.holds--;
      recordFact(run, "order.holdReleased", { holdId: request.holdId });
      collect(work, releaseHolds, { id: request.holdId, releasedBy: request.origin.actor, releasedAt: work.now });
      return { id: request.holdId, orderId: order.id, releasedAt: work.now.toISOString() };
    },
  });
}
