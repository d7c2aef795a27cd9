import { Batcher } from "../platform/batching.ts";
import type { Clock } from "../platform/clock.ts";
import type { Database, Transaction } from "../platform/db/database.ts";
import { sqlState } from "../platform/db/failures.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import { itemProblem } from "../platform/http/bulk.ts";
import { answerOnce, type RequestKey } from "../platform/http/idempotency.ts";
import { newId } from "../platform/ids.ts";
import { Refusal } from "../platform/refusals.ts";
import { announcePositions } from "./announce-positions.ts";
import { type CountTerms, mergeCounts, openCountedRows } from "./merge-counts.ts";
import type { Position, PositionKey } from "./position.ts";
import { inventory } from "./refusals.ts";
import type { SnapshotAnswer } from "./snapshot-schemas.ts";
import { positionView } from "./stock-changes.ts";

export type SnapshotItem =
  | (PositionKey & { sku: string; location: string; quantity: number; damaged: number | null })
  | Refusal;

export interface SnapshotRequest {
  terms: Omit<CountTerms, "document" | "recordedAt">;
  asOf: Date;
  /** Locations whose unnamed positions have nothing; null: a partial snapshot. */
  fullLocationIds: readonly number[] | null;
  items: readonly SnapshotItem[];
  /** Positions that refused items name: they stay as they are, also in a full snapshot. */
  doubted: readonly PositionKey[];
  key: RequestKey | null;
}

/** Positions that one call may count as nothing; a file has no such limit. */
const MAX_UNNAMED = 20_000;
const MAX_WAITING_SNAPSHOTS = 64;

export interface SnapshotDependencies {
  database: Database;
  clock: Clock;
}

/** Takes snapshots one by one: each is a list of its own, and contention is tried again. */
export function createSnapshotRecorder(
  dependencies: SnapshotDependencies,
): (request: SnapshotRequest) => Promise<SnapshotAnswer> {
  const batcher = new Batcher<SnapshotRequest, SnapshotAnswer>({
    name: "recordSnapshots",
    maxBatch: 1,
    maxQueue: MAX_WAITING_SNAPSHOTS,
    // Taken a second time it is not newer than the last count, and changes nothing.
    isRepeatable: () => true,
    run: async ([request]) => [{ ok: true, value: await recordSnapshot(dependencies, request!) }],
  });
  return (request) => batcher.submit(request);
}

async function recordSnapshot(
  { database, clock }: SnapshotDependencies,
  request: SnapshotRequest,
): Promise<SnapshotAnswer> {
  try {
    return await database.transaction((transaction) =>
      answerOnce(transaction, request.key, 200, () => takeSnapshot(transaction, request, clock.now())),
    );
  } catch (error) {
    // Counters are int4: a count of a billion with as many units allocated on top does not fit.
    if (sqlState(error) === NUMERIC_VALUE_OUT_OF_RANGE) throw inventory.refuse("beyondLimits");
    throw error;
  }
}

const NUMERIC_VALUE_OUT_OF_RANGE = "22003";

const insertItems = statement(
  "inventory.insertSnapshotItems",
  `insert into pg_temp.counted_rows (row_number, sku_id, location_id, sku, location, quantity, damaged, as_of)
   select item.*, $8::timestamptz
   from unnest($1::int[], $2::int[], $3::int[], $4::text[], $5::text[], $6::int[], $7::int[]) as item`,
);

/** Unnamed positions get a number that no item has. A set operation, so that no plan compares each with each. */
const insertUnnamed = statement<{ rows: number }>(
  "inventory.insertUnnamedPositions",
  `with unnamed as (
     select sku_id, location_id from inventory.positions
     where location_id = any ($1::int[]) and (counted_at is null or counted_at < $2::timestamptz)
     except
     select sku_id, location_id from pg_temp.counted_rows
     except
     select * from unnest($4::int[], $5::int[])
     limit $3::int
   ), counted as (
     insert into pg_temp.counted_rows (row_number, sku_id, location_id, sku, location, quantity, as_of)
     select -1, sku_id, location_id, sku.code, location.code, 0, $2::timestamptz
     from unnamed
     join catalog.skus as sku on sku.id = sku_id join network.locations as location on location.id = location_id
     returning 1
   )
   select count(*) as rows from counted`,
);

