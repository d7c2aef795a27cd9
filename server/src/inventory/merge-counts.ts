import type { Parameter, Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { INSERT_EVENTS, type Origin } from "../platform/events/record-events.ts";
import { reconcileShorts } from "./reconcile-shorts.ts";

/** What a stock file or call says about all of its rows. */
export interface CountTerms {
  /** Who counted: the name of the outside system. */
  source: string;
  /** The file or call, for the ledger. */
  document: string;
  /** physical: everything on the shelf; available: without allocated and damaged units. */
  basis: "physical" | "available";
  /** Sources whose facts the count had seen only up to another time than the rows' `asOf`; mostly none. */
  seenUntil: ReadonlyMap<string, Date>;
  recordedAt: Date;
  origin: Origin;
}

export interface MergedCounts {
  /** Rows whose position has been counted as of the same moment or later: they change nothing. */
  overtaken: { row: number; countedAt: Date }[];
  /** Rows whose position is named again by a later row: that one counts. */
  superseded: { row: number; by: number }[];
}

/** Asks a source that comes in portions which of these rows repeat a position of an earlier portion. */
export type FindRepeats = (rows: readonly number[]) => Promise<{ row: number; earlier: number }[]>;

const createRows = statement(
  "inventory.createCountedRows",
  `create temporary table if not exists counted_rows (
     row_number int not null, sku_id int not null, location_id int not null,
     sku text not null, location text not null,
     quantity int not null, damaged int, as_of timestamptz not null
   ) on commit delete rows`,
);

/** Prepares the place into which the use case puts its checked rows in the same transaction. */
export function openCountedRows(transaction: Transaction): void {
  transaction.write(createRows);
}

/**
 * Of `change`: events of up to 500 changes of one location, as `events.ts` declares them. Rows that leave the database to
 * come back as events would double the time.
 */
const RECORD_CHANGES = `
  told as (
    ${INSERT_EVENTS}
    select 'stock.changed', 'stock', gen_random_uuid(), 1, $6::timestamptz, $5::text, $7::text,
      json_build_object('location', location, 'changes',
        json_agg(json_build_array(sku, on_hand, reserved, allocated, damaged, version)))::jsonb
    from (select (row_number() over (partition by location) - 1) / 500 as batch, change.* from change) as change
    group by location, batch
  )`;

/** What a count tells of damaged units, null when nothing: where nothing is there, nothing damaged is. */
const TOLD_DAMAGED = "coalesce(counted.damaged, case when counted.quantity = 0 and not $1::boolean then 0 end)";

/** An existing position is only locked: the clause that is never true still takes the lock, in order. */
const createAndLock = statement<{ rows: number; positions: number; created: number }>(
  "inventory.createAndLockCounted",
  `with latest as materialized (
     select distinct on (sku_id, location_id) *, ${TOLD_DAMAGED} as told_damaged from pg_temp.counted_rows as counted
     order by sku_id, location_id, row_number desc
   ), created as (
     insert into inventory.positions as position (sku_id, location_id, on_hand, damaged, version, counted_at,
       damaged_counted_at, counted_available, counted_sources)
     select sku_id, location_id, quantity + case when $1::boolean then coalesce(told_damaged, 0) else 0 end,
       coalesce(told_damaged, 0), (quantity <> 0 or coalesce(told_damaged, 0) <> 0)::int, as_of,
       case when told_damaged is not null then as_of end, $1::boolean, $2::jsonb
     from latest
     on conflict (sku_id, location_id) do update set version = position.version where false
     returning sku_id, location_id, on_hand, reserved, allocated, damaged, version, counted_at
   ), recorded as (
     insert into inventory.movements (sku_id, location_id, kind, delta_on_hand, delta_damaged, on_hand, reserved,
       allocated, damaged, version, occurred_at, source, source_document, actor)
     select sku_id, location_id, 'snapshot', on_hand, damaged, on_hand, reserved, allocated, damaged, version,
       counted_at, $3::text, $4::text, $5::text
     from created where version > 0
   ), change as (
     select sku, location, on_hand, reserved, allocated, created.damaged, version
     from created join latest using (sku_id, location_id) where version > 0
   ), ${RECORD_CHANGES}
   select (select count(*) from pg_temp.counted_rows) as rows, (select count(*) from latest) as positions,
     (select count(*) from created) as created`,
);

const dropSuperseded = statement<{ row: number; by: number }>(
  "inventory.dropSupersededCounts",
  `delete from pg_temp.counted_rows as counted
   using (select row_number, last_value(row_number) over (partition by sku_id, location_id order by row_number
            rows between current row and unbounded following) as last from pg_temp.counted_rows) as named
   where counted.row_number = named.row_number and named.last > named.row_number
   returning counted.row_number as row, named.last as by`,
);

/**
 * The rule for positions that were there: on hand becomes the count and what has moved since `as_of`. The rows that this
 * transaction has just created are told by their xmin. Movements are summed as they were told (`already_counted`),
 * because this count need not have seen what an earlier one had. $9: rows to count again, though it is the same moment.
 */
const mergeExisting = statement<{
  row: number;
  countedAt: Date | null;
  same: boolean;
  skuId: number;
  locationId: number;
}>(
  "inventory.mergeCounts",
  `with counted as materialized (
     select counted.row_number, sku_id, location_id, counted.sku, counted.location, counted.quantity, counted.as_of,
       ${TOLD_DAMAGED} as told_damaged,
       position.on_hand as on_hand_before, reserved, allocated, position.damaged as damaged_before,
       position.version as version_before, counted_at
     from pg_temp.counted_rows as counted join inventory.positions as position using (sku_id, location_id)
     where case when $9::int[] is null then position.xmin <> pg_current_xact_id()::xid else row_number = any ($9::int[]) end
   ), moved as materialized (
     select counted.*, after.*, version_before + is_moved::int as version
     from counted
     cross join lateral (
       select coalesce(sum(delta_on_hand + coalesce(already_counted, 0)) filter (
           where kind <> 'snapshot' and occurred_at > coalesce(($2::jsonb ->> source)::timestamptz, as_of)), 0) as on_hand,
         coalesce(sum(delta_allocated) filter (where occurred_at > as_of), 0) as allocated,
         coalesce(sum(delta_damaged) filter (where occurred_at > as_of), 0) as damaged
       from inventory.movements as movement
       where movement.sku_id = counted.sku_id and movement.location_id = counted.location_id
         and occurred_at > least(as_of, $8::timestamptz)
     ) as since
     cross join lateral (
       select (quantity + since.on_hand + case when $1::boolean then counted.allocated - since.allocated
           + coalesce(told_damaged, damaged_before - since.damaged) else 0 end)::int as on_hand,
         (case when told_damaged is null then damaged_before
           else greatest(0, told_damaged + since.damaged) end)::int as damaged
     ) as result
     cross join lateral (
       select result.*, result.on_hand <> on_hand_before or result.damaged <> damaged_before as is_moved
     ) as after
     where counted_at is null or counted_at < as_of or $9::int[] is not null
   ), updated as (
     update inventory.positions as position
     set on_hand = moved.on_hand, damaged = moved.damaged, version = moved.version, counted_at = as_of,
       damaged_counted_at = case when told_damaged is null then damaged_counted_at else as_of end,
       counted_available = $1::boolean, counted_sources = $2::jsonb
     from moved
     where position.sku_id = moved.sku_id and position.location_id = moved.location_id
   ), recorded as (
     insert into inventory.movements (sku_id, location_id, kind, delta_on_hand, delta_damaged, on_hand, reserved,
       allocated, damaged, version, occurred_at, source, source_document, actor)
     select sku_id, location_id, 'snapshot', on_hand - on_hand_before, damaged - damaged_before, on_hand, reserved,
       allocated, damaged, version, as_of, $3::text, $4::text, $5::text
     from moved where is_moved
   ), change as (
     select sku, location, on_hand, reserved, allocated, damaged, version from moved where is_moved
   ), ${RECORD_CHANGES}
   select row_number as row, counted_at as "countedAt", counted_at = as_of as same, sku_id as "skuId",
     location_id as "locationId"
   from counted where counted_at >= as_of and $9::int[] is null
   union all
   select row_number, null, false, sku_id, location_id from moved where is_moved and (allocated > 0 or reserved > 0)`,
);

/**
 * Makes the positions what the counted rows say: one merge for any number of rows, with its ledger, shorts and events.
 * Of several rows for a position the newest counts, of several as of the same moment the last one.
 */
export async function mergeCounts(
  transaction: Transaction,
  terms: CountTerms,
  findRepeats?: FindRepeats,
): Promise<MergedCounts> {
  const parameters = parametersOf(terms);
  const [counts] = await transaction.read(createAndLock, parameters.slice(0, 7));
  const superseded = counts!.positions === counts!.rows ? [] : await transaction.read(dropSuperseded);
  if (counts!.created === counts!.positions) return { overtaken: [], superseded };

  const merged = await transaction.read(mergeExisting, [...parameters, null]);
  const same = merged.filter((row) => row.same).map(({ row }) => row);
  const repeats = same.length === 0 || findRepeats === undefined ? [] : await findRepeats(same);
  const again = new Set(repeats.map(({ row }) => row));
  if (again.size > 0)
    merged.push(...(await transaction.read(mergeExisting, [...parameters, arrayLiteral("int", [...again])])));

  const promised = merged.filter(({ countedAt }) => countedAt === null);
  const cause = { reason: "snapshot", source: terms.source, origin: terms.origin };
  reconcileShorts(
    transaction,
    promised.map(({ skuId, locationId }) => ({ skuId, locationId, ...cause })),
  );
  return {
    overtaken: merged.flatMap(({ row, countedAt }) =>
      countedAt === null || again.has(row) ? [] : [{ row, countedAt }],
    ),
    superseded: [...superseded, ...repeats.map(({ row, earlier }) => ({ row: earlier, by: row }))],
  };
}

function parametersOf(terms: CountTerms): Parameter[] {
  const { source, document, basis, seenUntil, recordedAt, origin } = terms;
  const times = [...seenUntil.values()].map((time) => time.getTime());
  return [
    basis === "available",
    seenUntil.size === 0 ? null : JSON.stringify(Object.fromEntries(seenUntil)),
    source,
    document,
    origin.actor,
    recordedAt,
    origin.requestId,
    times.length === 0 ? null : new Date(Math.min(...times)),
  ];
}
