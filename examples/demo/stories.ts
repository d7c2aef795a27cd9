import type { BulkAnswer, Client } from "../client.ts";
import type { Product } from "./catalog.ts";
import { customer } from "./retailer.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

interface Captured {
  id: string;
  fulfillmentOrders: { id: string; location: string }[];
}

const LEEDS = {
  line1: "12 Harbor Street",
  city: "Leeds",
  country: "GB",
  postalCode: "LS1 4DY",
  latitude: 53.797,
  longitude: -1.546,
};
const PARIS = {
  line1: "8 Rue de Bretagne",
  city: "Paris",
  country: "FR",
  postalCode: "75003",
  latitude: 48.863,
  longitude: 2.361,
};

/** Orders of the stories: the trading day leaves them as they are told. */
export const STORY_ORDERS = [
  "web:STORY-LOST-PARCEL",
  "web:STORY-MIXED-GIFT",
  "phone:STORY-SUPPLIER-30",
  "phone:STORY-SUPPLIER-31",
  "phone:STORY-SUPPLIER-32",
  "app:STORY-NOON-40",
  "app:STORY-NOON-41",
  "app:STORY-NOON-42",
  "web:STORY-REJECTED",
  "web:STORY-SHORT-60",
  "web:STORY-SHORT-61",
  "social:STORY-HELD",
  "marketplace:STORY-PARTIAL",
] as const;

/** Whether only stories sell it. */
export function isStorySku(code: string): boolean {
  return code.startsWith("STORY-");
}

/** Ten situations that every retailer knows, each under a reference that the tour opens (STORY-…). */
export async function seedStories(client: Client, products: readonly Product[], now: Date): Promise<void> {
  const ordinary = products.filter((product) => product.vendor === null);
  await flashSale(client);
  await lostParcel(client, ordinary[3]!, now);
  await mixedGift(client, ordinary);
  await lateTillFile(client, now);
  await supplierLate(client, now);
  await closingAtNoon(client, now);
  await rejected(client);
  await short(client, now);
  await held(client, ordinary[9]!);
  await partialShipment(client, ordinary, now);
}

function order(reference: string, channel: string, buyer: number, more: object): object {
  return { channel, externalReference: `STORY-${reference}`, customer: customer(buyer), ...more };
}

function delivery(address: object, more: object = {}): object {
  return { id: "home", method: "delivery", service: "standard", address: { name: "Ada Okafor", ...address }, ...more };
}

async function newSku(client: Client, code: string, name: string, stock: Record<string, number>): Promise<void> {
  await client.post("/v1/skus", {
    items: [{ code, name, categoryPath: "Stories", imageUrl: "/demo/pictures/5-0-1.svg" }],
  });
  const items = Object.entries(stock).map(([location, onHand]) => ({
    sku: code,
    location,
    onHand,
    reason: "first delivery",
  }));
  if (items.length > 0) await client.post("/v1/stock/adjustments", { items });
}

async function take(client: Client, orders: readonly object[]): Promise<Captured[]> {
  const answer = await client.post<BulkAnswer<Captured>>("/v1/orders/bulk", { items: orders });
  return answer.items.map((item) => {
    if (item.result === undefined) throw new Error(`A story's order was refused: ${item.problem?.detail}`);
    return item.result;
  });
}

/** 500 units wait for 2,000 buyers; the tour starts them. */
async function flashSale(client: Client): Promise<void> {
  await newSku(client, "STORY-FLASH", "Beacon lamp, flash sale", { "DC-VENLO": 500 });
}

async function lostParcel(client: Client, product: Product, now: Date): Promise<void> {
  const at = (days: number): string => new Date(now.getTime() - days * DAY_MS).toISOString();
  const [lost] = await take(client, [
    order("LOST-PARCEL", "web", 21, {
      historical: true,
      orderedAt: at(9),
      fulfillmentChoices: [delivery(LEEDS)],
      lines: [{ sku: product.code, quantity: 1, unitPrice: product.price }],
      tenders: [{ type: "card", amount: product.price }],
    }),
  ]);
  await client.post("/v1/shipments/bulk", {
    items: lost!.fulfillmentOrders.map(({ id }) => ({
      fulfillmentOrderId: id,
      carrier: "DPD",
      trackingNumber: "HPLOST00042",
      shippedAt: at(8),
      estimatedDeliveryOn: at(5).slice(0, 10),
    })),
  });
  await client.post("/v1/exceptions", {
    kind: "lostParcel",
    entityType: "order",
    entityId: lost!.id,
    reason: "The carrier has not scanned the parcel for six days.",
    nextAction: "Ask DPD for a search, or send a replacement.",
    ownerTeam: "customer-service",
    dueAt: new Date(now.getTime() + 2 * HOUR_MS).toISOString(),
    details: { trackingNumber: "HPLOST00042" },
  });
}

