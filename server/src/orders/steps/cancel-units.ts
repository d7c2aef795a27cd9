import type { EngineRequest } from "../../workflow/public.ts";
import { cancellable, type FulfillmentOrder, openUnits } from "../aggregate.ts";
import { countIn, leaveLost } from "../counted-units.ts";
import type { FulfillmentLabel } from "../labels.ts";
import { fulfillmentEntity, type OrderRun, progressOf, recordFact } from "../order-run.ts";
import type { LineUnits, Withdrawal } from "./move-units.ts";

export interface Cancellation {
  lines: readonly LineUnits[];
  reason: string;
}

/** What has not come yet; what has come for the order and is no work yet stays. */
export function waitingUnits({ order }: OrderRun): Cancellation {
  const lines = [...order.lines.values()]
    .map(({ number, backordered }) => {
      const promises = order.supplies?.promisesOf(order.id, number) ?? [];
      return { lineNumber: number, quantity: backordered - promises.reduce((sum, { arrived }) => sum + arrived, 0) };
    })
    .filter(({ quantity }) => quantity > 0);
  return { lines, reason: "comes later than promised" };
}

export function everythingOpen({ order }: OrderRun): Cancellation {
  const lines = [...order.lines.keys()]
    .map((lineNumber) => ({ lineNumber, quantity: cancellable(order, lineNumber) }))
    .filter(({ quantity }) => quantity > 0);
  return { lines, reason: "as its workflow says" };
}

/** Back-ordered units go first; then units at locations, those that nobody has touched yet before those being picked. */
export function cancelUnits(run: OrderRun, cancellation: Cancellation): EngineRequest[] {
  const withdrawals = new Map<FulfillmentOrder, LineUnits[]>();
  const cancelled: (LineUnits & { waiting: number })[] = [];
  for (const { lineNumber, quantity } of cancellation.lines) {
    const line = run.order.lines.get(lineNumber)!;
    const waiting = Math.min(quantity, line.backordered);
    line.backordered -= waiting;
    line.cancelled += waiting;
    line.changed = true;
    countIn(run, leaveLost(line, line.backordered), -1);
    cancelled.push({ lineNumber, quantity, waiting });
    let left = quantity - waiting;
    for (const fulfillmentOrder of byTouch(run.order.fulfillmentOrders.values())) {
      const held = fulfillmentOrder.lines.get(lineNumber);
      const units = held === undefined ? 0 : Math.min(left, openUnits(held));
      if (units <= 0) continue;
      withdrawals.set(fulfillmentOrder, [
        ...(withdrawals.get(fulfillmentOrder) ?? []),
        { lineNumber, quantity: units },
      ]);
      left -= units;
    }
    if (left > 0) throw new Error(`Line ${lineNumber} has ${left} units fewer open than are to be cancelled.`);
  }
  recordFact(run, "order.unitsCancelled", { reason: cancellation.reason, lines: cancelled });
  const emitted = [...withdrawals].map(
    ([fulfillmentOrder, lines]): EngineRequest => ({
      entity: fulfillmentEntity(run, fulfillmentOrder),
      event: { type: "withdraw", data: { lines, to: "cancelled", reason: cancellation.reason } satisfies Withdrawal },
    }),
  );
  return [...emitted, ...progressOf(run)];
}

const TOUCHED: readonly string[] = [
  "created",
  "escalated",
  "scheduled",
  "waiting for wave",
  "picking",
  "packed",
  "ready for pickup",
] satisfies FulfillmentLabel[];

function byTouch(fulfillmentOrders: Iterable<FulfillmentOrder>): FulfillmentOrder[] {
  return [...fulfillmentOrders].sort(
    (one, other) => TOUCHED.indexOf(one.status) - TOUCHED.indexOf(other.status) || other.number - one.number,
  );
}
