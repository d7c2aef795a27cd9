import { openOrderBench, type OrderBench } from "./orders/order-bench.ts";
import { sampleOrder } from "./orders/order-bodies.ts";
import type { Bench } from "./runner/bench.ts";
import type { LoadReport } from "./runner/callers.ts";
import type { Connection, HttpAnswer } from "./runner/connection.ts";
import { interleave } from "./runner/interleave.ts";
import { median, spread } from "./runner/percentiles.ts";

const ROUNDS = 9;
const SECONDS = 2.5;

const bench: Bench = {
  name: "lifecycle",
  summary: "orders captured, accepted, shipped and delivered by four single calls, 64 callers, against capture alone",
  async run(context) {
    const orders = await openOrderBench(context, { skus: 1_000, locations: 10, onHand: 10_000_000 });
    const lifecycles: LoadReport[] = [];
    const { subject, reference, ratios } = await interleave({
      rounds: ROUNDS,
      subject: async () => {
        const report = await live(orders);
        lifecycles.push(report);
        return report.perSecond;
      },
      reference: async () => (await orders.capture({ seconds: SECONDS })).perSecond,
      ratio: (one, other) => one / other,
    });
    const p50 = median(lifecycles.map((report) => report.p50));
    const p99 = median(lifecycles.map((report) => report.p99));
    context.table([
      {
        orders: "capture, accept, ship, deliver",
        "per second": spread(subject, 0),
        ratio: spread(ratios, 2),
        "p50 ms": p50,
        "p99 ms": p99,
      },
      { orders: "capture", "per second": spread(reference, 0), ratio: "1", "p50 ms": "", "p99 ms": "" },
    ]);
    await orders.close();
    return {
      ratio: median(ratios),
      lifecyclesPerSecond: Math.round(median(subject)),
      p50,
      p99,
      capturesPerSecond: Math.round(median(reference)),
    };
  },
};
export default bench;

/** Each caller takes an order from capture to delivery before it begins the next one; the latency is that of all four calls. */
function live({ callers, seeded, newSeries }: OrderBench): Promise<LoadReport> {
  const series = newSeries();
  return callers.runWithoutFailure({
    seconds: SECONDS,
    call: async (connection, number) => {
      const captured = await connection.post("/v1/orders", sampleOrder(seeded, series, number));
      if (captured.status !== 201) return captured;
      const { fulfillmentOrders } = JSON.parse(captured.body) as { fulfillmentOrders: { id: string }[] };
      if (fulfillmentOrders.length !== 1)
        throw new Error(`An order at ${fulfillmentOrders.length} locations is another bench.`);
      return await fulfill(connection, fulfillmentOrders[0]!.id);
    },
  });
}

async function fulfill(connection: Connection, fulfillmentOrder: string): Promise<HttpAnswer> {
  const accepted = await connection.post(`/v1/fulfillment-orders/${fulfillmentOrder}/accept`, "{}");
  if (accepted.status >= 400) return accepted;
  const shipped = await connection.post(`/v1/fulfillment-orders/${fulfillmentOrder}/shipments`, {
    carrier: "DHL",
    trackingNumber: fulfillmentOrder,
  });
  if (shipped.status >= 400) return shipped;
  const { shipmentId } = JSON.parse(shipped.body) as { shipmentId: string };
  return await connection.post(`/v1/shipments/${shipmentId}/deliver`, "{}");
}
