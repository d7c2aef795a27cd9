import type { CountedUnits } from "../availability/public.ts";
import type { PositionKey } from "../inventory/public.ts";
import { UNCOUNTED } from "./counted-units.ts";
import { openUnits, type OrderAggregate } from "./aggregate.ts";
import { UnitsTaken } from "./proposal.ts";

/** Units of a position that an order still holds there, and in which quotas they are counted. */
export interface OwnUnits extends PositionKey {
  quantity: number;
  counted: readonly CountedUnits[];
}

export function hasLeft(order: OrderAggregate): boolean {
  for (const line of order.lines.values()) if (line.shipped > 0) return true;
  return false;
}

export function openPositionsOf(order: OrderAggregate): OwnUnits[] {
  return [...inFulfillment(order), ...arrivedFor(order)];
}

/** Units that have come for it, and that no fulfillment order holds yet. */
function arrivedFor({ id, supplies, lines }: OrderAggregate): OwnUnits[] {
  if (supplies === null) return [];
  return [...lines.keys()]
    .flatMap((lineNumber) => supplies.promisesOf(id, lineNumber))
    .filter(({ arrived }) => arrived > 0)
    .map(({ skuId, locationId, arrived }) => ({ skuId, locationId, quantity: arrived, counted: UNCOUNTED }));
}

function inFulfillment(order: OrderAggregate): OwnUnits[] {
  return [...order.fulfillmentOrders.values()].flatMap((fulfillmentOrder) =>
    [...fulfillmentOrder.lines.values()]
      .filter((line) => openUnits(line) > 0)
      .map((line) => ({
        skuId: line.skuId,
        locationId: fulfillmentOrder.locationId,
        quantity: openUnits(line),
        counted: line.counted,
      })),
  );
}

export function ownUnitsOf(order: OrderAggregate): UnitsTaken {
  const own = new UnitsTaken();
  for (const { skuId, locationId, quantity } of openPositionsOf(order)) own.take(skuId, locationId, quantity);
  return own;
}
