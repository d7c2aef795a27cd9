import type { NetworkDirectory } from "../network/public.ts";

/** What an order is (O13); by it the shipped rules choose its workflow. */
export const ORDER_TYPES = [
  "standard",
  "pickup",
  "makeToOrder",
  "service",
  "preOrder",
  "backOrder",
  "dropShip",
  "exchange",
] as const;
export type OrderType = (typeof ORDER_TYPES)[number];

const PROMISED_LATER: ReadonlySet<string> = new Set<OrderType>(["makeToOrder", "service", "preOrder"]);
const REFUSABLE: ReadonlySet<string> = new Set<OrderType>(["standard", "pickup"]);

/**
 * Whether its units are promised when it is captured. The others have nothing yet that could be promised, and their
 * workflow says when with the step `source`, or need no stock at all.
 */
export function isPromisedAtCapture(type: OrderType): boolean {
  return !PROMISED_LATER.has(type);
}

/** Whether a channel that refuses what it cannot promise refuses it; the other types are there to wait. */
export function mayBeRefused(type: OrderType): boolean {
  return REFUSABLE.has(type);
}

/** Those of a channel's locations that may supply an order of this type. */
export function suppliersOf(
  type: string,
  locationIds: readonly number[],
  network: Pick<NetworkDirectory, "locationById">,
): readonly number[] {
  return type === ("dropShip" satisfies OrderType)
    ? locationIds.filter((id) => network.locationById(id)?.type === "vendor")
    : locationIds;
}
