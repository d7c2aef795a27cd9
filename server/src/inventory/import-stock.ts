import type { Clock } from "../platform/clock.ts";
import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import type { ImportChunk, ImportJob, ImportKind, RowError } from "../platform/imports/kinds.ts";
import {
  checkStockImportOptions,
  readStockImportOptions,
  STOCK_IMPORT_OPTIONS,
  type StockImportOptions,
} from "./count-options.ts";
import { type CountTerms, mergeCounts, type MergedCounts, openCountedRows } from "./merge-counts.ts";
import { MAX_QUANTITY, MAX_SOURCE_CLOCK_AHEAD_MS } from "./limits.ts";

/** Rows of one transaction: 20–30 µs each. */
const CHUNK_ROWS = 10_000;
/** Rows of best sellers that go together: whoever sells them waits no longer than for these. */
const HURRIED_ROWS = 500;
/** Unnamed positions of one transaction; finding them costs as much as the whole file, so the portion is larger. */
const UNNAMED_PORTION = 20_000;

/** The row before that took effect. Only asked when a position turns out to be counted as of the same moment already. */
const findRepeats = statement<{ row: number; earlier: number }>(
  "inventory.findRepeatedStockRows",
  `select counted.row_number as row, max(staged.row_number) as earlier
   from inventory.stock_import_rows as staged join pg_temp.counted_rows as counted using (sku, location)
   where staged.import_id = $1::uuid and staged.row_number < $2::int and counted.row_number = any ($3::int[])
     and not exists (select from platform.import_errors as fault
       where fault.import_id = $1::uuid and fault.row_number = staged.row_number)
   group by counted.row_number`,
);

/** A whole file takes 1 s per million rows; ten million may take longer than other statements are allowed to. */
const allowLong = statement("inventory.allowLongStatement", "set local statement_timeout = '5min'");
const doesFileRepeat = statement<{ repeats: boolean }>(
  "inventory.doesStockFileRepeat",
  `select exists (select from inventory.stock_import_rows where import_id = $1::uuid
     group by sku, location having count(*) > 1) as repeats`,
);

/**
 * Finds the rows that repeat a position of an earlier chunk. When a whole file is loaded again, every row looks like one,
 * so it is asked first, once per import and process, whether the file names any position twice.
 */
class RepeatFinder {
  #known: { importId: string; repeats: boolean } | null = null;