const readCounted = statement<Position & { row: number; sku: string; location: string }>(
  "inventory.readCountedPositions",
  `select row_number as row, sku, location, sku_id as "skuId", location_id as "locationId", on_hand as "onHand", reserved,
     allocated, position.damaged, version
   from pg_temp.counted_rows as counted join inventory.positions as position using (sku_id, location_id)`,
);

async function takeSnapshot(transaction: Transaction, request: SnapshotRequest, now: Date): Promise<SnapshotAnswer> {
  openCountedRows(transaction);
  insertCounted(transaction, request);
  const unnamed =
    request.fullLocationIds === null ? 0 : await countUnnamed(transaction, request.fullLocationIds, request);
  const document = newId(now.getTime());
  const merged = await mergeCounts(transaction, { ...request.terms, document, recordedAt: now });
  const positions = transaction.read(readCounted);
  announcePositions(
    transaction,
    positions.then((rows) => rows.map((row) => ({ ...row, last: true }))),
  );
  const byRow = new Map((await positions).map((position) => [position.row, position]));
  const overtaken = new Set(merged.overtaken.map(({ row }) => row));
  const items = request.items.map((item, index): SnapshotAnswer["items"][number] => {
    const position = byRow.get(index);
    const refusal = item instanceof Refusal ? item : position === undefined ? inventory.refuse("superseded") : null;
    if (refusal !== null) return { index, status: "refused", problem: itemProblem(refusal, index) };
    const effect = overtaken.has(index) ? "alreadyCounted" : "applied";
    return { index, status: "ok", effect, position: positionView(position!) };
  });
  recordAudit(transaction, [
    {
      origin: request.terms.origin,
      action: "recordStockSnapshot",
      entityType: "stock",
      entityId: document,
      details: {
        source: request.terms.source,
        asOf: request.asOf.toISOString(),
        items: items.length,
        unnamed,
        alreadyCounted: overtaken.size,
      },
    },
  ]);
  return { items, unnamed };
}

function insertCounted(transaction: Transaction, { items, asOf }: SnapshotRequest): void {
  const rows = items.flatMap((item, index) => (item instanceof Refusal ? [] : [{ ...item, index }]));
  transaction.write(insertItems, [
    arrayLiteral(
      "int",
      rows.map((row) => row.index),
    ),
    arrayLiteral(
      "int",
      rows.map((row) => row.skuId),
    ),
    arrayLiteral(
      "int",
      rows.map((row) => row.locationId),
    ),
    arrayLiteral(
      "text",
      rows.map((row) => row.sku),
    ),
    arrayLiteral(
      "text",
      rows.map((row) => row.location),
    ),
    arrayLiteral(
      "int",
      rows.map((row) => row.quantity),
    ),
    arrayLiteral(
      "int",
      rows.map((row) => row.damaged),
    ),
    asOf,
  ]);
}

async function countUnnamed(
  transaction: Transaction,
  locationIds: readonly number[],
  { asOf, doubted }: SnapshotRequest,
): Promise<number> {
  const [unnamed] = await transaction.read(insertUnnamed, [
    arrayLiteral("int", locationIds),
    asOf,
    MAX_UNNAMED + 1,
    arrayLiteral(
      "int",
      doubted.map(({ skuId }) => skuId),
    ),
    arrayLiteral(
      "int",
      doubted.map(({ locationId }) => locationId),
    ),
  ]);
  if (unnamed!.rows > MAX_UNNAMED) throw inventory.refuse("tooManyUnnamed", { details: { limit: MAX_UNNAMED } });
  return unnamed!.rows;
}
