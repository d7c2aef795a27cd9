import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openOrderBench, type OrderBench } from "./orders/order-bench.ts";
import { sampleOrder } from "./orders/order-bodies.ts";
import type { Bench, BenchContext } from "./runner/bench.ts";
import type { Connection, HttpAnswer } from "./runner/connection.ts";
import { OpenLoad, type OpenReport } from "./runner/open-load.ts";

/** How often each kind comes: what a shop, its stores and its staff send in an hour of sale. */
const SHARES = { availability: 100, stockDelta: 20, capture: 5, ship: 5, list: 2 } as const;
type Kind = keyof typeof SHARES;

const FIRST_RATE = 300;
/** At the first rate, until the code of every kind of call is compiled. */
const WARM_UP_SECONDS = 6;
const STEP = 1.25;
const STEP_SECONDS = 3;
const LIMIT_MS = 250;
/** Fulfillment orders to ship from the first second on. */
const STOCKED_ORDERS = 2_000;

const bench: Bench = {
  name: "peak",
  summary:
    "availability, stock deltas, captures, ships and lists mixed 100:20:5:5:2, the rate raised until p99 exceeds 250 ms",
  async run(context) {
    const orders = await openOrderBench(context, { skus: 1_000, locations: 10, onHand: 10_000_000 });
    const mix = await prepareMix(orders);
    const load = await OpenLoad.open(orders.server.url, orders.key);
    const peak = await raise(context, load, mix);
    load.close();
    const bare = await barePeak(context, orders);
    context.table([
      ...Object.entries(peak.byKind).map(([kind, { p50, p99 }]) => ({
        calls: kind,
        "per second": "",
        "p50 ms": p50.toFixed(1),
        "p99 ms": p99.toFixed(1),
      })),
      {
        calls: "all",
        "per second": Math.round(peak.perSecond),
        "p50 ms": peak.p50.toFixed(1),
        "p99 ms": peak.p99.toFixed(1),
      },
      {
        calls: "bare route",
        "per second": Math.round(bare.perSecond),
        "p50 ms": bare.p50.toFixed(1),
        "p99 ms": bare.p99.toFixed(1),
      },
    ]);
    await orders.close();
    return {
      ratio: peak.perSecond / bare.perSecond,
      perSecond: Math.round(peak.perSecond),
      p50: peak.p50,
      p99: peak.p99,
      barePerSecond: Math.round(bare.perSecond),
    };
  },
};
export default bench;

type Call = (connection: Connection) => Promise<HttpAnswer>;

/** Calls in their shares, evenly mixed; each answers what the API answers, and a refusal ends the bench. */
async function prepareMix(orders: OrderBench): Promise<() => { kind: Kind; call: Call }> {
  const toShip: string[] = [];
  const series = orders.newSeries();
  let captured = 0;
  const capture: Call = async (connection) => {
    const answer = await connection.post("/v1/orders", sampleOrder(orders.seeded, series, captured++));
    if (answer.status === 201)
      toShip.push((JSON.parse(answer.body) as { fulfillmentOrders: [{ id: string }] }).fulfillmentOrders[0].id);
    return answer;
  };
  await orders.callers.runWithoutFailure({ calls: STOCKED_ORDERS, call: capture });
  let drawn = 0;
  const sku = (): string => orders.seeded.skuCodes[(drawn * 7919) % orders.seeded.skuCodes.length]!;
  const calls: Record<Kind, Call> = {
    availability: (connection) => connection.get(`/v1/availability?channel=web-1&skus=${sku()}`),
    stockDelta: (connection) =>
      connection.post("/v1/stock/movements", {
        items: [
          {
            kind: "receipt",
            sku: sku(),
            location: orders.seeded.locationCodes[drawn % orders.seeded.locationCodes.length]!,
            quantity: 1,
            occurredAt: new Date().toISOString(),
            source: "bench",
          },
        ],
      }),
    capture,
    ship: (connection) =>
      connection.post(`/v1/fulfillment-orders/${toShip.shift()!}/shipments`, {
        carrier: "DHL",
        trackingNumber: `T${drawn}`,
      }),
    list: (connection) => connection.get("/v1/orders?limit=50"),
  };
  const cycle = evenly();
  return () => {
    const kind = cycle[drawn++ % cycle.length]!;
    return { kind, call: calls[kind] };
  };
}

/** One round of all shares, each kind spread over it. */
function evenly(): Kind[] {
  return Object.entries(SHARES)
    .flatMap(([kind, share]) =>
      Array.from({ length: share }, (_, index) => ({ kind: kind as Kind, at: (index + 0.5) / share })),
    )
    .sort((one, other) => one.at - other.at)
    .map(({ kind }) => kind);
}

/** The last rate that kept the limit. */
async function raise<Name extends string>(
  context: BenchContext,
  load: OpenLoad,
  next: () => { kind: Name; call: Call },
): Promise<OpenReport> {
  let best: OpenReport | null = null;
  await load.run({ perSecond: FIRST_RATE, seconds: WARM_UP_SECONDS, next });
  for (let rate = FIRST_RATE; ; rate *= STEP) {
    const report = await load.run({ perSecond: rate, seconds: STEP_SECONDS, next });
    context.log(
      `${Math.round(rate)}/s asked, ${Math.round(report.perSecond)}/s answered, p99 ${report.p99.toFixed(1)} ms`,
    );
    if (report.p99 > LIMIT_MS) return best ?? report;
    best = report;
  }
}

async function barePeak(context: BenchContext, orders: OrderBench): Promise<OpenReport> {
  const path = `/v1/availability?channel=web-1&skus=${orders.seeded.skuCodes[0]!}`;
  const answer = await fetch(`${orders.server.url}${path}`, { headers: { authorization: `Bearer ${orders.key}` } });
  const bytes = join(context.directory, "answer.json");
  await writeFile(bytes, await answer.text());
  const bare = await context.startProcess(fileURLToPath(new URL("runner/bare-server.ts", import.meta.url)), [bytes]);
  const load = await OpenLoad.open(bare.url, orders.key);
  const report = await raise(context, load, () => ({ kind: "bare", call: (connection) => connection.get("/") }));
  load.close();
  return report;
}
