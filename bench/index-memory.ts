import { setTimeout as pause } from "node:timers/promises";
import { createAvailabilityIndex } from "../server/src/availability/public.ts";
import { applyMovements } from "../server/src/inventory/public.ts";
import { openDatabase } from "../server/src/platform/db/database.ts";
import type { Bench } from "./runner/bench.ts";
import { Callers } from "./runner/callers.ts";
import { seedCatalog, seedReaders } from "./runner/seed.ts";

const SKUS = 50_000;
const LOCATIONS = 20;
const SKUS_PER_CALL = 100;
/** Stock changes a second while staleness is measured, in transactions of ten. */
const CHANGES_PER_SECOND = 1_000;
const CHANGES_PER_TRANSACTION = 10;
const SECONDS = 10;

const bench: Bench = {
  name: "index-memory",
  summary: `resident memory with ${SKUS} SKUs × ${LOCATIONS} locations asked for; staleness between two processes under writes`,
  async run(context) {
    const database = await context.startDatabase();
    const seeded = await seedCatalog(database, { skus: SKUS, locations: LOCATIONS, onHand: 17 });
    const keys = await seedReaders(database);
    await database.settle();

    const server = await context.startServer(database);
    const fresh = await server.usage();
    const callers = await Callers.open(server.url, keys);
    const loading = await callers.runWithoutFailure({
      calls: SKUS / SKUS_PER_CALL,
      call: (connection, n) => {
        const skus = seeded.skuCodes.slice(n * SKUS_PER_CALL, (n + 1) * SKUS_PER_CALL).join(",");
        return connection.get(`/v1/availability?channel=web-1&skus=${skus}`);
      },
    });
    const loaded = await server.usage();
    const warm = await callers.runWithoutFailure({
      seconds: 5,
      call: (connection, n) =>
        connection.get(`/v1/availability?channel=web-1&skus=${seeded.skuCodes[(n * 7_919) % SKUS]}`),
    });
    const busy = await server.usage();

    context.log("another process writes now, and this server follows");
    const staleness = await stalenessUnderWrites(database.url, server.url);
    const written = await server.usage();
    callers.close();

    const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;
    context.table([
      { figure: "resident memory after the start, MB", value: megabytes(fresh.rss) },
      { figure: `… with ${SKUS} SKUs × ${LOCATIONS} locations asked for, MB`, value: megabytes(loaded.rss) },
      { figure: "… after 5 s of reads, MB", value: megabytes(busy.rss) },
      { figure: `… after ${SECONDS} s of writes by another process, MB`, value: megabytes(written.rss) },
      { figure: "calls of 100 SKUs per second while loading", value: Math.round(loading.perSecond) },
      { figure: "reads of one SKU per second when warm", value: Math.round(warm.perSecond) },
      { figure: "p99 of those, ms", value: warm.p99 },
      { figure: "start of the server, ms", value: Math.round(server.startedInMs) },
      { figure: "staleness p50, ms", value: staleness.p50 },
      { figure: "staleness p99, ms", value: staleness.p99 },
      { figure: "changes measured", value: staleness.count },
    ]);
    return {
      ratio: null,
      rssMegabytes: Math.max(loaded.rss, busy.rss, written.rss) / 1e6,
      freshMegabytes: fresh.rss / 1e6,
      stalenessP50: staleness.p50,
      stalenessP99: staleness.p99,
      startMilliseconds: server.startedInMs,
    };
  },
};
export default bench;

interface Staleness {
  p50: number;
  p99: number;
  count: number;
}

/** This process writes, with an index of its own that notifies; the server tells by its metrics how late it was. */
async function stalenessUnderWrites(databaseUrl: string, serverUrl: string): Promise<Staleness> {
  const database = openDatabase({ url: databaseUrl, connections: 4 });
  const index = await createAvailabilityIndex({ database });
  const before = await readHistogram(serverUrl);
  const gapMs = (1000 * CHANGES_PER_TRANSACTION) / CHANGES_PER_SECOND;
  const writes: Promise<void>[] = [];
  const started = performance.now();
  for (let turn = 0; turn * gapMs < SECONDS * 1000; turn++) {
    await pause(Math.max(0, started + turn * gapMs - performance.now()));
    writes.push(
      database.transaction(async (transaction) => {
        await applyMovements(transaction, changesOf(turn));
      }),
    );
  }
  await Promise.all(writes);
  await pause(500);
  const after = await readHistogram(serverUrl);
  await index.stop();
  await database.close();
  const counts = after.map(({ bound, count }, at) => ({ bound, count: count - (before[at]?.count ?? 0) }));
  return { p50: quantile(counts, 0.5), p99: quantile(counts, 0.99), count: counts.at(-1)?.count ?? 0 };
}

function changesOf(turn: number): Parameters<typeof applyMovements>[1] {
  return Array.from({ length: CHANGES_PER_TRANSACTION }, (_, n) => ({
    skuId: ((turn * 7_919 + n * 104_729) % SKUS) + 1,
    locationId: ((turn + n) % LOCATIONS) + 1,
    kind: "receipt" as const,
    onHand: 1,
    occurredAt: new Date(),
    source: "bench",
    origin: { actor: "system:bench", requestId: null },
  }));
}

interface Bucket {
  /** Milliseconds; Infinity for the last. */
  bound: number;
  /** At or below the bound. */
  count: number;
}

async function readHistogram(serverUrl: string): Promise<Bucket[]> {
  const text = await (await fetch(`${serverUrl}/metrics`)).text();
  const lines = text.matchAll(/^orrery_availability_staleness_seconds_bucket\{le="([^"]+)"[^}]*\} (\d+)/gm);
  return [...lines].map(([, bound, count]) => ({
    bound: bound === "+Inf" ? Infinity : Number(bound) * 1000,
    count: Number(count),
  }));
}

/** Between the bounds of its bucket in proportion, as Prometheus does it. */
function quantile(buckets: readonly Bucket[], share: number): number {
  const rank = (buckets.at(-1)?.count ?? 0) * share;
  const at = buckets.findIndex(({ count }) => count >= rank);
  const [low, high] = [buckets[at - 1] ?? { bound: 0, count: 0 }, buckets[at]];
  if (high === undefined || high.count === 0) return Number.NaN;
  if (high.bound === Infinity) return low.bound;
  return low.bound + ((high.bound - low.bound) * (rank - low.count)) / (high.count - low.count);
}
