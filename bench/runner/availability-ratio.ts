import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BenchContext, BenchResult } from "./bench.ts";
import { Callers, type LoadReport } from "./callers.ts";
import { interleave } from "./interleave.ts";
import { median, percentile, spread } from "./percentiles.ts";
import { seedCatalog, seedReaders } from "./seed.ts";
import type { ServerProcess } from "./server.ts";

const BARE_SERVER = fileURLToPath(new URL("bare-server.ts", import.meta.url));
const SKUS = 1_000;
const LOCATIONS = 10;
const PATHS = 10_000;
const ROUNDS = 15;
const ROUND_SECONDS = 1;

/** CPU per request of a bare Fastify route that sends the same bytes, over that of the availability read. */
export async function availabilityRatio(context: BenchContext, skusPerCall: number): Promise<BenchResult> {
  const database = await context.startDatabase();
  const seeded = await seedCatalog(database, { skus: SKUS, locations: LOCATIONS, onHand: 17 });
  const keys = await seedReaders(database);
  await database.settle();
  const paths = randomPaths(seeded.skuCodes, skusPerCall);

  const server = await context.startServer(database, { command: "api" });
  const callers = await Callers.open(server.url, keys);
  const sample = await callers.runWithoutFailure({ calls: PATHS, call: (connection, n) => connection.get(paths[n]!) });
  context.log(`warm: ${sample.calls} calls; started in ${Math.round(server.startedInMs)} ms`);

  const bytes = join(context.directory, "answer.json");
  await writeFile(bytes, await bodyOf(server, keys[0]!, paths[0]!));
  const bare = await context.startProcess(BARE_SERVER, [bytes]);
  const bareCallers = await Callers.open(bare.url, keys);

  const reports: LoadReport[] = [];
  const figures = await interleave({
    rounds: ROUNDS,
    warmUps: 2,
    subject: async () => {
      const { perCall, report } = await measure(server, callers, (n) => paths[n % PATHS]!);
      reports.push(report);
      return perCall;
    },
    reference: async () => (await measure(bare, bareCallers, () => "/")).perCall,
    ratio: (subject, reference) => reference / subject,
  });
  callers.close();
  bareCallers.close();

  const ratio = median(figures.ratios);
  const [p50, p99, perSecond] = (["p50", "p99", "perSecond"] as const).map((figure) =>
    median(reports.map((report) => report[figure])),
  );
  const rssMegabytes = (await server.usage()).rss / 1e6;
  context.table([
    { "CPU per call (median and middle half)": "availability, µs", figure: spread(figures.subject) },
    { "CPU per call (median and middle half)": "bare route, µs", figure: spread(figures.reference) },
    { "CPU per call (median and middle half)": "ratio", figure: spread(figures.ratios, 3) },
    { "CPU per call (median and middle half)": "calls per second", figure: String(Math.round(perSecond!)) },
    { "CPU per call (median and middle half)": "p50 / p99, ms", figure: `${p50!.toFixed(2)} / ${p99!.toFixed(2)}` },
    { "CPU per call (median and middle half)": "resident memory, MB", figure: String(Math.round(rssMegabytes)) },
  ]);
  return {
    ratio,
    ratioLow: percentile(figures.ratios, 0.25),
    ratioHigh: percentile(figures.ratios, 0.75),
    cpuMicroseconds: median(figures.subject),
    bareMicroseconds: median(figures.reference),
    perSecond: perSecond!,
    p50: p50!,
    p99: p99!,
    rssMegabytes,
    startMilliseconds: server.startedInMs,
  };
}

async function measure(server: ServerProcess, callers: Callers, pathOf: (number: number) => string) {
  const { result: report, cpu } = await server.cpuDuring(() =>
    callers.runWithoutFailure({ seconds: ROUND_SECONDS, call: (connection, n) => connection.get(pathOf(n)) }),
  );
  return { perCall: cpu / report.calls, report };
}

async function bodyOf(server: ServerProcess, key: string, path: string): Promise<string> {
  const response = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
  return await response.text();
}

/** The same for every run; each SKU is as likely as any other. */
function randomPaths(skuCodes: readonly string[], skusPerCall: number): string[] {
  let state = 1;
  const next = (): string => {
    state = (state * 48_271) % 2_147_483_647;
    return skuCodes[state % skuCodes.length]!;
  };
  return Array.from({ length: PATHS }, () => {
    const skus = Array.from({ length: skusPerCall }, next).join(",");
    return `/v1/availability?channel=web-1&skus=${skus}`;
  });
}
