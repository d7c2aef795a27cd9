import { type Client, postAll } from "../client.ts";
import type { Product } from "./catalog.ts";
import { Random } from "./random.ts";
import { centerCodes } from "./retailer.ts";

const DAY_MS = 86_400_000;
const SEED = 20_261_203;
const SUPPLIERS = ["northwind-mills", "baltic-trading", "atelier-lyon"] as const;

/** What the buyers have ordered: a truck every few days, some on the water, one stuck at the border since the day before yesterday. */
export async function seedSupplies(client: Client, products: readonly Product[], now: Date): Promise<void> {
  const random = new Random(SEED);
  const own = products
    .filter(({ vendor }) => vendor === null)
    .toSorted((one, other) => other.popularity - one.popularity)
    .slice(0, 60);
  const day = (days: number): string => new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10);
  const items = own.map(({ code: sku, popularity }, index) => {
    const order = Math.floor(index / 5);
    return {
      kind: order % 4 === 3 ? "asn" : "purchase_order",
      reference: `${order % 4 === 3 ? "ASN" : "PO"}-${10_400 + order}`,
      line: 1 + (index % 5),
      sku,
      location: centerCodes[order % centerCodes.length]!,
      // The second order is late.
      expectedOn: day(order === 1 ? -2 : 2 + order * 4),
      quantity: 12 * random.between(2, 8) * Math.ceil(popularity / 4),
      confidence: order > 8 ? 80 : 100,
      supplier: SUPPLIERS[order % SUPPLIERS.length],
    };
  });
  await postAll(client, "/v1/supplies", items, 1_000);
}
