import { adjustStock, captureOrders, listPositions } from "../../api/generated/sdk.gen.ts";
import type { CaptureOrder } from "../../api/generated/types.gen.ts";

export const buyers = 2000;
export const unitsForSale = 500;

const sku = "STORY-FLASH";
const location = "DC-VENLO";
/** Buyers of one call and calls at once: browsers open six connections to a host. */
const buyersPerCall = 40;
const callsAtOnce = 6;

export type SaleState = { sold: number; soldOut: number; durationMs: number };

/** Units that can still be sold. */
export async function unitsLeft(): Promise<number> {
  const { data } = await listPositions({ query: { sku, location } });
  return data.data[0]?.available ?? 0;
}

/** Puts back on the shelf what an earlier sale has sold. */
export async function refill(): Promise<void> {
  const missing = unitsForSale - (await unitsLeft());
  if (missing === 0) return;
  await adjustStock({ body: { items: [{ sku, location, onHand: missing, reason: "refilled for the flash sale" }] } });
}

/** All buyers order one unit each, through the same API as every shop. Each call's answers are counted as they come. */
export async function runSale(report: (state: SaleState) => void): Promise<void> {
  const started = performance.now();
  const run = Date.now();
  const state = { sold: 0, soldOut: 0 };
  let next = 0;
  async function shop(): Promise<void> {
    while (next < buyers) {
      const first = next;
      next += buyersPerCall;
      const items = Array.from({ length: Math.min(buyersPerCall, buyers - first) }, (_, i) => orderOf(run, first + i));
      const { data } = await captureOrders({ body: { items } });
      for (const { status } of data.items) state[status === "ok" ? "sold" : "soldOut"]++;
      report({ ...state, durationMs: performance.now() - started });
    }
  }
  await Promise.all(Array.from({ length: callsAtOnce }, shop));
}

function orderOf(run: number, buyer: number): CaptureOrder {
  return {
    channel: "web",
    externalReference: `FLASH-${run}-${buyer}`,
    customer: { reference: `FLASH-${buyer}` },
    fulfillmentChoices: [
      { id: "home", method: "delivery", address: { city: "Utrecht", country: "NL", latitude: 52.09, longitude: 5.12 } },
    ],
    lines: [{ sku, quantity: 1, unitPrice: 3900 }],
    tenders: [{ type: "card", amount: 3900 }],
  };
}
