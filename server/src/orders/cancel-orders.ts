import type { Origin } from "../platform/events/record-events.ts";
import type { RequestKey } from "../platform/http/idempotency.ts";
import { cancellable, type OrderAggregate } from "./aggregate.ts";
import type { ChangeOrder } from "./change-orders.ts";
import { type LocationLimit, refuseBeyond } from "./location-limits.ts";
import { orderEntity, type OrderRun } from "./order-run.ts";
import { refuse } from "./refusals.ts";
import type { Cancellation } from "./steps/cancel-units.ts";
import type { LineUnits } from "./steps/move-units.ts";

export interface CancelRequest {
  orderId: string;
  reason: string;
  /** Null: everything that has not left yet. A line without quantity: all of it that has not left. */
  lines: readonly { lineNumber: number; quantity?: number | undefined }[] | null;
  /** Where the caller may cancel. */
  limit: LocationLimit;
  occurredAt: Date | null;
  origin: Origin;
  key: RequestKey | null;
}

export interface CancelAnswer {
  orderId: string;
  orderNumber: number;
  status: string;
  cancelled: LineUnits[];
  version: number;
}

/** Cancels an order, lines or units (O10, O11); against shipping the row lock decides who was first. */
export function cancelOrder(changeOrder: ChangeOrder, request: CancelRequest): Promise<CancelAnswer> {
  let cancelled: LineUnits[] = [];
  return changeOrder({
    orderId: request.orderId,
    action: "cancelOrder",
    origin: request.origin,
    key: request.key,
    occurredAt: request.occurredAt,
    plan: (run: OrderRun) => {
      cancelled = unitsToCancel(run.order, request.lines);
      refuseBeyond(
        run,
        request.limit,
        cancelled.map(({ lineNumber }) => lineNumber),
      );
      const data: Cancellation = { lines: cancelled, reason: request.reason };
      return { entity: orderEntity(run), event: { type: "cancel", data: { ...data } } };
    },
    finish: ({ order }) => ({
      orderId: order.id,
      orderNumber: order.number,
      status: order.status,
      cancelled,
      version: order.version + 1,
    }),
  });
}

/** Pure: which units of which lines, or a refusal that names the line. */
function unitsToCancel(order: OrderAggregate, wanted: CancelRequest["lines"]): LineUnits[] {
  if (order.status === "cancelled" || order.status === "expired")
    throw refuse("nothingToDo", { message: `The order is ${order.status} already.` });
  if (wanted === null) {
    const units = [...order.lines.values()]
      .map((line) => ({ lineNumber: line.number, quantity: cancellable(order, line.number) }))
      .filter(({ quantity }) => quantity > 0);
    if (units.length === 0 && order.lines.size > 0)
      throw refuse("tooLate", { message: "Everything of this order has left already." });
    return units;
  }
  const taken = new Map<number, number>();
  for (const [index, { lineNumber, quantity }] of wanted.entries()) {
    const pointer = `/lines/${index}`;
    if (!order.lines.has(lineNumber))
      throw refuse("nothingToDo", {
        message: `${pointer}: the order has no line ${lineNumber}.`,
        faults: [{ pointer: `${pointer}/lineNumber`, message: "is not a line of this order" }],
      });
    const open = cancellable(order, lineNumber) - (taken.get(lineNumber) ?? 0);
    if (open === 0)
      throw refuse("tooLate", {
        message: `${pointer}: nothing of line ${lineNumber} can be cancelled any more.`,
        faults: [{ pointer, message: "has left or is cancelled already" }],
      });
    if (quantity !== undefined && quantity > open)
      throw refuse("tooMany", {
        message: `${pointer}: only ${open} units of line ${lineNumber} can be cancelled.`,
        faults: [{ pointer: `${pointer}/quantity`, message: `must be at most ${open}` }],
      });
    taken.set(lineNumber, (taken.get(lineNumber) ?? 0) + (quantity ?? open));
  }
  return [...taken].map(([lineNumber, quantity]) => ({ lineNumber, quantity }));
}
