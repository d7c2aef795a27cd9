import type { BulkAnswer, Client } from "../client.ts";
import type { Product } from "./catalog.ts";
import { Random } from "./random.ts";
import { storeCodes } from "./retailer.ts";
import { makeOrder } from "./shop.ts";
import { isStorySku, STORY_ORDERS } from "./stories.ts";

const TURN_MS = 1_000;
/** Fulfillment orders that pickers look at in a turn. */
const LOOK_AT = 60;

interface Work {
  id: string;
  orderId: string;
  method: "delivery" | "pickup";
  state: string;
  held: boolean;
  lines: { sku: string }[];
  shipments: { id: string; status: string }[];
}

/** A trading day that moves: shoppers, tills, pickers and carriers act through the public API until `signal` ends it. */
export async function tradingDay(
  client: Client,
  products: readonly Product[],
  signal: AbortSignal,
  warn: (error: unknown) => void,
): Promise<void> {
  const random = new Random(Date.now());
  const stories = new Set<string>();
  for (const reference of STORY_ORDERS) {
    const order = await client.get<{ id: string }>(`/v1/orders/${reference}`).catch(() => null);
    if (order !== null) stories.add(order.id);
  }
  let turn = 0;
  while (!signal.aborted) {
    try {
      await shoppers(client, products, random, turn);
      await tills(client, products, random);
      await pickers(client, random, stories);
      if (turn % 3 === 0) await carriers(client, random, stories);
    } catch (error) {
      if (!signal.aborted) warn(error);
    }
    turn++;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, TURN_MS);
      signal.addEventListener(
        "abort",
        () => {
          clearTimeout(timer);
          resolve();
        },
        { once: true },
      );
    });
  }
}

async function shoppers(client: Client, products: readonly Product[], random: Random, turn: number): Promise<void> {
  const items = Array.from(
    {
      length: random.weighted([
        [0, 92],
        [1, 7],
        [2, 1],
      ]),
    },
    (_, index) => makeOrder(products, random, { reference: `L-${Date.now()}-${turn}-${index}` }),
  );
  if (items.length > 0) await client.post("/v1/orders/bulk", { items });
}

/** Tills sell without asking, and now and then something comes back or breaks. */
async function tills(client: Client, products: readonly Product[], random: Random): Promise<void> {
  if (!random.chance(0.3)) return;
  const product = random.pick(products.filter((one) => one.vendor === null));
  const kind = random.weighted([
    ["sale", 85],
    ["return", 10],
    ["damage", 5],
  ] as const);
  await client.post("/v1/stock/movements", {
    items: [
      {
        kind,
        sku: product.code,
        location: random.pick(storeCodes),
        quantity: 1,
        occurredAt: new Date().toISOString(),
        source: "pos",
        document: `TILL-${Date.now()}`,
      },
    ],
  });
}

const NEXT: Readonly<Record<string, string>> = {
  "open.created": "accept",
  "open.accepted": "startPicking",
  "open.picking": "pack",
};

async function pickers(client: Client, random: Random, stories: ReadonlySet<string>): Promise<void> {
  const { data } = await client.get<{ data: Work[] }>(
    `/v1/fulfillment-orders?status=created,scheduled,picking,packed&limit=${LOOK_AT}`,
  );
  const free = data.filter((work) => !work.held && !isOfStory(work, stories) && random.chance(0.02));
  const actions = free.flatMap((work) => {
    if (work.state === "open.created" && random.chance(0.03))
      return [
        {
          fulfillmentOrderId: work.id,
          action: "reject",
          reason: random.pick(["not found on the shelf", "damaged", "too busy"]),
        },
      ];
    if (work.state === "readyForPickup") return [{ fulfillmentOrderId: work.id, action: "collect" }];
    if (work.state === "open.packed" && work.method === "pickup")
      return [{ fulfillmentOrderId: work.id, action: "ready" }];
    const action = NEXT[work.state];
    return action === undefined ? [] : [{ fulfillmentOrderId: work.id, action }];
  });
  if (actions.length > 0) await client.post("/v1/fulfillment-orders/actions", { items: actions });
  const leaving = free.filter((work) => work.state === "open.packed" && work.method === "delivery");
  if (leaving.length > 0) {
    await client.post("/v1/shipments/bulk", {
      items: leaving.map(({ id }) => ({
        fulfillmentOrderId: id,
        carrier: random.pick(["DHL", "DPD", "PostNL"]),
        trackingNumber: `HP${id.slice(-10).toUpperCase()}`,
        estimatedDeliveryOn: new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10),
      })),
    });
  }
}

/** What the tour tells of is left to its visitor, and so is what is bought in its flash sale. */
function isOfStory({ orderId, lines }: Work, stories: ReadonlySet<string>): boolean {
  return stories.has(orderId) || lines.some(({ sku }) => isStorySku(sku));
}

async function carriers(client: Client, random: Random, stories: ReadonlySet<string>): Promise<void> {
  const { data } = await client.get<{ data: Work[] }>("/v1/fulfillment-orders?status=dispatched&limit=40");
  const arrived = data
    .filter((work) => !isOfStory(work, stories))
    .flatMap((work) => work.shipments)
    .filter((shipment) => shipment.status === "shipped" && random.chance(0.05));
  if (arrived.length > 0)
    await client.post<BulkAnswer<object>>("/v1/shipments/deliveries", {
      items: arrived.map(({ id }) => ({ shipmentId: id })),
    });
}
