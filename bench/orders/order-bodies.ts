import type { Seeded } from "../runner/seed.ts";

/** An order with one delivery, two charges and one tender, as benches send it. */
export interface SampleOrder {
  channel: string;
  externalReference: string;
  customer: { reference: string; name: string; email: string };
  fulfillmentChoices: [{ id: string; method: "delivery"; service: string; address: Record<string, string | number> }];
  lines: SampleLine[];
  charges: [{ type: "shipping"; amount: number }, { type: "tax"; line: number; amount: number }];
  tenders: [{ type: string; amount: number; reference: string }];
}

export interface SampleLine {
  sku: string;
  quantity: number;
  unitPrice: number;
}

const SHIPPING = 495;
const CUSTOMERS = 50_000;

/** Order `number` of a series: two SKUs at random, always the same ones. Series keep the references of several runs apart. */
export function sampleOrder(seeded: Seeded, series: string, number: number): SampleOrder {
  const random = randomNumbers(hash(series) + number);
  const first = Math.floor(random() * seeded.skuCodes.length);
  // Never the same SKU twice: two positions per order, as in the reference.
  const second = (first + 1 + Math.floor(random() * (seeded.skuCodes.length - 1))) % seeded.skuCodes.length;
  return orderOf(seeded, series, number, [
    { sku: seeded.skuCodes[first]!, quantity: 1 + Math.floor(random() * 3), unitPrice: 1_990 },
    { sku: seeded.skuCodes[second]!, quantity: 1, unitPrice: 4_950 },
  ]);
}

export function orderOf(seeded: Seeded, series: string, number: number, lines: SampleLine[]): SampleOrder {
  const random = randomNumbers(number);
  const customer = number % CUSTOMERS;
  return {
    channel: seeded.channelCodes[0]!,
    externalReference: `${series}-${number}`,
    customer: { reference: `C-${customer}`, name: `Customer ${customer}`, email: `c${customer}@example.com` },
    fulfillmentChoices: [
      {
        id: "home",
        method: "delivery",
        service: "standard",
        address: {
          line1: `${number % 200} Harbour Street`,
          city: "Leipzig",
          postalCode: "04109",
          country: "DE",
          latitude: 45 + random() * 10,
          longitude: random() * 20,
        },
      },
    ],
    lines,
    charges: [
      { type: "shipping", amount: SHIPPING },
      { type: "tax", line: 1, amount: 0 },
    ],
    tenders: [
      {
        type: "card",
        amount: lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, SHIPPING),
        reference: `pay-${series}-${number}`,
      },
    ],
  };
}

/** Mulberry32: small, fast and the same everywhere. */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function hash(text: string): number {
  let value = 0;
  for (const letter of text) value = (Math.imul(value, 31) + letter.charCodeAt(0)) | 0;
  return value;
}
