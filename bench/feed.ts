import { setTimeout as sleep } from "node:timers/promises";
import type { Bench, BenchContext } from "./runner/bench.ts";
import { percentile } from "./runner/percentiles.ts";
import { seedApiKey, seedCatalog, type Seeded } from "./runner/seed.ts";

const LOCATIONS = 50;
/** A million positions; every SKU is in the file once for each location. */
const SKUS = 20_000;
const BEST_SELLERS = 40;
/** Between two changes of best sellers. */
const GAP_MS = 60;
const IDLE_CHANGES = 250;
const WARM_UP_CHANGES = 30;
/** What never comes is a failure, not a lag. */
const LIMIT_MS = 20_000;

const bench: Bench = {
  name: "feed",
  summary: "lag of a best seller's change at its channel while 1,000,000 positions load, against the idle lag",
  async run(context) {
    const shop = await open(context);
    await shop.changes(WARM_UP_CHANGES);
    const idle = await shop.changes(IDLE_CHANGES);
    const upload = shop.upload();
    let loading = true;
    const done = upload.then((seconds) => ((loading = false), seconds));
    const loaded = await shop.changes(Number.POSITIVE_INFINITY, () => loading);
    const seconds = await done;
    const toldInS = await shop.untilAllAreTold();
    const figures = { idle: figuresOf(idle), loading: figuresOf(loaded) };
    context.table(
      Object.entries(figures).map(([name, { p50, p99, max }]) => ({
        best_sellers: name,
        changes: name === "idle" ? idle.length : loaded.length,
        "p50 ms": p50.toFixed(0),
        "p99 ms": p99.toFixed(0),
        "max ms": max.toFixed(0),
      })),
    );
    context.log(
      `1,000,000 positions took ${seconds.toFixed(1)} s; the last of them was told ${toldInS.toFixed(1)} s later`,
    );
    shop.close();
    return {
      ratio: figures.loading.p99 / figures.idle.p99,
      idleP50Ms: Math.round(figures.idle.p50),
      idleP99Ms: Math.round(figures.idle.p99),
      loadingP50Ms: Math.round(figures.loading.p50),
      loadingP99Ms: Math.round(figures.loading.p99),
      loadSeconds: Math.round(seconds),
      toldSecondsLater: Math.round(toldInS),
    };
  },
};

export default bench;

function figuresOf(lags: readonly number[]): { p50: number; p99: number; max: number } {
  return { p50: percentile(lags, 0.5), p99: percentile(lags, 0.99), max: Math.max(...lags) };
}

interface Shop {
  /** The lags of that many changes, or of all until it is over: from when a change is sent until it is at the channel. */
  changes(count: number, goesOn?: () => boolean): Promise<number[]>;
  /** Seconds until every row of the file has taken effect. */
  upload(): Promise<number>;
  /** Seconds until nothing waits to be told. */
  untilAllAreTold(): Promise<number>;
  close(): void;
}

