import type { Pool } from "pg";
import type { Bench } from "./runner/bench.ts";
import { interleave } from "./runner/interleave.ts";
import { median, percentile, spread } from "./runner/percentiles.ts";
import { seedApiKey, seedCatalog } from "./runner/seed.ts";
import { seedSupplies } from "./runner/seed-supplies.ts";

const SKUS = 1_000;
const LOCATIONS = 50;
const SUPPLIES = 3;
const ROUNDS = 11;
const CALLS = 40;

const bench: Bench = {
  name: "explain",
  summary: "why so many units of a SKU at 50 locations can be promised by a day, against reading the same rows by hand",
  async run(context) {
    const database = await context.startDatabase();
    const { skuCodes } = await seedCatalog(database, { skus: SKUS, locations: LOCATIONS, onHand: 17 });
    await seedSupplies(database.pool, { supplies: SUPPLIES, locations: LOCATIONS });
    const key = await seedApiKey(database, ["availability:read", "inventory:read", "orders:read"]);
    await database.settle();
    const server = await context.startServer(database, { command: "api" });
    const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    let call = 0;
    const explain = async (): Promise<Explained> => {
      const sku = skuCodes[call++ % SKUS]!;
      const answer = await fetch(`${server.url}/v1/availability/explain?channel=web-1&sku=${sku}&date=${day}`, {
        headers: { authorization: `Bearer ${key}` },
      });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
      return (await answer.json()) as Explained;
    };
    const byHand = (): Promise<number> => readByHand(database.pool, skuCodes[call++ % SKUS]!, day);
    const [ours, theirs] = [await explain(), await byHand()];
    if (ours.units !== theirs || sumOfLeaves(ours.derivation) !== theirs)
      throw new Error(`The answers differ: ${ours.units} and ${theirs} units.`);

    const figures = await interleave({
      rounds: ROUNDS,
      warmUps: 3,
      subject: () => timeOf(explain),
      reference: () => timeOf(byHand),
      ratio: (subject, reference) => reference / subject,
    });
    context.table([
      { "of a call (median and middle half)": "derivation over HTTP, ms", figure: spread(figures.subject, 2) },
      { "of a call (median and middle half)": "rows by hand, ms", figure: spread(figures.reference, 2) },
      { "of a call (median and middle half)": "ratio", figure: spread(figures.ratios, 2) },
    ]);
    return {
      ratio: median(figures.ratios),
      ratioLow: percentile(figures.ratios, 0.25),
      ratioHigh: percentile(figures.ratios, 0.75),
      milliseconds: median(figures.subject),
      byHandMilliseconds: median(figures.reference),
    };
  },
};
export default bench;

interface Figure {
  units: number;
  children?: Figure[];
}

interface Explained {
  units: number;
  derivation: Figure;
}

function sumOfLeaves({ units, children }: Figure): number {
  return children === undefined ? units : children.reduce((sum, child) => sum + sumOfLeaves(child), 0);
}

/** Milliseconds of one call. */
async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  for (let call = 0; call < CALLS; call++) await work();
  return (performance.now() - started) / CALLS;
}

/** What somebody would look up who wants to know: positions, who holds their units, what is to come. */
async function readByHand(pool: Pool, sku: string, day: string): Promise<number> {
  const { rows: positions } = await pool.query<{ free: number }>({
    name: "positions",
    text: `select l.code, p.on_hand, p.damaged, p.reserved, p.allocated, p.version, p.on_hand - p.damaged - p.reserved - p.allocated as free
      from inventory.positions p join catalog.skus s on s.id = p.sku_id join network.locations l on l.id = p.location_id where s.code = $1`,
    values: [sku],
  });
  await pool.query({
    name: "allocations",
    text: `select a.holder_id, a.line_number, a.order_id, a.quantity, l.code from inventory.allocations a
      join catalog.skus s on s.id = a.sku_id join network.locations l on l.id = a.location_id where s.code = $1 and a.quantity > 0`,
    values: [sku],
  });
  const { rows: supplies } = await pool.query<{ units: number }>({
    name: "supplies",
    text: `select c.reference, c.line, c.expected_on, c.version, c.due - c.promised as units, l.code from inventory.supplies c
      join catalog.skus s on s.id = c.sku_id join network.locations l on l.id = c.location_id
      where s.code = $1 and c.due > 0 and c.expected_on <= $2`,
    values: [sku, day],
  });
  return positions.reduce((sum, { free }) => sum + free, 0) + supplies.reduce((sum, { units }) => sum + units, 0);
}
