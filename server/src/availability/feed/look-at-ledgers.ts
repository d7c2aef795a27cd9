import type { Database, Transaction } from "../../platform/db/database.ts";
import { arrayLiteral, statement } from "../../platform/db/statements.ts";
import { forEachNumberRow } from "../number-rows.ts";

/** What has become visible since the last look whose changes have all been told. */
export interface Look {
  /** To be stored when all of it has been told. */
  snapshot: string;
  catalogRevision: number;
  /** SKUs, each with the age of its first change in milliseconds at the time of the look. */
  changed: ReadonlyMap<number, number>;
  /** Units that orders were allocated, by SKU. */
  allocated: ReadonlyMap<number, number>;
  /** There was too much to list: all SKUs have to be looked through. */
  isTooMuch: boolean;
}

/** After an outage: to look through all SKUs is then no more work than to list what has changed. */
const MAX_MOVEMENTS = 2_000_000;
const MAX_SKUS_CHANGED = 200_000;

const MOVEMENTS = "select sku_id, recorded_at, greatest(delta_allocated, 0) as units from inventory.movements";
const QUOTA_USES =
  "select q.sku_id, u.recorded_at, 0 from availability.quota_uses u join availability.quotas q on q.id = u.quota_id";
const FRESH = "xid >= (select next_xid from lookout)";
const OPEN_THEN = "xid = any ((select open_xids from lookout)::xid8[])";
const MOVEMENTS_A_SKU = MAX_MOVEMENTS / MAX_SKUS_CHANGED;

// As the sequencer reads events: transactions that began after the stored snapshot, or were under way in it.
const readLook = statement<{ snapshot: string; revision: number; rows: number; changed: string | null }>(
  "availability.lookAtLedgers",
  `with lookout as materialized (
     select catalog_revision, pg_snapshot_xmax(snapshot) as next_xid, array(select pg_snapshot_xip(snapshot)) as open_xids
     from availability.feed_lookout
   ), moved as materialized (
     select sku_id, min(recorded_at) as since, sum(units) as units, count(*) as rows from (
       select * from (
         ${MOVEMENTS} where ${FRESH} union all ${MOVEMENTS} where ${OPEN_THEN}
         union all ${QUOTA_USES} where u.${FRESH} union all ${QUOTA_USES} where u.${OPEN_THEN}
       ) as movement limit ${MAX_MOVEMENTS}
     ) as listed group by sku_id
   ), edited as materialized (
     select id from catalog.skus where revision > (select catalog_revision from lookout) limit ${MAX_SKUS_CHANGED}
   )
   select pg_current_snapshot()::text as snapshot, (select revision from catalog.revision) as revision,
     (select coalesce(sum(rows), 0) from moved)::int + (select count(*) * ${MOVEMENTS_A_SKU} from edited)::int as rows,
     (select string_agg(sku_id || ' ' || greatest(0, round(1000 * extract(epoch from statement_timestamp() - since))) || ' ' || units, ' ')
       from (select * from moved union all select id, statement_timestamp(), 0, 0 from edited) as change) as changed`,
);

export async function lookAtLedgers(database: Database): Promise<Look> {
  const [row] = await database.read(readLook);
  const changed = new Map<number, number>();
  const allocated = new Map<number, number>();
  forEachNumberRow(row!.changed ?? "", 3, ([skuId, ago, units]) => {
    changed.set(skuId!, Math.max(ago!, changed.get(skuId!) ?? 0));
    if (units! > 0) allocated.set(skuId!, units!);
  });
  const { snapshot, revision, rows } = row!;
  return { snapshot, catalogRevision: revision, changed, allocated, isTooMuch: rows >= MAX_MOVEMENTS };
}

const store = statement(
  "availability.storeLook",
  `update availability.feed_lookout set snapshot = $1::pg_snapshot, catalog_revision = $2, looked_at = clock_timestamp()`,
);

/** In a transaction that holds the lookout: all that the look found has been told, or stands in line. */
export function storeLook(transaction: Transaction, { snapshot, catalogRevision, allocated }: Look): void {
  transaction.write(store, [snapshot, catalogRevision]);
  heatUp(transaction, allocated);
}

/** Heat is kept as of the first day of 2026, so that numbers stay small for some centuries. */
const NOW_IN_DAYS = `(extract(epoch from now() - '2026-01-01Z'::timestamptz) / 86400)::float8`;

// log2(2^a + 2^b), from the larger one on, so that nothing overflows.
const heat = statement(
  "availability.heatUp",
  `insert into availability.velocities as kept (sku_id, heat)
   select sku_id, log(2, units)::float8 + ${NOW_IN_DAYS} from unnest($1::int[], $2::int[]) as given (sku_id, units) order by sku_id
   on conflict (sku_id) do update
     set heat = greatest(kept.heat, excluded.heat) + ln(1 + exp(-least(abs(kept.heat - excluded.heat), 500) * ln(2::float8))) / ln(2::float8)`,
);

function heatUp(transaction: Transaction, allocated: ReadonlyMap<number, number>): void {
  if (allocated.size === 0) return;
  transaction.write(heat, [arrayLiteral("int", [...allocated.keys()]), arrayLiteral("int", [...allocated.values()])]);
}

/** Who sells fewer units a day than this is no best seller, however few there are. */
const LEAST_UNITS = 1;
export const BEST_SELLERS = 500;

const readHottest = statement<{ id: number; code: string; units: number }>(
  "availability.readBestSellers",
  `select id, code, power(2, heat - ${NOW_IN_DAYS})::float8 as units
   from (select * from availability.velocities where heat >= ${NOW_IN_DAYS} + log(2, ${LEAST_UNITS}) order by heat desc limit $1) as hottest
   join catalog.skus on id = sku_id order by heat desc`,
);

export interface BestSeller {
  id: number;
  code: string;
  /** Allocated lately, each worth half as much every day. */
  units: number;
}

/** The SKUs that sell best now, the best first; none while no channel has a feed, because nobody measures it then. */
export async function readBestSellers(database: Pick<Database, "read">, limit = BEST_SELLERS): Promise<BestSeller[]> {
  return await database.read(readHottest, [limit]);
}
