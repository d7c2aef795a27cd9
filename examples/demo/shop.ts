import type { Product } from "./catalog.ts";
import type { Random } from "./random.ts";
import { channelShares, CUSTOMERS, customer, destinations, storeCodes } from "./retailer.ts";

const DAY_MS = 86_400_000;

/** Share of a day's orders that each hour brings (UTC), with the lunch and evening peaks of a web shop. */
export const HOURS = [1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6, 6, 7, 6, 5, 5, 5, 6, 7, 8, 8, 6, 3, 2];

/** How many orders a day brings: weekends are strong, and the weeks before Christmas grow. */
export function ordersOn(day: Date, random: Random): number {
  const weekday = day.getUTCDay();
  const weekend = weekday === 0 ? 1.35 : weekday === 6 ? 1.2 : weekday === 5 ? 1.05 : 0.9;
  const ofYear = (day.getTime() - Date.UTC(day.getUTCFullYear(), 0, 1)) / DAY_MS;
  const season =
    1 + 0.6 * Math.exp(-(((ofYear - 345) / 25) ** 2)) + 0.15 * Math.sin((2 * Math.PI * (ofYear - 60)) / 365);
  return Math.round(70 * weekend * season * (0.85 + 0.3 * random.next()));
}

export function momentOf(day: Date, random: Random): Date {
  const hour = random.weighted(HOURS.map((weight, index) => [index, weight] as const));
  return new Date(day.getTime() + hour * 3_600_000 + random.between(0, 3_599) * 1_000);
}

export interface OrderOptions {
  reference: string;
  /** Where it is given, customers often add what goes with what they have chosen before. */
  taste?: Random;
  orderedAt?: Date;
  historical?: boolean;
}

/** The next product of its family, in the same variant: a bag with its wash bag, a puzzle with its kite. */
function companionOf(product: Product, products: readonly Product[]): Product {
  const family = products.filter(({ category }) => category === product.category);
  const variants = family.filter(({ productCode }) => productCode === product.productCode).length;
  return family[(family.indexOf(product) + variants) % family.length]!;
}

/** An order as a channel would send it: one to four products, mostly delivered, sometimes collected. */
export function makeOrder(
  products: readonly Product[],
  random: Random,
  options: OrderOptions,
): Record<string, unknown> {
  const channel = random.weighted(channelShares);
  const buyer = customer(random.between(0, CUSTOMERS - 1));
  const destination = random.weighted(destinations);
  const pickup = (channel === "web" || channel === "app" || channel === "kiosk") && random.chance(0.14);
  const wanted = new Map<string, { product: Product; quantity: number }>();
  for (
    let count = random.weighted([
      [1, 58],
      [2, 27],
      [3, 11],
      [4, 4],
    ]);
    count > 0;
    count--
  ) {
    const fancied = random.weighted(products.map((one) => [one, one.popularity] as const));
    const before = [...wanted.values()].at(-1)?.product;
    const product = before !== undefined && options.taste?.chance(0.4) ? companionOf(before, products) : fancied;
    if (pickup && product.vendor !== null) continue;
    wanted.set(product.code, {
      product,
      quantity: random.weighted([
        [1, 86],
        [2, 11],
        [3, 3],
      ]),
    });
  }
  if (wanted.size === 0) {
    const product = products.find((one) => one.vendor === null)!;
    wanted.set(product.code, { product, quantity: 1 });
  }
  const lines = [...wanted.values()].map(({ product, quantity }) => ({
    sku: product.code,
    quantity,
    unitPrice: product.price,
  }));
  const goods = lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0);
  const shipping = pickup || goods > 7_500 ? 0 : 490;
  const discount = random.chance(0.12) ? Math.round(goods * 0.1) : 0;
  return {
    channel,
    externalReference: options.reference,
    ...(options.orderedAt ? { orderedAt: options.orderedAt.toISOString() } : {}),
    ...(options.historical ? { historical: true } : {}),
    customer: buyer,
    fulfillmentChoices: [
      pickup
        ? { id: "store", method: "pickup", location: random.pick(storeCodes), collectors: [buyer.name] }
        : {
            id: "home",
            method: "delivery",
            service: random.chance(0.2) ? "express" : "standard",
            address: { name: buyer.name, line1: `${random.between(1, 180)} Harbor Street`, ...destination },
          },
    ],
    lines,
    charges: [
      ...(shipping > 0 ? [{ type: "shipping", amount: shipping, description: "Standard delivery" }] : []),
      ...(discount > 0 ? [{ type: "discount", amount: discount, description: "Autumn voucher" }] : []),
    ],
    tenders: [
      {
        type: random.weighted([
          ["card", 60],
          ["paypal", 25],
          ["invoice", 15],
        ]),
        amount: goods + shipping - discount,
      },
    ],
  };
}
