import { type Static, Type } from "typebox";
import type { NetworkDirectory } from "../network/public.ts";
import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, type Page, PageQuery } from "../platform/http/paging.ts";
import { orNull } from "../platform/http/described.ts";
import type { Principal } from "../platform/http/route.ts";
import { LocationCode, SkuCode } from "./fact-schemas.ts";
import { visibleLocationIds } from "./visible-locations.ts";

export const ShortQuery = Type.Object(
  {
    ...PageQuery,
    location: Type.Optional(LocationCode),
    open: Type.Optional(
      Type.Boolean({ default: true, description: "Open ones, or those that are over.", examples: [true] }),
    ),
  },
  { additionalProperties: false },
);

const Moment = (description: string) =>
  Type.String({ format: "date-time", description, examples: ["2026-11-20T14:05:00.000Z"] });

export const Short = Type.Object(
  {
    id: Type.String({
      format: "uuid",
      description: "Its ID; entity of its events.",
      examples: ["0190a0c2-1111-7000-8000-000000000000"],
    }),
    sku: SkuCode,
    name: Type.String({ description: "The SKU's name.", examples: ["Shirt, red, M"] }),
    imageUrl: Type.Union([Type.String(), Type.Null()], {
      description: "Its picture.",
      examples: ["/pictures/shirt.svg"],
    }),
    location: LocationCode,
    quantity: Type.Integer({ description: "Units that are, or last were, promised but not there.", examples: [2] }),
    reason: Type.String({ description: "Kind of the movement, or its reason, that opened it.", examples: ["sale"] }),
    source: Type.String({ description: "Who told that movement.", examples: ["pos"] }),
    openedAt: Moment("Since when."),
    changedAt: Moment("When its quantity last changed."),
    closedAt: orNull(Moment("When all was there again; null while it is open.")),
  },
  { $id: "Short", description: "Units that are promised but not there." },
);

interface ShortRow extends Omit<Static<typeof Short>, "openedAt" | "changedAt" | "closedAt"> {
  openedAt: Date;
  changedAt: Date;
  closedAt: Date | null;
  /** With microseconds, for the cursor. */
  opened: string;
}

const select = statement<ShortRow>(
  "inventory.selectShorts",
  `select short.id, sku.code as sku, sku.name, sku.image_url as "imageUrl", location.code as location, quantity, reason,
     source, opened_at as "openedAt", changed_at as "changedAt", closed_at as "closedAt",
     to_char(opened_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as opened
   from inventory.shorts as short
   join catalog.skus as sku on sku.id = sku_id join network.locations as location on location.id = location_id
   where (closed_at is null) = $1::boolean and ($2::int[] is null or location_id = any ($2::int[]))
     and ($3::timestamptz is null or (opened_at, short.id) < ($3::timestamptz, $4::uuid))
   order by opened_at desc, short.id desc limit $5::int`,
);

/** What is promised but not there, newest first. */
export async function listShorts(
  database: Database,
  network: NetworkDirectory,
  query: Static<typeof ShortQuery>,
  principal: Principal,
): Promise<Page<Static<typeof Short>>> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const locationIds = visibleLocationIds(network, principal, query.location);
  const [opened, id] = decodeCursor(query.after, ["time", "uuid"]) ?? [null, null];
  const ids = locationIds === null ? null : arrayLiteral("int", locationIds);
  const rows = await database.read(select, [query.open ?? true, ids, opened, id, limit + 1]);
  return cutPage(rows, limit, view, (row) => [row.opened, row.id]);
}

function view({ opened: _, ...row }: ShortRow): Static<typeof Short> {
  const { openedAt, changedAt, closedAt } = row;
  return {
    ...row,
    openedAt: openedAt.toISOString(),
    changedAt: changedAt.toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
  };
}
