import type { Origin } from "../platform/events/record-events.ts";
import type { RequestKey } from "../platform/http/idempotency.ts";
import type { ChangeOrder } from "./change-orders.ts";
import { type LocationLimit, refuseOrderBeyond } from "./location-limits.ts";
import { endHold, placeHold } from "./place-holds.ts";
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

/** Puts a flag beside the status: while one is active nothing of the order is released. */
export function holdOrder(changeOrder: ChangeOrder, request: HoldRequest): Promise<HoldAnswer> {
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
      const id = placeHold(run, request.reason, request.note);
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

export interface ReleaseHoldRequest {
  orderId: string;
  holdId: string;
  /** Where the caller may end holds. */
  limit: LocationLimit;
  origin: Origin;
  key: RequestKey | null;
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
      endHold(run, request.holdId);
      return { id: request.holdId, orderId: order.id, releasedAt: work.now.toISOString() };
    },
  });
}