async function open(context: BenchContext): Promise<Shop> {
  const database = await context.startDatabase();
  const seeded = await seedCatalog(database, { skus: SKUS, locations: LOCATIONS });
  const key = await seedApiKey(database, [
    "availability:read",
    "inventory:read",
    "inventory:write",
    "imports:write",
    "imports:read",
    "documents:read",
    "documents:write",
    "documents:publish",
    "orders:write",
    "orders:read",
  ]);
  await database.settle();
  const server = await context.startServer(database);
  const call = async <Answer>(path: string, method: string, body?: object | string): Promise<Answer> => {
    const isFile = typeof body === "string";
    const answer = await fetch(new URL(path, server.url), {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": isFile ? "text/csv" : "application/json" },
      ...(body === undefined ? {} : { body: isFile ? body : JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Answer;
  };
  const best = seeded.skuCodes.filter((_, index) => index % (SKUS / BEST_SELLERS) === 7);
  const receive = (sku: string, quantity: number, location = seeded.locationCodes[0]!): Promise<unknown> =>
    call("/v1/stock/movements", "POST", {
      items: [{ kind: "receipt", sku, location, quantity, occurredAt: new Date().toISOString(), source: "wms" }],
    });
  for (const sku of best) await receive(sku, 1_000);
  await call("/v1/documents/availability-feed/web-1/draft", "PUT", { content: { title: "Bench", channel: "web-1" } });
  await call("/v1/documents/availability-feed/web-1/publish", "POST", { note: "bench" });
  const count = async (sql: string): Promise<number> =>
    (await database.pool.query<{ count: number }>(sql)).rows[0]!.count;
  const told = (): Promise<number> =>
    count("select count(*)::int from availability.told where position > 0 and waiting_since is null");
  while ((await told()) < best.length) await sleep(50);
  await sell(
    call,
    best,
    async () => (await count("select count(*)::int from availability.velocities")) === best.length,
  );
  const stream = await followChanges(server.url, key);
  return {
    async changes(count, goesOn = () => true) {
      const lags: Promise<number>[] = [];
      for (let number = 0; number < count && goesOn(); number++) {
        const sku = best[number % best.length]!;
        const location = seeded.locationCodes[number % LOCATIONS]!;
        const began = performance.now();
        lags.push(stream.next(sku).then((at) => at - began));
        await receive(sku, 1, location);
        await sleep(Math.max(0, GAP_MS - (performance.now() - began)));
      }
      return await Promise.all(lags);
    },
    async upload() {
      const began = performance.now();
      const path = `/v1/imports/stock?source=erp&asOf=${new Date().toISOString()}`;
      const { id } = await call<{ id: string }>(path, "POST", fileOf(seeded));
      for (;;) {
        const { state, rowsFailed } = await call<{ state: string; rowsFailed: number }>(`/v1/imports/${id}`, "GET");
        if (state === "finished" && rowsFailed === 0) return (performance.now() - began) / 1_000;
        if (state !== "queued" && state !== "running") throw new Error(`The import is ${state}; ${rowsFailed} failed.`);
        await sleep(100);
      }
    },
    async untilAllAreTold() {
      const began = performance.now();
      while ((await told()) < SKUS) await sleep(50);
      return (performance.now() - began) / 1_000;
    },
    close: () => stream.close(),
  };
}

/** Orders make best sellers, once there is a feed. */
async function sell(
  call: <Answer>(path: string, method: string, body?: object) => Promise<Answer>,
  skus: readonly string[],
  areKnown: () => Promise<boolean>,
): Promise<void> {
  const choice = {
    id: "home",
    method: "delivery",
    address: { city: "Berlin", country: "DE", latitude: 52.5, longitude: 13.4 },
  };
  for (const [index, sku] of skus.entries())
    await call("/v1/orders", "POST", {
      channel: "web-1",
      externalReference: `BENCH-${index}`,
      fulfillmentChoices: [choice],
      lines: [{ sku, quantity: 5, unitPrice: 100 }],
    });
  // Read from the database, because the answer names only the first ten.
  while (!(await areKnown())) await sleep(100);
  // Their list is renewed every two seconds.
  await sleep(3_000);
}

/** One location after the other, as an ERP writes it. */
function fileOf({ skuCodes, locationCodes }: Seeded): string {
  const lines = locationCodes.flatMap((location, place) =>
    skuCodes.map((sku, index) => `${sku},${location},${1 + ((index * 7 + place * 13) % 200)}`),
  );
  return `sku,location,quantity\n${lines.join("\n")}\n`;
}

interface ChangeStream {
  /** When the next change of a SKU arrives. */
  next(sku: string): Promise<number>;
  close(): void;
}

async function followChanges(url: string, key: string): Promise<ChangeStream> {
  const ended = new AbortController();
  const answer = await fetch(new URL("/v1/channels/web-1/availability/changes/stream", url), {
    headers: { authorization: `Bearer ${key}` },
    signal: ended.signal,
  });
  const awaited = new Map<string, ((at: number) => void)[]>();
  const read = async (): Promise<void> => {
    let rest = "";
    for await (const text of answer.body!.pipeThrough(new TextDecoderStream())) {
      const at = performance.now();
      const messages = (rest + text).split("\n\n");
      rest = messages.pop()!;
      for (const message of messages) {
        const sku = /"sku":"([^"]+)"/.exec(message)?.[1];
        if (sku === undefined) continue;
        for (const arrived of awaited.get(sku) ?? []) arrived(at);
        awaited.delete(sku);
      }
    }
  };
  void read().catch((error: unknown) => {
    if (!ended.signal.aborted) throw error;
  });
  return {
    next: (sku) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`${sku} was not told within ${LIMIT_MS} ms.`)), LIMIT_MS);
        awaited.set(sku, [...(awaited.get(sku) ?? []), (at) => (clearTimeout(late), resolve(at))]);
      }),
    close: () => ended.abort(),
  };
}
