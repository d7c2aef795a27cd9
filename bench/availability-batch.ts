import type { Pool } from "pg";
import type { Bench } from "./runner/bench.ts";
import { interleave } from "./runner/interleave.ts";
import { median, percentile, spread } from "./runner/percentiles.ts";
import { seedApiKey, seedCatalog } from "./runner/seed.ts";
import { seedSupplies } from "./runner/seed-supplies.ts";

const SKUS = 500;
const LOCATIONS = 50;
const DAYS = [3, 10, 20, 40];
/** Expected receipts of each SKU. */
const SUPPLIES = 2;
const ROUNDS = 11;
const CALLS = 3;

const bench: Bench = {
  name: "availability-batch",
  summary: "500 SKUs × 50 locations × 4 days in one call, against the same by one SELECT and JSON.stringify",
  async run(context) {
    const database = await context.startDatabase();
    const seeded = await seedCatalog(database, { skus: SKUS, locations: LOCATIONS, onHand: 17 });
    await seedSupplies(database.pool, { supplies: SUPPLIES, locations: LOCATIONS });
    const key = await seedApiKey(database, ["availability:read"]);
    await database.settle();
    const server = await context.startServer(database, { command: "api" });
    const dates = DAYS.map(dayFromNow);
    const question = { channel: "web-1", skus: seeded.skuCodes, locations: true, dates };

    const ask = async (): Promise<string> => {
      const answer = await fetch(`${server.url}/v1/availability`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: JSON.stringify(question),
      });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
      return await answer.text();
    };
    const byHand = (): Promise<string> => selectAndStringify(database.pool, seeded.skuCodes, dates);
    const [ours, theirs] = [sumOf(await ask()), sumOf(await byHand())];
    if (ours !== theirs) throw new Error(`The answers differ: ${ours} and ${theirs} units.`);

    await server.usage("watchStalls");
    const figures = await interleave({
      rounds: ROUNDS,
      warmUps: 3,
      subject: () => timeOf(ask),
      reference: () => timeOf(byHand),
      ratio: (subject, reference) => reference / subject,
    });
    const { longestStall } = await server.usage();
    const bytes = Buffer.byteLength(await byHand());
    context.table([
      { "of a call (median and middle half)": "ours over HTTP, ms", figure: spread(figures.subject, 1) },
      { "of a call (median and middle half)": "SELECT and JSON.stringify, ms", figure: spread(figures.reference, 1) },
      { "of a call (median and middle half)": "ratio", figure: spread(figures.ratios, 2) },
      { "of a call (median and middle half)": "longest stall of the event loop, ms", figure: longestStall.toFixed(1) },
      { "of a call (median and middle half)": "answer, MB", figure: (bytes / 1e6).toFixed(1) },
    ]);
    return {
      ratio: median(figures.ratios),
      ratioLow: percentile(figures.ratios, 0.25),
      ratioHigh: percentile(figures.ratios, 0.75),
      milliseconds: median(figures.subject),
      byHandMilliseconds: median(figures.reference),
      longestStall,
    };
  },
};
export default bench;

/** Milliseconds. */
async function timeOf(work: () => Promise<string>): Promise<number> {
  const started = performance.now();
  for (let call = 0; call < CALLS; call++) await work();
  return (performance.now() - started) / CALLS;
}

function dayFromNow(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

interface Row {
  sku: string;
  location: string;
  free: number;
  later: number[];
}

/** What an engineer would write: the database adds up, the program groups and serializes. */
async function selectAndStringify(pool: Pool, skus: readonly string[], dates: readonly string[]): Promise<string> {
  const { rows } = await pool.query<Row>({
    name: "byHand",
    text: `select s.code as sku, l.code as location, p.on_hand - p.damaged - p.reserved - p.allocated as free,
        array[${dates.map((_, index) => `coalesce(sum(c.due - c.promised) filter (where c.expected_on <= $${index + 2}), 0)::int`).join(", ")}] as later
      from catalog.skus s
      join inventory.positions p on p.sku_id = s.id
      join network.locations l on l.id = p.location_id
      left join inventory.supplies c on c.sku_id = s.id and c.location_id = l.id and c.due > 0
      where s.code = any($1) group by s.id, p.sku_id, p.location_id, l.id order by s.id, l.id`,
    values: [skus, ...dates],
  });
  const items = [...Map.groupBy(rows, ({ sku }) => sku)].map(([sku, places]) => {
    const quantityOn = (day: number): number => places.reduce((sum, { free, later }) => sum + free + later[day]!, 0);
    return {
      sku,
      quantity: places.reduce((sum, { free }) => sum + free, 0),
      label: "in_stock",
      dates: dates.map((date, day) => ({ date, quantity: quantityOn(day) })),
      locations: places.map(({ location, free, later }) => ({
        location,
        quantity: free,
        dates: dates.map((date, day) => ({ date, quantity: free + later[day]! })),
      })),
    };
  });
  return JSON.stringify({ channel: "web-1", asOf: new Date().toISOString(), items });
}

/** Every quantity in an answer: the same work has the same sum. */
function sumOf(body: string): number {
  return [...body.matchAll(/"quantity":(\d+)/g)].reduce((sum, [, quantity]) => sum + Number(quantity), 0);
}
