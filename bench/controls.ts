import { openOrderBench } from "./orders/order-bench.ts";
import type { Bench, BenchContext } from "./runner/bench.ts";
import { interleave } from "./runner/interleave.ts";
import { median, spread } from "./runner/percentiles.ts";

const SKUS = 1_000;
const LOCATIONS = 10;
const CHANNELS = 10;
const ROUNDS = 5;
const SECONDS = 1.2;
/** A publication is rare: what is found out after it, once for each SKU and channel, does not count. */
const WARM_UP_SECONDS = 0.6;
const PERMISSIONS = ["documents:read", "documents:write", "documents:publish"];
const DOCUMENT = "/v1/documents/availability-controls/availability";

const bench: Bench = {
  name: "controls",
  summary:
    "availability, availability-50 and capture with 200 rules in force and 10 channels, against none, in one run",
  async run(context) {
    const orders = await openOrderBench(context, {
      skus: SKUS,
      locations: LOCATIONS,
      channels: CHANNELS,
      onHand: 10_000_000,
      permissions: PERMISSIONS,
      seedMore: async ({ pool }) => {
        await pool.query(
          `update catalog.skus set category_path = 'cat/' || id % 40, attributes = jsonb_build_object('season', (id % 20)::text, 'color', 'red')`,
        );
      },
    });
    const publish = publisher(orders.server.url, orders.key);
    const { skuCodes } = orders.seeded;
    const read = async (skusPerCall: number, seconds: number): Promise<number> => {
      const path = (number: number): string => {
        const skus = Array.from({ length: skusPerCall }, (_, index) => skuCodes[(number * 7 + index * 13) % SKUS]!);
        return `/v1/availability?channel=web-${1 + (number % CHANNELS)}&skus=${skus.join(",")}`;
      };
      const { result, cpu } = await orders.server.cpuDuring(() =>
        orders.callers.runWithoutFailure({ seconds, call: (connection, n) => connection.get(path(n)) }),
      );
      return result.calls / cpu;
    };
    const capture = async (seconds: number): Promise<number> => {
      const { result, cpu } = await orders.server.cpuDuring(() => orders.capture({ seconds }));
      return result.calls / cpu;
    };
    const works = {
      availability: (seconds: number) => read(1, seconds),
      "availability-50": (seconds: number) => read(50, seconds),
      capture,
    };
    const rules = twoHundredRules();
    const ratios: Record<string, number[]> = {};
    for (const [name, work] of Object.entries(works)) {
      const figures = await interleave({
        rounds: ROUNDS,
        subject: async () => {
          await publish(rules);
          await work(WARM_UP_SECONDS);
          return await work(SECONDS);
        },
        reference: async () => {
          await publish([]);
          await work(WARM_UP_SECONDS);
          return await work(SECONDS);
        },
        ratio: (withRules, without) => withRules / without,
      });
      ratios[name] = figures.ratios;
    }
    report(context, ratios);
    await orders.close();
    const medians = Object.fromEntries(Object.entries(ratios).map(([name, all]) => [name, median(all)]));
    return { ratio: Math.min(...Object.values(medians)), ...medians };
  },
};

export default bench;

function report(context: BenchContext, ratios: Readonly<Record<string, number[]>>): void {
  context.table(
    Object.entries(ratios).map(([work, all]) => ({
      work,
      "per CPU second with 200 rules, of that without": spread(all, 2),
    })),
  );
}

/** Of all effects, by SKU, category, attribute, channel, location and type; every SKU is the subject of some. */
function twoHundredRules(): object[] {
  const rules: object[] = [];
  const add = (count: number, effect: object, scope: (index: number) => object): void => {
    for (let index = 0; index < count; index++)
      rules.push({ name: `Rule ${rules.length}`, effect, scope: scope(index) });
  };
  const sku = (number: number): string => `SKU-${String(number + 1).padStart(6, "0")}`;
  add(10, { type: "buffer", units: 2 }, (index) => ({ channels: [`web-${index + 1}`] }));
  add(40, { type: "safetyStock", units: 3 }, (index) => ({ categories: [`cat/${index}`], locationTypes: ["store"] }));
  add(40, { type: "minimum", units: 2 }, (index) => ({
    categories: [`cat/${index}`],
    channels: [`web-${1 + (index % CHANNELS)}`],
  }));
  add(50, { type: "buffer", percent: 5 }, (index) => ({ skus: [sku(index * 17)] }));
  add(20, { type: "exclude" }, (index) => ({ attributes: { season: [String(index)] }, locations: ["LOC-010"] }));
  add(40, { type: "safetyStock", units: 9 }, (index) => ({ skus: [sku(index * 23)], locations: ["LOC-001"] }));
  return rules;
}

function publisher(url: string, key: string): (rules: readonly object[]) => Promise<void> {
  const send = async (method: string, path: string, body: object): Promise<void> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  };
  let publications = 0;
  return async (rules) => {
    const title = `Rules ${++publications}`;
    await send("PUT", `${DOCUMENT}/draft`, { content: { title, rules } });
    await send("POST", `${DOCUMENT}/publish`, { note: title });
  };
}
