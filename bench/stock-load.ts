import { setTimeout as sleep } from "node:timers/promises";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import type { PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { Bench, BenchContext } from "./runner/bench.ts";
import type { BenchDatabase } from "./runner/database.ts";
import { interleave } from "./runner/interleave.ts";
import { median, spread } from "./runner/percentiles.ts";
import { seedApiKey, seedCatalog, type Seeded } from "./runner/seed.ts";

const ROUNDS = 5;
const LOCATIONS = 50;
/** A million positions in five files; with `--full` five times a million. The first file warms up. */
const ROWS = 200_000;
const FULL_ROWS = 1_000_000;
const POLL_MS = 20;

const bench: Bench = {
  name: "stock-load",
  summary: "positions per second by CSV upload, against COPY and one merge with its ledger in SQL",
  async run(context) {
    const rows = context.full ? FULL_ROWS : ROWS;
    const skus = (rows / LOCATIONS) * (ROUNDS + 1);
    const [database, other] = [await context.startDatabase(), await context.startDatabase()];
    const seeded = await seedCatalog(database, { skus, locations: LOCATIONS });
    await seedCatalog(other, { skus, locations: LOCATIONS });
    const load = await openLoad(context, database);
    await prepareReference(other);
    await Promise.all([database.settle(), other.settle()]);

    const files = Array.from({ length: ROUNDS + 1 }, (_, number) => fileOf(seeded, number, rows));
    const [ours, theirs] = [files.values(), files.values()];
    const { subject, reference, ratios } = await interleave({
      rounds: ROUNDS,
      subject: async () => {
        const rate = await perSecond(rows, () => load.file(ours.next().value!));
        await stagedRowsAreGone(database);
        return rate;
      },
      reference: () => perSecond(rows, () => mergeInSql(other, theirs.next().value!)),
      ratio: (one, another) => one / another,
    });
    await assertSameStock(database, other);
    const { rss } = await load.usage();
    const memoryMb = Math.round(rss / 1e6);
    context.table([
      { load: "Orrery, upload", "positions/s": spread(subject, 0), ratio: spread(ratios, 2), "server MB": memoryMb },
      { load: "COPY and one merge in SQL", "positions/s": spread(reference, 0), ratio: "1", "server MB": "" },
    ]);
    return {
      ratio: median(ratios),
      perSecond: Math.round(median(subject)),
      referencePerSecond: Math.round(median(reference)),
      rowsPerFile: rows,
      memoryMb,
    };
  },
};

export default bench;

async function perSecond(rows: number, work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (rows * 1_000) / (performance.now() - started);
}

/** All locations, one after the other, with the SKUs that no other file has: positions are new. */
function fileOf({ skuCodes, locationCodes }: Seeded, number: number, rows: number): string {
  const count = rows / LOCATIONS;
  const skus = skuCodes.slice(number * count, (number + 1) * count);
  const lines = locationCodes.flatMap((location, place) =>
    skus.map((sku, index) => `${sku},${location},${1 + ((index * 7 + place * 13) % 200)}`),
  );
  return `sku,location,quantity\n${lines.join("\n")}\n`;
}

async function openLoad(context: BenchContext, database: BenchDatabase) {
  const key = await seedApiKey(database, ["imports:write", "imports:read", "inventory:write"]);
  const server = await context.startServer(database);
  const headers = { authorization: `Bearer ${key}` };
  const call = async (
    path: string,
    request: RequestInit = {},
  ): Promise<{ id: string; state: string; rowsFailed: number }> => {
    const answer = await fetch(new URL(path, server.url), {
      ...request,
      headers: { ...headers, "content-type": "text/csv" },
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { id: string; state: string; rowsFailed: number };
  };
  return {
    usage: () => server.usage(),
    /** Returns when every row has taken effect. */
    file: async (body: string): Promise<void> => {
      const asOf = new Date().toISOString();
      const { id } = await call(`/v1/imports/stock?source=erp&asOf=${asOf}`, { method: "POST", body });
      for (;;) {
        const { state, rowsFailed } = await call(`/v1/imports/${id}`);
        if (state === "finished" && rowsFailed === 0) return;
        if (state !== "queued" && state !== "running")
          throw new Error(`The import is ${state}; ${rowsFailed} rows failed.`);
        await sleep(POLL_MS);
      }
    },
  };
}

/** They are discarded after the import has ended, which must not slow the reference. */
async function stagedRowsAreGone({ pool }: BenchDatabase): Promise<void> {
  while ((await pool.query("select from inventory.stock_import_rows limit 1")).rowCount !== 0) await sleep(POLL_MS);
}

/** Unlogged, so that the reference does no more than it must. */
async function prepareReference({ pool }: BenchDatabase): Promise<void> {
  await pool.query("create unlogged table public.staged (sku text, location text, quantity int)");
}

async function mergeInSql({ pool }: BenchDatabase, file: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query("truncate public.staged");
    await copy(client, file);
    await client.query("analyze public.staged");
    await client.query(
      `with merged as (
         insert into inventory.positions as position (sku_id, location_id, on_hand, version, counted_at)
         select skus.id, locations.id, quantity, 1, now()
         from public.staged join catalog.skus on skus.code = staged.sku join network.locations on locations.code = staged.location
         on conflict (sku_id, location_id) do update
           set on_hand = excluded.on_hand, version = position.version + 1, counted_at = excluded.counted_at
         returning *
       )
       insert into inventory.movements (sku_id, location_id, kind, delta_on_hand, on_hand, reserved, allocated, damaged,
         version, occurred_at, source, actor)
       select sku_id, location_id, 'snapshot', on_hand, on_hand, reserved, allocated, damaged, version, now(), 'erp', 'bench'
       from merged`,
    );
    await client.query("commit");
  } finally {
    client.release();
  }
}

async function copy(client: PoolClient, file: string): Promise<void> {
  await pipeline(
    Readable.from([file]),
    client.query(copyFrom("copy public.staged from stdin with (format csv, header)")),
  );
}

async function assertSameStock(one: BenchDatabase, other: BenchDatabase): Promise<void> {
  const read = async ({ pool }: BenchDatabase): Promise<string> => {
    const { rows } = await pool.query(
      `select (select jsonb_build_array(count(*), sum(on_hand), sum(on_hand::bigint * sku_id * location_id)) from inventory.positions) as positions,
         (select jsonb_build_array(count(*), sum(delta_on_hand)) from inventory.movements) as movements`,
    );
    return JSON.stringify(rows);
  };
  const [ours, theirs] = await Promise.all([read(one), read(other)]);
  if (ours !== theirs) throw new Error(`The two loads differ: ${ours}, ${theirs}`);
}
