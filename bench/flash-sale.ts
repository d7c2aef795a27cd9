import { openOrderBench, type OrderBench } from "./orders/order-bench.ts";
import { orderOf, type SampleOrder } from "./orders/order-bodies.ts";
import { orderWriter } from "./orders/write-orders.ts";
import type { Bench } from "./runner/bench.ts";
import type { BenchDatabase } from "./runner/database.ts";
import { interleave } from "./runner/interleave.ts";
import { median, spread } from "./runner/percentiles.ts";

const SALES = 20;
const UNITS = 500;
const BUYERS = 2_000;
const LOCATION = "LOC-001";
/** SKUs that are not on sale, for the orders that warm everything up. */
const ORDINARY = 200;

const bench: Bench = {
  name: "flash-sale",
  summary:
    "500 units of one SKU to 2,000 buyers, 64 callers, 20 SKUs in turn, against one transaction each on the one row",
  async run(context) {
    const orders = await openOrderBench(context, {
      skus: ORDINARY + 2 * SALES,
      locations: 10,
      demand: (skuCodes) => skuCodes.slice(0, ORDINARY),
      seedMore: receive,
      from: LOCATION,
    });
    const onSale = skusOnSale();
    const latencies: { p50: number; p99: number }[] = [];
    const { subject, reference, ratios } = await interleave({
      rounds: SALES - 1,
      subject: async () => {
        const report = await sell(orders, onSale.next().value!);
        latencies.push(report);
        return report.perSecond;
      },
      reference: () => sellDirectly(orders, onSale.next().value!),
      ratio: (one, other) => one / other,
    });
    await assertSold(orders);
    const p50 = median(latencies.map((report) => report.p50));
    const p99 = median(latencies.map((report) => report.p99));
    context.table([
      { buyers: "Orrery", "per second": spread(subject, 0), ratio: spread(ratios, 1), "p50 ms": p50, "p99 ms": p99 },
      { buyers: "one transaction each", "per second": spread(reference, 0), ratio: "1", "p50 ms": "", "p99 ms": "" },
    ]);
    await orders.close();
    return {
      ratio: median(ratios),
      sold: UNITS,
      buyersPerSecond: Math.round(median(subject)),
      p50,
      p99,
      referencePerSecond: Math.round(median(reference)),
    };
  },
};
export default bench;

function skusOnSale(): Iterator<string> {
  return Array.from({ length: 2 * SALES }, (_, index) => skuCode(ORDINARY + index + 1)).values();
}

function skuCode(number: number): string {
  return `SKU-${String(number).padStart(6, "0")}`;
}

/** Ordinary SKUs everywhere, those on sale at one location, with the ledger that says so. */
async function receive({ pool }: BenchDatabase): Promise<void> {
  await pool.query(
    `insert into inventory.positions (sku_id, location_id, on_hand, version)
     select s.id, l.id, case when s.number > $1 then $2 else 1000000 end, 1
     from (select id, row_number() over (order by code) as number from catalog.skus) s
     join network.locations l on s.number <= $1 or l.code = $3
     order by 1, 2`,
    [ORDINARY, UNITS, LOCATION],
  );
  await pool.query(
    `insert into inventory.movements (sku_id, location_id, kind, delta_on_hand, on_hand, reserved, allocated, damaged,
       version, occurred_at, source, actor)
     select sku_id, location_id, 'receipt', on_hand, on_hand, 0, 0, 0, 1, now(), 'bench', 'system:bench' from inventory.positions`,
  );
}

function bodyOf(orders: OrderBench, sku: string): (series: string, number: number) => SampleOrder {
  return (series, number) => orderOf(orders.seeded, series, number, [{ sku, quantity: 1, unitPrice: 9_990 }]);
}

async function sell(orders: OrderBench, sku: string): Promise<{ perSecond: number; p50: number; p99: number }> {
  const [series, body] = [orders.newSeries(), bodyOf(orders, sku)];
  const statuses = new Map<number, number>();
  const report = await orders.callers.run({
    calls: BUYERS,
    call: async (connection, number) => {
      const answer = await connection.post("/v1/orders", body(series, number));
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      return answer;
    },
  });
  if (statuses.get(201) !== UNITS || statuses.get(422) !== BUYERS - UNITS) {
    throw new Error(`The sale of ${sku} ended with ${JSON.stringify([...statuses])}: ${report.firstFailure}`);
  }
  return report;
}

async function sellDirectly(orders: OrderBench, sku: string): Promise<number> {
  const { successes, perSecond } = await orders.write({ calls: BUYERS }, orderWriter(1).serially, bodyOf(orders, sku));
  if (successes !== UNITS) throw new Error(`The reference sold ${successes} of ${UNITS} units of ${sku}.`);
  return perSecond;
}

/** What was answered is what lies in the database: every unit of every sale is promised to an order, and none twice. */
async function assertSold({ database }: OrderBench): Promise<void> {
  const { rows } = await database.pool.query<{ sku: string; allocated: number; promised: number }>(
    `select s.code as sku, p.allocated, (select coalesce(sum(a.quantity), 0)::int from inventory.allocations a where a.sku_id = p.sku_id) as promised
     from inventory.positions p join catalog.skus s on s.id = p.sku_id where s.code > $1`,
    [skuCode(ORDINARY)],
  );
  const wrong = rows.filter(({ allocated, promised }) => allocated !== UNITS || promised !== UNITS);
  if (rows.length !== 2 * SALES || wrong.length > 0)
    throw new Error(`Not exactly ${UNITS} sold: ${JSON.stringify(wrong)}`);
}
