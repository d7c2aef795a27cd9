import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { growDatabase } from "./orders/grow-database.ts";
import { openOrderBench } from "./orders/order-bench.ts";
import { sampleOrder } from "./orders/order-bodies.ts";
import type { Bench, BenchContext } from "./runner/bench.ts";
import type { BenchDatabase } from "./runner/database.ts";
import { Connection } from "./runner/connection.ts";
import { interleave } from "./runner/interleave.ts";
import { median, spread } from "./runner/percentiles.ts";
import type { Seeded } from "./runner/seed.ts";

const ROUNDS = 7;
const SECONDS = 2;
const ORDERS = 500_000;
const FULL_ORDERS = 2_000_000;
/** With 20 locations a million positions. */
const SKUS = 50_000;
const LOCATIONS = 20;
/** What the measured orders ask for, the same in both databases: only what else lies in the database differs. */
const DEMAND = 1_000;
const ON_HAND = 10_000_000;

const bench: Bench = {
  name: "growth",
  summary: "capture with 500,000 orders and 1,000,000 positions in the database, against capture on an empty one",
  async run(context) {
    const orders = context.full ? FULL_ORDERS : ORDERS;
    const catalog = { locations: LOCATIONS, onHand: ON_HAND };
    let auditSeconds = 0;
    const grown = await openOrderBench(context, {
      ...catalog,
      skus: SKUS,
      demand: (skuCodes) => skuCodes.slice(0, DEMAND),
      seedMore: async (database, seeded, key) => {
        const begun = performance.now();
        await growDatabase(database, await captureModel(context, database, seeded, key), orders);
        context.log(`grown within ${Math.round((performance.now() - begun) / 1000)} s`);
        auditSeconds = await audit(context, database);
      },
    });
    const empty = await openOrderBench(context, { ...catalog, skus: DEMAND });
    const latencies: number[] = [];
    const { subject, reference, ratios } = await interleave({
      rounds: ROUNDS,
      subject: async () => {
        const report = await grown.capture({ seconds: SECONDS });
        latencies.push(report.p99);
        return report.perSecond;
      },
      reference: async () => (await empty.capture({ seconds: SECONDS })).perSecond,
      ratio: (one, other) => one / other,
    });
    const { rss } = await grown.server.usage();
    context.table([
      {
        capture: `beside ${orders} orders`,
        "per second": spread(subject, 0),
        ratio: spread(ratios, 2),
        "p99 ms": median(latencies),
      },
      { capture: "on an empty database", "per second": spread(reference, 0), ratio: "1", "p99 ms": "" },
    ]);
    await Promise.all([grown.close(), empty.close()]);
    return {
      ratio: median(ratios),
      orders,
      positions: SKUS * LOCATIONS,
      perSecond: Math.round(median(subject)),
      p99: median(latencies),
      referencePerSecond: Math.round(median(reference)),
      auditSeconds,
      memoryMb: Math.round(rss / 1e6),
    };
  },
};
export default bench;

/** One order through the API, which the others are copies of; returns its ID. */
async function captureModel(
  context: BenchContext,
  database: BenchDatabase,
  seeded: Seeded,
  key: string,
): Promise<string> {
  const server = await context.startServer(database);
  const connection = await Connection.open(new URL(server.url), key);
  const { status, body } = await connection.post("/v1/orders", sampleOrder(seeded, "model", 0));
  connection.close();
  await server.stop();
  if (status !== 201) throw new Error(`The model order was not captured: ${status} ${body}`);
  return (JSON.parse(body) as { id: string }).id;
}

/** Seconds that `orrery audit` takes; it must be clean, or the bench measures a database that cannot be. */
async function audit({ root }: BenchContext, { url }: BenchDatabase): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, [join(root, "server/src/main/cli.ts"), "audit"], {
    env: { ...process.env, DATABASE_URL: url },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const [code] = (await once(child, "close")) as [number];
  if (code !== 0) throw new Error(`The audit of the grown database is not clean:\n${output}`);
  return Math.round((performance.now() - begun) / 100) / 10;
}
