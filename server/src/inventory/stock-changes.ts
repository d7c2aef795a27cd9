import type { Transaction } from "../platform/db/database.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { newId } from "../platform/ids.ts";
import { inventoryEvents, MAX_CHANGES_PER_EVENT } from "./events.ts";
import { type Position, shortfall } from "./position.ts";

/** A position with the codes that the outside knows. */
export type NamedPosition = Omit<Position, "skuId" | "locationId"> & { sku: string; location: string };

/** What answers show of a position. */
export function positionView(position: NamedPosition) {
  const { sku, location, onHand, reserved, allocated, damaged, version } = position;
  const available = onHand - damaged - reserved - allocated;
  return { sku, location, onHand, reserved, allocated, damaged, available, short: shortfall(position), version };
}

/** Tells the feed what is there now: one event for up to 500 positions of a location. */
export function recordStockChanges(
  transaction: Transaction,
  positions: readonly NamedPosition[],
  { occurredAt, origin }: { occurredAt: Date; origin: Origin },
): void {
  const events = [...Map.groupBy(positions, (position) => position.location)].flatMap(([location, here]) =>
    portions(here).map((portion) => ({
      type: "stock.changed" as const,
      entityId: newId(occurredAt.getTime()),
      sequence: 1,
      occurredAt,
      origin,
      data: { location, changes: portion.map(changeOf) },
    })),
  );
  inventoryEvents.record(transaction, events);
}

function changeOf({ sku, onHand, reserved, allocated, damaged, version }: NamedPosition) {
  return [sku, onHand, reserved, allocated, damaged, version] as [string, number, number, number, number, number];
}

function portions<Row>(rows: readonly Row[]): Row[][] {
  const count = Math.ceil(rows.length / MAX_CHANGES_PER_EVENT);
  return Array.from({ length: count }, (_, index) =>
    rows.slice(index * MAX_CHANGES_PER_EVENT, (index + 1) * MAX_CHANGES_PER_EVENT),
  );
}
