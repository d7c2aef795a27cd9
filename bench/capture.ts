import { assertSameOrders, openOrderBench } from "./orders/order-bench.ts";
import { orderWriter } from "./orders/write-orders.ts";
import type { Bench } from "./runner/bench.ts";
import { interleave } from "./runner/interleave.ts";
import { median, spread } from "./runner/percentiles.ts";

const ROUNDS = 7;
const SECONDS = 2.5;

const bench: Bench = {
  name: "capture",
  summary:
    "POST /v1/orders, 2 lines, 1,000 SKUs x 10 locations, 64 callers, against the same rows in one transaction per order",
  async run(context) {
    const orders = await openOrderBench(context, { skus: 1_000, locations: 10, onHand: 10_000_000 });
    await assertSameOrders(orders);
    const { serially, atOnce } = orderWriter(2);
    const captured: { p50: number; p99: number }[] = [];
    const inOneCte: number[] = [];
    const { subject, reference, ratios } = await interleave({
      rounds: ROUNDS,
      subject: async () => {
        const report = await orders.capture({ seconds: SECONDS });
        captured.push(report);
        return report.perSecond;
      },
      reference: async () => {
        const serial = await orders.write({ seconds: SECONDS }, serially);
        inOneCte.push((await orders.write({ seconds: SECONDS / 2 }, atOnce)).perSecond);
        return serial.perSecond;
      },
      ratio: (one, other) => one / other,
    });
    const p50 = median(captured.map((report) => report.p50));
    const p99 = median(captured.map((report) => report.p99));
    context.table([
      { orders: "Orrery", "per second": spread(subject, 0), ratio: spread(ratios, 2), "p50 ms": p50, "p99 ms": p99 },
      {
        orders: "one transaction each, serial statements",
        "per second": spread(reference, 0),
        ratio: "1",
        "p50 ms": "",
        "p99 ms": "",
      },
      {
        orders: "one transaction each, one CTE",
        "per second": spread(inOneCte, 0),
        ratio: (median(inOneCte) / median(reference)).toFixed(2),
        "p50 ms": "",
        "p99 ms": "",
      },
    ]);
    await orders.close();
    return {
      ratio: median(ratios),
      perSecond: Math.round(median(subject)),
      p50,
      p99,
      referencePerSecond: Math.round(median(reference)),
      oneCtePerSecond: Math.round(median(inOneCte)),
    };
  },
};

export default bench;
