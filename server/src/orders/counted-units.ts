import type { CountedUnits } from "../availability/public.ts";
import type { FulfillmentOrderLine, OrderAggregate, OrderLine } from "./aggregate.ts";
import type { OrderRun } from "./order-run.ts";

/** Under no quota. */
export const UNCOUNTED: readonly CountedUnits[] = [];

function sumOf(counted: readonly CountedUnits[]): number {
  return counted.reduce((sum, { units }) => sum + units, 0);
}

/** Divides a list so that no more than so many units are kept; those that came last go first. */
export function keepAtMost(
  counted: readonly CountedUnits[],
  most: number,
): { kept: readonly CountedUnits[]; gone: readonly CountedUnits[] } {
  const kept: CountedUnits[] = [];
  const gone: CountedUnits[] = [];
  let room = most;
  for (const { id, units } of counted) {
    const stays = Math.min(units, Math.max(0, room));
    room -= stays;
    if (stays > 0) kept.push({ id, units: stays });
    if (units > stays) gone.push({ id, units: units - stays });
  }
  return { kept, gone };
}

export function plus(some: readonly CountedUnits[], others: readonly CountedUnits[]): readonly CountedUnits[] {
  if (others.length === 0) return some;
  const units = new Map<number, number>();
  for (const one of [...some, ...others]) units.set(one.id, (units.get(one.id) ?? 0) + one.units);
  return [...units].map(([id, sum]) => ({ id, units: sum }));
}

/** Leaves so many of a line's units that had been promised once; answers what the others are counted in. */
export function leaveLost(line: OrderLine, units: number): readonly CountedUnits[] {
  if (line.lost === null || line.lost.units <= units) return UNCOUNTED;
  const { kept, gone } = keepAtMost(line.lost.counted, units);
  line.lost = units <= 0 ? null : { units, counted: kept };
  line.lostChanged = true;
  return gone;
}

/** In their quotas, or out of them. */
export function countIn({ work, order }: OrderRun, counted: readonly CountedUnits[], sign: 1 | -1): void {
  for (const { id, units } of counted) work.quotaUses.push({ quotaId: id, orderId: order.id, units: sign * units });
}

/**
 * A location gives units back: no more stay counted there than it still has or has shipped. Cancelled ones are given back
 * to their quotas; those that wait now keep their place in them.
 */
export function withdrawCounted(
  run: OrderRun,
  line: FulfillmentOrderLine,
  orderLine: OrderLine,
  { quantity, to }: { quantity: number; to: "cancelled" | "backordered" },
): void {
  const most = line.quantity - line.withdrawn;
  const isOver = sumOf(line.counted) > most;
  const { kept, gone } = isOver ? keepAtMost(line.counted, most) : { kept: line.counted, gone: UNCOUNTED };
  line.counted = kept;
  line.countedChanged ||= isOver;
  if (to === "cancelled") return countIn(run, gone, -1);
  const { units, counted } = orderLine.lost ?? { units: 0, counted: UNCOUNTED };
  orderLine.lost = { units: units + quantity, counted: plus(counted, gone) };
  orderLine.lostChanged = true;
}

/** Quotas that units of the order are counted in: what it gives back goes there. */
export function quotaIdsOf(order: OrderAggregate): number[] {
  const ids = new Set<number>();
  for (const { lost } of order.lines.values()) for (const { id } of lost?.counted ?? UNCOUNTED) ids.add(id);
  for (const { lines } of order.fulfillmentOrders.values())
    for (const { counted } of lines.values()) for (const { id } of counted) ids.add(id);
  return [...ids];
}