async function mixedGift(client: Client, products: readonly Product[]): Promise<void> {
  await newSku(client, "STORY-GIFT", "Gift box, pine", { "ST-LEEDS": 6, "DC-DAVENTRY": 20 });
  const [lamp, mug] = [products[70] ?? products[0]!, products[120] ?? products[1]!];
  await take(client, [
    order("MIXED-GIFT", "web", 0, {
      fulfillmentChoices: [
        delivery(PARIS, {
          id: "gift",
          giftMessage: "Happy birthday, Chloé! From all of us.",
          instructions: "Leave with the concierge.",
        }),
        delivery(LEEDS),
        { id: "store", method: "pickup", location: "ST-LEEDS", collectors: ["Ada Okafor", "Ben Okafor"] },
      ],
      lines: [
        { sku: lamp.code, quantity: 1, unitPrice: lamp.price, fulfillmentChoice: "gift" },
        { sku: mug.code, quantity: 2, unitPrice: mug.price, fulfillmentChoice: "home" },
        { sku: "STORY-GIFT", quantity: 1, unitPrice: 2_900, fulfillmentChoice: "store" },
      ],
      tenders: [{ type: "card", amount: lamp.price + 2 * mug.price + 2_900 }],
    }),
  ]);
}

/** The tills sold three at nine; a count of six o'clock arrives afterwards and does not bring them back. */
async function lateTillFile(client: Client, now: Date): Promise<void> {
  await newSku(client, "STORY-TILL", "Harbor mug, till file", {});
  const at = (hours: number): string => new Date(now.getTime() - hours * HOUR_MS).toISOString();
  const count = (asOf: string, quantity: number): object => ({
    source: "store-count",
    asOf,
    basis: "physical",
    scope: "partial",
    items: [{ sku: "STORY-TILL", location: "ST-BERLIN", quantity }],
  });
  await client.post("/v1/stock/snapshots", count(at(30), 12));
  await client.post("/v1/stock/movements", {
    items: [
      {
        kind: "sale",
        sku: "STORY-TILL",
        location: "ST-BERLIN",
        quantity: 3,
        occurredAt: at(2),
        source: "pos",
        document: "TILL-7781",
      },
    ],
  });
  await client.post("/v1/stock/snapshots", count(at(5), 10));
}

async function supplierLate(client: Client, now: Date): Promise<void> {
  await newSku(client, "STORY-SUPPLIER", "Walnut bench, awaited", {});
  const waiting = await take(
    client,
    [30, 31, 32].map((buyer) =>
      order(`SUPPLIER-${buyer}`, "phone", buyer, {
        fulfillmentChoices: [delivery(LEEDS)],
        lines: [{ sku: "STORY-SUPPLIER", quantity: 1, unitPrice: 32_900 }],
        tenders: [{ type: "invoice", amount: 32_900 }],
      }),
    ),
  );
  await client.post("/v1/exceptions", {
    kind: "supplierLate",
    entityType: "order",
    entityId: waiting[0]!.id,
    reason: "Göteborg Trä delivers the walnut benches a week late; three orders wait.",
    nextAction: "Tell the three customers the new date, or offer oak.",
    ownerTeam: "purchasing",
    dueAt: new Date(now.getTime() + 4 * HOUR_MS).toISOString(),
    details: { sku: "STORY-SUPPLIER", orders: waiting.length },
  });
}

/** Bristol closes at noon; its open work has to go elsewhere. */
async function closingAtNoon(client: Client, now: Date): Promise<void> {
  await newSku(client, "STORY-NOON", "Kite, closing store", { "ST-BRISTOL": 8, "DC-DAVENTRY": 30 });
  await take(
    client,
    [40, 41, 42].map((buyer) =>
      order(`NOON-${buyer}`, "app", buyer, {
        fulfillmentChoices: [
          delivery({
            line1: "1 Queen Square",
            city: "Bristol",
            country: "GB",
            postalCode: "BS1 4JQ",
            latitude: 51.45,
            longitude: -2.6,
          }),
        ],
        lines: [{ sku: "STORY-NOON", quantity: 1, unitPrice: 2_400 }],
        tenders: [{ type: "card", amount: 2_400 }],
      }),
    ),
  );
  const bristol = await client.get<{ calendar: { exceptions?: object[] } }>("/v1/locations/ST-BRISTOL");
  const today = {
    on: now.toISOString().slice(0, 10),
    openingHours: [{ from: "09:00", to: "12:00" }],
    cutOff: "11:30",
    note: "Stocktaking: closes at noon",
  };
  await client.patch("/v1/locations/ST-BRISTOL", { calendar: { ...bristol.calendar, exceptions: [today] } });
}

