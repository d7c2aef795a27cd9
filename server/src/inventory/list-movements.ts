import { type Static, Type } from "typebox";
import { type ActorNames, actorNames } from "../access/public.ts";
import type { SkuDirectory } from "../catalog/public.ts";
import type { NetworkDirectory } from "../network/public.ts";
import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, type Page, PageQuery } from "../platform/http/paging.ts";
import type { Principal } from "../platform/http/route.ts";
import { LocationCode, SkuCode } from "./fact-schemas.ts";
import { inventory } from "./refusals.ts";
import { visibleLocationIds } from "./visible-locations.ts";

export const MovementQuery = Type.Object(
  { ...PageQuery, sku: SkuCode, location: Type.Optional(LocationCode) },
  { additionalProperties: false },
);

const Units = (description: string) => Type.Integer({ description, examples: [1] });
const Text = (description: string, example: string) => Type.String({ description, examples: [example] });
const Optional = (description: string, example: string) =>
  Type.Union([Type.String(), Type.Null()], { description, examples: [example] });
const Counters = (description: string) =>
  Type.Object(
    {
      onHand: Units("On hand."),
      reserved: Units("Reserved."),
      allocated: Units("Allocated."),
      damaged: Units("Damaged."),
    },
    { description },
  );

export const Movement = Type.Object(
  {
    sku: SkuCode,
    location: LocationCode,
    kind: Text("What happened: sale, receipt, snapshot, adjustment, allocation, release …", "sale"),
    change: Counters("What it changed."),
    result: Counters("What was there afterwards."),
    alreadyCounted: Type.Union([Type.Integer(), Type.Null()], {
      description: "Change of on hand that a later count had seen already and that was therefore left out.",
      examples: [null],
    }),
    version: Units("The position's version afterwards."),
    occurredAt: Type.String({
      format: "date-time",
      description: "By the clock of the source.",
      examples: ["2026-11-20T14:05:00.000Z"],
    }),
    recordedAt: Type.String({
      format: "date-time",
      description: "When it was written.",
      examples: ["2026-11-20T14:05:01.000Z"],
    }),
    source: Text("Who told it.", "pos"),
    document: Optional("The source's document.", "receipt-4711"),
    reason: Optional("Why.", "found behind the shelf"),
    actor: Text("Who wrote it: user:, key: or system:.", "key:0190a0c2-1111-7000-8000-000000000000"),
    actorName: Optional("The name of that user or key; null: the system.", "Point of sale"),
  },
  { $id: "Movement", description: "One entry of the stock ledger." },
);

interface MovementRow {
  id: number;
  locationId: number;
  kind: string;
  deltaOnHand: number;
  deltaReserved: number;
  deltaAllocated: number;
  deltaDamaged: number;
  onHand: number;
  reserved: number;
  allocated: number;
  damaged: number;
  version: number;
  occurredAt: Date;
  recordedAt: Date;
  source: string;
  document: string | null;
  reason: string | null;
  actor: string;
  alreadyCounted: number | null;
}

/**
 * A ledger is read in the order of its writing. Each position tells its newest movements from an index, however long its
 * ledger is, and the newest of all these are the page.
 */
const select = statement<MovementRow>(
  "inventory.selectMovements",
  `select m.id, m.location_id as "locationId", m.kind, m.delta_on_hand as "deltaOnHand", m.delta_reserved as "deltaReserved",
     m.delta_allocated as "deltaAllocated", m.delta_damaged as "deltaDamaged", m.on_hand as "onHand", m.reserved, m.allocated,
     m.damaged, m.version, m.occurred_at as "occurredAt", m.recorded_at as "recordedAt", m.source, m.source_document as document,
     m.reason, m.actor, m.already_counted as "alreadyCounted"
   from inventory.positions p
   cross join lateral (
     select * from inventory.movements m
     where m.sku_id = $1::int and m.location_id = p.location_id and m.id < coalesce($3::bigint, 9223372036854775807)
     order by m.id desc limit $4::int) m
   where p.sku_id = $1::int and ($2::int[] is null or p.location_id = any ($2::int[]))
   order by m.id desc limit $4::int`,
);

/** The ledger of a SKU, newest first, at one location or all that the caller may see (I11). */
export async function listMovements(
  { database, network, skus }: { database: Database; network: NetworkDirectory; skus: SkuDirectory },
  query: Static<typeof MovementQuery>,
  principal: Principal,
): Promise<Page<Static<typeof Movement>>> {
  const sku = (await skus.resolve([query.sku])).get(query.sku);
  if (sku === undefined) throw inventory.refuse("unknownSku", { message: `There is no SKU ${query.sku}.` });
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const locationIds = visibleLocationIds(network, principal, query.location);
  const rows = await database.read(select, [
    sku.id,
    locationIds === null ? null : arrayLiteral("int", locationIds),
    decodeCursor(query.after, ["integer"])?.[0] ?? null,
    limit + 1,
  ]);
  // A location made by another process may be known here a moment later than its first movement.
  if (rows.some((row) => network.locationById(row.locationId) === undefined)) await network.refresh();
  const names = await actorNames(database)(rows.map(({ actor }) => actor));
  return cutPage(
    rows,
    limit,
    (row) => view(row, query.sku, network.locationById(row.locationId)!.code, names),
    (row) => [row.id],
  );
}

function view(row: MovementRow, sku: string, location: string, names: ActorNames): Static<typeof Movement> {
  const { kind, onHand, reserved, allocated, damaged, alreadyCounted, version, source, document, reason, actor } = row;
  return {
    sku,
    location,
    kind,
    change: {
      onHand: row.deltaOnHand,
      reserved: row.deltaReserved,
      allocated: row.deltaAllocated,
      damaged: row.deltaDamaged,
    },
    result: { onHand, reserved, allocated, damaged },
    alreadyCounted,
    version,
    occurredAt: row.occurredAt.toISOString(),
    recordedAt: row.recordedAt.toISOString(),
    source,
    document,
    reason,
    actor,
    actorName: names.get(actor) ?? null,
  };
}