  async find(transaction: Transaction, { importId, fromRow }: ImportChunk, rows: readonly number[]) {
    if (this.#known?.importId !== importId) {
      transaction.write(allowLong);
      const [file] = await transaction.read(doesFileRepeat, [importId]);
      this.#known = { importId, repeats: file!.repeats };
    }
    if (!this.#known.repeats) return [];
    return await transaction.read(findRepeats, [importId, fromRow, arrayLiteral("int", rows)]);
  }
}

type RowFault =
  | "unknownSku"
  | "unknownLocation"
  | "badQuantity"
  | "badDamaged"
  | "badAsOf"
  | "missingAsOf"
  | "futureAsOf";

/**
 * Quantities are digits: PostgreSQL alone would also read `0x10` and `1_000` as numbers.
 * $4: codes of the locations that the uploader may change; $5 asOf of the file; $6 the latest credible time; $7 the upload; $8 available.
 */
const CHECK_ROWS = `with judged as materialized (
     select parsed.*, case
       when sku_id is null then 'unknownSku'
       when location_id is null then 'unknownLocation'
       when units is null or units > $9::int or units < case when $8::boolean then -$9::int else 0 end then 'badQuantity'
       when damaged is not null and (damaged_units between 0 and $9::int) is not true then 'badDamaged'
       when not $8::boolean and damaged_units > units then 'badDamaged'
       when counted is null then case when as_of is null then 'missingAsOf' else 'badAsOf' end
       when counted > $6::timestamptz then 'futureAsOf' end as fault
     from (
     select row_number, staged.sku, staged.location, staged.quantity, staged.damaged, staged.as_of,
       sku.id as sku_id, location.id as location_id,
       case when staged.quantity ~ '^-?[0-9]+$' and pg_input_is_valid(staged.quantity, 'int') then staged.quantity::int end as units,
       case when staged.damaged ~ '^-?[0-9]+$' and pg_input_is_valid(staged.damaged, 'int') then staged.damaged::int end as damaged_units,
       case when staged.as_of is null then $5::timestamptz
         when staged.as_of ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]{5,15}(Z|[+-][0-9]{2}(:?[0-9]{2})?)$'
           and pg_input_is_valid(staged.as_of, 'timestamptz') then staged.as_of::timestamptz end as counted
     from inventory.stock_import_rows as staged
     left join catalog.skus as sku on sku.code = staged.sku
     left join network.locations as location
       on location.code = staged.location and ($4::text[] is null or location.code = any ($4::text[]))
     where import_id = $1::uuid and`;
const KEEP_ROWS = `offset 0) as parsed
   ), kept as (
     insert into pg_temp.counted_rows (row_number, sku_id, location_id, sku, location, quantity, damaged, as_of)
     select row_number, sku_id, location_id, sku, location, units, damaged_units, least(counted, $7::timestamptz)
     from judged where fault is null
   )
   select row_number as row, fault, case fault when 'unknownSku' then sku when 'unknownLocation' then location
     when 'badQuantity' then quantity when 'badDamaged' then damaged else as_of end as value
   from judged where fault is not null`;

interface FaultyRow {
  row: number;
  fault: RowFault;
  value: string | null;
}

const checkRows = statement<FaultyRow>(
  "inventory.checkStockRows",
  `${CHECK_ROWS} row_number between $2::int and $3::int and ahead is null ${KEEP_ROWS}`,
);

/** $2: their numbers; $3 says nothing. */
const checkHurriedRows = statement<FaultyRow>(
  "inventory.checkHurriedStockRows",
  `${CHECK_ROWS} row_number = any ($2::int[]) and $3::int is not null ${KEEP_ROWS}`,
);

/** A read of the whole file, half a second for a million rows, once. */
const findHurried = statement<{ row: number; sku: string }>(
  "inventory.findHurriedStockRows",
  `select row_number as row, sku from inventory.stock_import_rows
   where import_id = $1::uuid and ahead is null and sku = any ($2::text[]) order by sku, row_number`,
);
const markHurried = statement(
  "inventory.markHurriedStockRows",
  "update inventory.stock_import_rows set ahead = true where import_id = $1::uuid and row_number = any ($2::int[])",
);

/** Set operations, so that no plan can compare every position with every row. */
const countUnnamed = statement<{ rows: number }>(
  "inventory.countUnnamedPositions",
  `with place as (
     select id from network.locations
     where ($3::text[] is null or code = any ($3::text[])) and ($4::text[] is null or code = any ($4::text[]))
       and ($3::text[] is not null or code in (select location from inventory.stock_import_rows where import_id = $1::uuid))
   ), unnamed as (
     select sku_id, location_id from inventory.positions
     where location_id in (select id from place) and (counted_at is null or counted_at < $2::timestamptz)
     except
     select sku.id, location.id
     from inventory.stock_import_rows as staged
     join catalog.skus as sku on sku.code = staged.sku join network.locations as location on location.code = staged.location
     where import_id = $1::uuid
   ), counted as (
     insert into pg_temp.counted_rows (row_number, sku_id, location_id, sku, location, quantity, as_of)
     select 0, sku_id, location_id, sku.code, location.code, 0, $2::timestamptz
     from (select * from unnamed order by sku_id, location_id limit $5::int) as unnamed
     join catalog.skus as sku on sku.id = sku_id join network.locations as location on location.id = location_id
     returning 1
   )
   select count(*) as rows from counted`,
);

const discard = statement(
  "inventory.discardStockRows",
  `delete from inventory.stock_import_rows where import_id = $1::uuid and row_number between $2::int and $3::int`,
);

export interface StockImportDependencies {
  clock: Clock;
  isLocation: (code: string) => boolean;
  /** Codes of the SKUs that sell best: their rows take effect before all others (I3). */
  bestSellers: () => Promise<readonly string[]>;
}

/** Stock files: `POST /v1/imports/stock`. Rows are merged by the same statement as snapshots by API. */
export function stockImportKind({ clock, isLocation, bestSellers }: StockImportDependencies): ImportKind {
  const repeats = new RepeatFinder();
  return {
    kind: "stock",
    summary: "Sets positions to what was counted, by SKU and location.",
    permission: "inventory:write",
    columns: [
      { name: "sku", required: true, description: "The SKU's code.", example: "SHIRT-RED-M" },
      { name: "location", required: true, description: "The location's code.", example: "DC-EAST" },
      { name: "quantity", required: true, description: "Units, as the option `basis` says.", example: "12" },
      {
        name: "asOf",
        required: false,
        description: "When it was so (ISO 8601 with zone).",
        example: "2026-11-20T03:00:00Z",
      },
      {
        name: "damaged",
        required: false,
        description: "How many of the units are damaged; empty: not counted.",
        example: "1",
      },
    ],
    options: STOCK_IMPORT_OPTIONS,
    checkOptions: (options) => checkStockImportOptions(options, clock.now(), isLocation),
    copy: "copy inventory.stock_import_rows (import_id, row_number, sku, location, quantity, as_of, damaged) from stdin",
    discard,
    chunkRows: CHUNK_ROWS,
    hurried: async (transaction, job) => await findHurriedRows(transaction, job, await bestSellers()),
    applyChunk: (transaction, chunk) => applyChunk(transaction, chunk, repeats, clock.now()),
    complete: async (transaction, job) => {
      const done = await countUnnamedAsNone(transaction, job, clock.now());
      if (done) await refreshStatistics(transaction);
      return done;
    },
  };
}

/** All rows of a SKU are in one list: of those that name a position twice the last one counts. */
async function findHurriedRows(
  transaction: Transaction,
  { importId }: ImportJob,
  codes: readonly string[],
): Promise<number[][]> {
  if (codes.length === 0) return [];
  transaction.write(allowLong);
  const found = await transaction.read(findHurried, [importId, arrayLiteral("text", codes)]);
  const lists: number[][] = [];
  for (const ofSku of Map.groupBy(found, ({ sku }) => sku).values()) {
    const rows = ofSku.map(({ row }) => row);
    const last = lists.at(-1);
    if (last === undefined || last.length + rows.length > HURRIED_ROWS) lists.push(rows);
    else last.push(...rows);
  }
  return lists;
}

async function applyChunk(
  transaction: Transaction,
  chunk: ImportChunk,
  repeats: RepeatFinder,
  now: Date,
): Promise<RowError[]> {
  const options = readStockImportOptions(chunk.options);
  openCountedRows(transaction);
  const hurried = chunk.hurried === undefined ? null : arrayLiteral("int", chunk.hurried);
  if (hurried !== null) transaction.write(markHurried, [chunk.importId, hurried]);
  const faulty = await transaction.read(hurried === null ? checkRows : checkHurriedRows, [
    chunk.importId,
    hurried ?? chunk.fromRow,
    chunk.toRow,
    scopeParameter(chunk.locationCodes),
    options.asOf,
    new Date(chunk.uploadedAt.getTime() + MAX_SOURCE_CLOCK_AHEAD_MS),
    chunk.uploadedAt,
    options.basis === "available",
    MAX_QUANTITY,
  ]);
  const { overtaken, superseded } = await mergeCounts(transaction, termsOf(chunk, options, now), (rows) =>
    repeats.find(transaction, chunk, rows),
  );
  return [
    ...superseded.map(({ row, by }) =>
      rowError(row, "sku", "superseded", `Row ${by} names this position again; that one counts.`, null),
    ),
    ...faulty.map(({ row, fault, value }) => rowError(row, FAULTS[fault].column, fault, FAULTS[fault].message, value)),
    ...overtaken.map(overtakenError),
  ];
}

/** A full file also tells what is not there. Portion after portion; what is done no longer counts as unnamed. */
async function countUnnamedAsNone(transaction: Transaction, job: ImportJob, now: Date): Promise<boolean> {
  const options = readStockImportOptions(job.options);
  if (options.scope !== "full" || options.asOf === null) return true;
  openCountedRows(transaction);
  const [unnamed] = await transaction.read(countUnnamed, [
    job.importId,
    earlierOf(options.asOf, job.uploadedAt),
    options.locations === null ? null : arrayLiteral("text", options.locations),
    scopeParameter(job.locationCodes),
    UNNAMED_PORTION,
  ]);
  await mergeCounts(transaction, termsOf(job, options, now));
  return unnamed!.rows < UNNAMED_PORTION;
}

const haveOutgrown = statement<{ outgrown: boolean }>(
  "inventory.havePositionsOutgrownStatistics",
  `select pg_relation_size(oid) / current_setting('block_size')::int > 2 * greatest(relpages, 0) + 100 as outgrown
   from pg_class where oid = 'inventory.positions'::regclass`,
);
const analyze = statement("inventory.analyzePositions", "analyze inventory.positions");

/**
 * Plans that were made for a small table are kept until the next statistics. For a table that a file has made large they
 * are wrong by a factor of 4,000 (2.3 s to lock 50 of a million positions), which must not wait for autovacuum.
 */
async function refreshStatistics(transaction: Transaction): Promise<void> {
  const [positions] = await transaction.read(haveOutgrown);
  if (positions!.outgrown) transaction.write(analyze);
}

/** A file cannot know the time after its upload, whatever the clock of its source says. */
function earlierOf(asOf: Date, uploadedAt: Date): Date {
  return asOf < uploadedAt ? asOf : uploadedAt;
}

function termsOf(job: ImportJob, options: StockImportOptions, now: Date): CountTerms {
  const { source, basis, seenUntil } = options;
  return { source, document: job.importId, basis, seenUntil, recordedAt: now, origin: job.origin };
}

function scopeParameter(codes: ReadonlySet<string> | null): string | null {
  return codes === null ? null : arrayLiteral("text", [...codes]);
}

const FAULTS: Record<RowFault, { column: string; message: string }> = {
  unknownSku: { column: "sku", message: "There is no such SKU." },
  unknownLocation: { column: "location", message: "There is no such location that you may change." },
  badQuantity: {
    column: "quantity",
    message: `Must be a whole number of at most ${MAX_QUANTITY}, and not negative unless the basis is available.`,
  },
  badDamaged: {
    column: "damaged",
    message: "Must be a whole number that is not negative and not more than the quantity.",
  },
  badAsOf: { column: "asOf", message: "Must be a time with zone, for example 2026-11-20T03:00:00Z." },
  missingAsOf: { column: "asOf", message: "Neither the row nor the option asOf says when this was so." },
  futureAsOf: { column: "asOf", message: "Is in the future." },
};

function overtakenError({ row, countedAt }: MergedCounts["overtaken"][number]): RowError {
  const message = `The position has been counted as of ${countedAt.toISOString()} already; an older or equal count changes nothing.`;
  return rowError(row, "asOf", "alreadyCounted", message, null);
}

function rowError(row: number, column: string, code: string, message: string, value: string | null): RowError {
  return { row, column, code, message, value };
}