/** Munich could not find it; Berlin does it instead. */
async function rejected(client: Client): Promise<void> {
  await newSku(client, "STORY-REJECT", "Fox, not found on the shelf", { "ST-MUNICH": 2, "ST-BERLIN": 5 });
  const [order_] = await take(client, [
    order("REJECTED", "web", 55, {
      fulfillmentChoices: [
        delivery({
          line1: "3 Gärtnerplatz",
          city: "Munich",
          country: "DE",
          postalCode: "80469",
          latitude: 48.13,
          longitude: 11.576,
        }),
      ],
      lines: [{ sku: "STORY-REJECT", quantity: 1, unitPrice: 1_900 }],
      tenders: [{ type: "paypal", amount: 1_900 }],
    }),
  ]);
  for (const { id } of order_!.fulfillmentOrders)
    await client.post(`/v1/fulfillment-orders/${id}/reject`, { reason: "not found on the shelf" });
}

/** The till sold what the web had promised: truth is stored, the youngest order moves or waits, with somebody in charge. */
async function short(client: Client, now: Date): Promise<void> {
  await newSku(client, "STORY-SHORT", "Lantern, sold twice", { "ST-HAMBURG": 2 });
  await take(
    client,
    [60, 61].map((buyer) =>
      order(`SHORT-${buyer}`, "web", buyer, {
        fulfillmentChoices: [
          delivery({
            line1: "7 Neuer Wall",
            city: "Hamburg",
            country: "DE",
            postalCode: "20354",
            latitude: 53.55,
            longitude: 9.99,
          }),
        ],
        lines: [{ sku: "STORY-SHORT", quantity: 1, unitPrice: 4_900 }],
        tenders: [{ type: "card", amount: 4_900 }],
      }),
    ),
  );
  await client.post("/v1/stock/movements", {
    items: [
      {
        kind: "sale",
        sku: "STORY-SHORT",
        location: "ST-HAMBURG",
        quantity: 1,
        occurredAt: now.toISOString(),
        source: "pos",
        document: "TILL-9020",
      },
    ],
  });
}

async function held(client: Client, product: Product): Promise<void> {
  const [order_] = await take(client, [
    order("HELD", "social", 77, {
      fulfillmentChoices: [delivery(PARIS)],
      lines: [{ sku: product.code, quantity: 3, unitPrice: product.price }],
      tenders: [{ type: "card", amount: 3 * product.price }],
    }),
  ]);
  await client.post(`/v1/orders/${order_!.id}/holds`, {
    reason: "fraud check",
    note: "Three of the same, first order, new address.",
  });
}

async function partialShipment(client: Client, products: readonly Product[], now: Date): Promise<void> {
  const [one, two] = [products[12]!, products[13]!];
  const [order_] = await take(client, [
    order("PARTIAL", "marketplace", 88, {
      fulfillmentChoices: [
        delivery({
          line1: "5 Oudegracht",
          city: "Utrecht",
          country: "NL",
          postalCode: "3511 CE",
          latitude: 52.091,
          longitude: 5.122,
        }),
      ],
      lines: [
        { sku: one.code, quantity: 2, unitPrice: one.price },
        { sku: two.code, quantity: 1, unitPrice: two.price },
      ],
      tenders: [{ type: "card", amount: 2 * one.price + two.price }],
    }),
  ]);
  const [first] = order_!.fulfillmentOrders;
  const part = await client.get<{ lines: { lineNumber: number }[] }>(`/v1/fulfillment-orders/${first!.id}`);
  await client.post(`/v1/fulfillment-orders/${first!.id}/shipments`, {
    carrier: "PostNL",
    trackingNumber: "HPPART00007",
    lines: [{ lineNumber: part.lines[0]!.lineNumber, quantity: 1 }],
    estimatedDeliveryOn: new Date(now.getTime() + DAY_MS).toISOString().slice(0, 10),
  });
}
