import type { SkuDirectory, SkuEntry } from "../catalog/public.ts";
import type { NetworkDirectory } from "../network/public.ts";
import type { Principal } from "../platform/http/route.ts";
import { type Fault, Refusal } from "../platform/refusals.ts";
import { credibleTime } from "./credible-time.ts";
import type { Fact } from "./decide-facts.ts";
import type { FactKind, StockAdjustmentInput, StockFactInput } from "./fact-schemas.ts";
import type { FactItem } from "./record-facts.ts";
import { inventory } from "./refusals.ts";
import { visibleLocation } from "./visible-locations.ts";

export interface Places {
  skus: SkuDirectory;
  network: NetworkDirectory;
}

/** What each kind does with one unit. */
const EFFECTS: Record<FactKind, { onHand: number; damaged: number }> = {
  sale: { onHand: -1, damaged: 0 },
  return: { onHand: 1, damaged: 0 },
  receipt: { onHand: 1, damaged: 0 },
  shipment: { onHand: -1, damaged: 0 },
  damage: { onHand: 0, damaged: 1 },
  repair: { onHand: 0, damaged: -1 },
  loss: { onHand: -1, damaged: 0 },
  found: { onHand: 1, damaged: 0 },
};
const ADJUSTMENT_SOURCE = "adjustment";

export function understandFacts(
  places: Places,
  principal: Principal,
  items: readonly StockFactInput[],
  now: Date,
): Promise<FactItem[]> {
  return understand(places, principal, items, (item) => {
    const occurredAt = credibleTime(item.occurredAt, now, "/occurredAt");
    const { onHand, damaged } = EFFECTS[item.kind];
    return { ...item, onHand: onHand * item.quantity, damaged: damaged * item.quantity, occurredAt };
  });
}

export function understandAdjustments(
  places: Places,
  principal: Principal,
  items: readonly StockAdjustmentInput[],
  now: Date,
): Promise<FactItem[]> {
  return understand(places, principal, items, (item) => {
    const occurredAt = item.occurredAt === undefined ? now : credibleTime(item.occurredAt, now, "/occurredAt");
    const { onHand = 0, damaged = 0, source = ADJUSTMENT_SOURCE } = item;
    return { ...item, kind: "adjustment", onHand, damaged, source, occurredAt };
  });
}

interface Told {
  kind: Fact["kind"];
  onHand: number;
  damaged: number;
  source: string;
  document?: string | undefined;
  reason?: string | undefined;
  occurredAt: Date | Fault;
}

async function understand<Item extends { sku: string; location: string }>(
  places: Places,
  principal: Principal,
  items: readonly Item[],
  tell: (item: Item) => Told,
): Promise<FactItem[]> {
  const skus = await places.skus.resolve(items.map((item) => item.sku));
  return items.map((item): FactItem => {
    const place = placeOf(places.network, skus, principal, item);
    if (place instanceof Refusal) return place;
    const { kind, onHand, damaged, source, document = null, reason = null, occurredAt } = tell(item);
    if ("message" in occurredAt) return inventory.refuse("badTime", { faults: [occurredAt] });
    return {
      sku: item.sku,
      location: item.location,
      fact: { ...place, kind, onHand, damaged, occurredAt, source, document, reason },
    };
  });
}

export function placeOf(
  network: NetworkDirectory,
  skus: ReadonlyMap<string, SkuEntry>,
  principal: Principal,
  item: { sku: string; location: string },
): { skuId: number; locationId: number } | Refusal {
  const sku = skus.get(item.sku);
  if (sku === undefined) {
    return inventory.refuse("unknownSku", {
      message: `There is no SKU ${item.sku}.`,
      faults: [{ pointer: "/sku", message: "is not known" }],
    });
  }
  const location = visibleLocation(network, principal, item.location);
  if (location === undefined) {
    return inventory.refuse("unknownLocation", {
      message: `There is no location ${item.location} that you may change.`,
      faults: [{ pointer: "/location", message: "is not known" }],
    });
  }
  return { skuId: sku.id, locationId: location.id };
}
