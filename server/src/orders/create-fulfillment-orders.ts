import { newId } from "../platform/ids.ts";
import type { FulfillmentOrder, OrderAggregate } from "./aggregate.ts";
import { leaveLost, plus, UNCOUNTED } from "./counted-units.ts";
import type { ProposedSource } from "./proposal.ts";

/** When a location has to hand over what it is told at a moment (its next cut-off); null when it has none. */
export type DueAt = (locationId: number, at: Date) => Date | null;

/**
 * One fulfillment order per location and choice for units that have been promised there. Pure: it changes the aggregate
 * only, moving the units of each line from back-ordered to allocated. The caller starts their workflows.
 */
export function createFulfillmentOrders(
  order: OrderAggregate,
  sources: readonly ProposedSource[],
  dueAt: DueAt,
  now: Date,
): FulfillmentOrder[] {
  const created = new Map<string, FulfillmentOrder>();
  let number = order.fulfillmentOrders.size;
  for (const source of sources) {
    const key = `${source.choiceNumber}/${source.locationId}`;
    let fulfillmentOrder = created.get(key);
    if (fulfillmentOrder === undefined) {
      number++;
      fulfillmentOrder = {
        id: newId(now.getTime()),
        number,
        choiceNumber: source.choiceNumber,
        locationId: source.locationId,
        method: order.choices.get(source.choiceNumber)?.method ?? "delivery",
        status: "created",
        dueAt: order.historical ? null : dueAt(source.locationId, now),
        rejectedReason: null,
        version: 1,
        readyAt: null,
        expiredAt: null,
        workflow: { definitionId: 0, state: "", entry: 0 },
        lines: new Map(),
        isNew: true,
        changed: false,
      };
      created.set(key, fulfillmentOrder);
      order.fulfillmentOrders.set(fulfillmentOrder.id, fulfillmentOrder);
    }
    const line = order.lines.get(source.lineNumber)!;
    const lost = source.owed === true ? leaveLost(line, (line.lost?.units ?? 0) - source.quantity) : UNCOUNTED;
    const counted = plus(source.counted ?? UNCOUNTED, lost);
    const existing = fulfillmentOrder.lines.get(source.lineNumber);
    if (existing) {
      existing.quantity += source.quantity;
      existing.counted = plus(existing.counted, counted);
    } else {
      fulfillmentOrder.lines.set(source.lineNumber, {
        lineNumber: source.lineNumber,
        skuId: source.skuId,
        quantity: source.quantity,
        shipped: 0,
        delivered: 0,
        withdrawn: 0,
        counted,
        countedChanged: false,
        changed: false,
      });
    }
    line.backordered -= source.quantity;
    line.allocated += source.quantity;
    line.changed = true;
    order.changed = true;
  }
  return [...created.values()];
}
