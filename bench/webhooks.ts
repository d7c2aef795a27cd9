import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import { sampleOrder } from "./orders/order-bodies.ts";
import type { Bench, BenchContext } from "./runner/bench.ts";
import { Callers } from "./runner/callers.ts";
import { interleave } from "./runner/interleave.ts";
import { OpenLoad } from "./runner/open-load.ts";
import { median, percentile, spread } from "./runner/percentiles.ts";
import { seedApiKey, seedCatalog, type Seeded } from "./runner/seed.ts";
import type { ServerProcess } from "./runner/server.ts";

const ROUNDS = 5;
/** Orders whose events wait when a round begins. */
const ORDERS = 2_000;
const REFERENCE_SECONDS = 2;
/** As long as a steady trading day is looked at, and how busy it is. */
const STEADY_SECONDS = 15;
const STEADY_PER_SECOND = 100;
const PERMISSIONS = ["orders:write", "webhooks:read", "webhooks:write"];

const bench: Bench = {
  name: "webhooks",
  summary:
    "deliveries per second of events that wait, to one receiver, against bare posts of such a body; lag beside capture",
  async run(context) {
    const shop = await openShop(context);
    const delivered: number[] = [];
    const { subject, reference, ratios } = await interleave({
      rounds: ROUNDS,
      subject: async () => {
        const perSecond = await deliverWhatWaits(shop);
        delivered.push(perSecond);
        return perSecond;
      },
      reference: () => postBare(shop),
      ratio: (one, other) => one / other,
    });
    const steady = await lagBesideCapture(shop);
    const posts = median(reference);
    context.table([
      { deliveries: "Orrery, events that wait", "per second": spread(subject, 0), ratio: spread(ratios, 2) },
      { deliveries: "bare posts, 64 connections", "per second": spread(reference, 0), ratio: "1" },
    ]);
    context.log(
      `beside ${STEADY_PER_SECOND} orders/s: ${steady.count} deliveries, ${steady.p50} ms (p50) and ${steady.p99} ms (p99) from recording to arrival`,
    );
    shop.callers.close();
    return {
      ratio: median(ratios),
      deliveriesPerSecond: Math.round(median(subject)),
      barePostsPerSecond: Math.round(posts),
      steadyDeliveries: steady.count,
      lagP50: steady.p50,
      lagP99: steady.p99,
    };
  },
};
export default bench;

interface Shop {
  server: ServerProcess;
  receiver: ServerProcess;
  callers: Callers;
  key: string;
  seeded: Seeded;
  series: number;
  webhookId: string;
  ask: (method: string, path: string, body?: object) => Promise<unknown>;
  /** The ages in ms of what came since the last call. */
  arrived: () => Promise<number[]>;
}

async function openShop(context: BenchContext): Promise<Shop> {
  const database = await context.startDatabase();
  const seeded = await seedCatalog(database, { skus: 1_000, locations: 10, onHand: 10_000_000 });
  const key = await seedApiKey(database, PERMISSIONS);
  await database.settle();
  const receiver = await context.startProcess(fileURLToPath(new URL("webhooks/receiver.ts", import.meta.url)), []);
  const server = await context.startServer(database, { env: { ORRERY_OUTBOUND_ALLOW: "127.0.0.1" } });
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return await response.json();
  };
  const made = await ask("POST", "/v1/webhooks", { url: `${receiver.url}/`, eventTypes: ["*"] });
  return {
    server,
    receiver,
    callers: await Callers.open(server.url, key),
    key,
    seeded,
    series: 0,
    webhookId: (made as { webhook: { id: string } }).webhook.id,
    ask,
    arrived: async () => (await (await fetch(receiver.url)).json()) as number[],
  };
}

const setState = (shop: Shop, state: "active" | "paused"): Promise<unknown> =>
  shop.ask("PATCH", `/v1/webhooks/${shop.webhookId}`, { state });

async function waitingOf(shop: Shop): Promise<number> {
  return ((await shop.ask("GET", `/v1/webhooks/${shop.webhookId}`)) as { waiting: number }).waiting;
}

/** Orders are captured while the webhook is paused; measured is from the first arrival after its release to the last. */
async function deliverWhatWaits(shop: Shop): Promise<number> {
  await setState(shop, "paused");
  const series = `S${++shop.series}`;
  await shop.callers.runWithoutFailure({
    calls: ORDERS,
    call: (connection, number) => connection.post("/v1/orders", sampleOrder(shop.seeded, series, number)),
  });
  for (let before = -1, now = 0; before !== now; await pause(500)) [before, now] = [now, await waitingOf(shop)];
  await shop.arrived();
  const waiting = await waitingOf(shop);
  await setState(shop, "active");
  let first = 0;
  while (first === 0) {
    await pause(5);
    first = (await shop.arrived()).length;
  }
  const begun = performance.now();
  for (let arrived = first; arrived < waiting; arrived += (await shop.arrived()).length) await pause(20);
  return (waiting - first) / ((performance.now() - begun) / 1_000);
}

async function postBare(shop: Shop): Promise<number> {
  const posting = await Callers.open(shop.receiver.url, shop.key);
  const body = JSON.stringify({ recordedtime: new Date().toISOString(), padding: "x".repeat(600) });
  const report = await posting.runWithoutFailure({
    seconds: REFERENCE_SECONDS,
    call: (connection) => connection.post("/", body),
  });
  posting.close();
  return report.perSecond;
}

async function lagBesideCapture(shop: Shop): Promise<{ count: number; p50: number; p99: number }> {
  await setState(shop, "active");
  await shop.arrived();
  const load = await OpenLoad.open(shop.server.url, shop.key);
  const series = `S${++shop.series}`;
  let number = 0;
  await load.run({
    perSecond: STEADY_PER_SECOND,
    seconds: STEADY_SECONDS,
    next: () => {
      const order = sampleOrder(shop.seeded, series, number++);
      return { kind: "capture", call: (connection) => connection.post("/v1/orders", order) };
    },
  });
  while ((await waitingOf(shop)) > 0) await pause(100);
  const ages = await shop.arrived();
  return { count: ages.length, p50: percentile(ages, 0.5), p99: percentile(ages, 0.99) };
}
