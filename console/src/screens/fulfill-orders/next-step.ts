import type { FulfillmentOrder } from "../../api/generated/types.gen.ts";

export type Step = "accept" | "startPicking" | "pack" | "ready" | "ship" | "collect";

type Place = Pick<FulfillmentOrder, "state" | "method">;

/** States are paths through nested ones: `open.picking` is the picking inside of open. */
function innermost(state: string): string {
  return state.split(".").at(-1) ?? state;
}

/** The one step that the floor's shipped process takes next; null when there is nothing left for this location to do. */
export function nextStep({ state, method }: Place): Step | null {
  switch (innermost(state)) {
    case "created":
      return "accept";
    case "accepted":
      return "startPicking";
    case "picking":
      return "pack";
    case "packed":
      return method === "pickup" ? "ready" : "ship";
    case "readyForPickup":
      return "collect";
    default:
      return null;
  }
}

const inOrder = ["accept", "startPicking", "pack", "ready", "collect"] as const;

/**
 * The first step of a floor that the process offers. Handing over to a carrier is possible from everywhere, so it is next
 * only where nothing else is, and no action of the retailer's own (`hasOwn`) stands in between.
 */
export function stepOffered(offered: readonly { event: string }[], hasOwn: boolean): Step | null {
  const isOffered = (step: Step) => offered.some(({ event }) => event === step);
  return inOrder.find(isOffered) ?? (!hasOwn && isOffered("ship") ? "ship" : null);
}

/** A ready pickup may be kept for another window. */
export function mayExtend({ state }: Pick<Place, "state">): boolean {
  return innermost(state) === "readyForPickup";
}

/** A location may refuse work until it is packed. */
export function mayReject({ state }: Pick<Place, "state">): boolean {
  return ["created", "accepted", "picking"].includes(innermost(state));
}
