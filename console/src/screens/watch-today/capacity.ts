import type { Today } from "../../api/generated/types.gen.ts";

type Row = Pick<Today["backlog"][number], "capacityPerDay" | "dispatchedToday">;

/** From here on a location is shown as nearly full. */
export const nearlyFull = 0.9;

/** Fulfillment orders that the location can still do today; null: not limited. */
export function capacityLeft({ capacityPerDay, dispatchedToday }: Row): number | null {
  return capacityPerDay === null ? null : Math.max(0, capacityPerDay - dispatchedToday);
}

/** Work against the capacity left for it. Work without any capacity is shown as over the limit. */
export function loadRatio(due: number, left: number): number {
  if (due === 0) return 0;
  return left > 0 ? due / left : 2;
}
