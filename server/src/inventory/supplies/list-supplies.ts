import { type Static, Type } from "typebox";
import type { NetworkDirectory } from "../../network/public.ts";
import type { Database } from "../../platform/db/database.ts";
import { arrayLiteral, statement } from "../../platform/db/statements.ts";
import { isDay } from "../../platform/http/formats.ts";
import { orNull } from "../../platform/http/described.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, type Page, PageQuery } from "../../platform/http/paging.ts";
import type { Principal } from "../../platform/http/route.ts";
import { common } from "../../platform/refusals.ts";
import { LocationCode, SkuCode } from "../fact-schemas.ts";
import { inventory } from "../refusals.ts";
import { visibleLocationIds } from "../visible-locations.ts";
import { promisableOf, SUPPLY_MOVEMENT_KINDS } from "./supply.ts";
import { Day, Kind, supplyFields } from "./supply-schemas.ts";

export const SupplyQuery = Type.Object(
  {
    ...PageQuery,
    sku: Type.Optional(SkuCode),
    location: Type.Optional(LocationCode),
    kind: Type.Optional(Kind),
    reference: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: "Number of the order, notice …", examples: ["PO-4711"] }),
    ),
    dueFrom: Type.Optional(Day("Expected on this day or later.")),
    dueUntil: Type.Optional(Day("Expected on this day or earlier.")),
    state: Type.Optional(
      Type.Enum(["due", "late", "awaited", "ended"], {
        default: "due",
        description:
          "due: units are still to come. late: and their day has passed where they are expected. awaited: and orders have been promised some. ended: nothing more is to come.",
        examples: ["late"],
      }),
    ),
  },
  { additionalProperties: false },
);

export const ListedSupply = Type.Object(
  {
    ...supplyFields,
    name: Type.String({ description: "The SKU's name.", examples: ["Shirt, red, M"] }),
    imageUrl: orNull(Type.String({ description: "Its picture.", examples: ["/pictures/shirt.svg"] })),
    late: Type.Boolean({
      description: "Its day has passed where it is expected, and units are still to come.",
      examples: [false],
    }),
  },
  { $id: "ListedSupply", description: "An expected receipt, with what people call it." },
);
type ListedSupply = Static<typeof ListedSupply>;

type SupplyRow = Omit<ListedSupply, "promisable">;

const COLUMNS = `supply.id, supply.kind, supply.reference, supply.line, supply.supplier, sku.code as sku, sku.name, sku.image_url as "imageUrl",
  location.code as location, supply.expected_on::text as "expectedOn", supply.confidence, supply.quantity, supply.received,
  supply.cancelled, supply.due, supply.promised, supply.version,
  supply.due > 0 and supply.expected_on < (now() at time zone location.time_zone)::date as late`;
const FROM = `inventory.supplies as supply join catalog.skus as sku on sku.id = supply.sku_id
  join network.locations as location on location.id = supply.location_id`;

const FILTERS = `($2::int[] is null or supply.location_id = any ($2::int[]))
     and ($3::text is null or sku.code = $3) and ($4::text is null or supply.kind = $4) and ($5::text is null or supply.reference = $5)
     and ($6::date is null or supply.expected_on >= $6) and ($7::date is null or supply.expected_on <= $7)
     and ($8::date is null or (supply.expected_on, supply.id) > ($8::date, $9::uuid))
   order by supply.expected_on, supply.id limit $10::int`;

// What is due and what has ended have an index each along their days, which a plan for any state would not find.
const selectDue = statement<SupplyRow>(
  "inventory.selectDueSupplies",
  `select ${COLUMNS} from ${FROM}
   where supply.due > 0 and case $1::text when 'awaited' then supply.promised > 0
       when 'late' then supply.expected_on < (now() at time zone location.time_zone)::date else true end
     and ${FILTERS}`,
);
const selectEnded = statement<SupplyRow>(
  "inventory.selectEndedSupplies",
  `select ${COLUMNS} from ${FROM} where supply.due = 0 and supply.version > 0 and $1::text is not null and ${FILTERS}`,
);
const selectOne = statement<SupplyRow>(
  "inventory.selectSupply",
  `select ${COLUMNS} from ${FROM} where supply.id = $1::uuid and supply.version > 0`,
);

/** Expected receipts, along their days. */
export async function listSupplies(
  database: Database,
  network: NetworkDirectory,
  query: Static<typeof SupplyQuery>,
  principal: Principal,
): Promise<Page<ListedSupply>> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const locationIds = visibleLocationIds(network, principal, query.location);
  const [day, id] = decodeCursor(query.after, ["text", "uuid"]) ?? [null, null];
  if (day !== null && !isDay(day)) {
    const message = "must be `next` of the page before";
    throw common.refuse("invalidInput", { message: `?after: ${message}.`, faults: [{ pointer: "?after", message }] });
  }
  const { state = "due" } = query;
  const rows = await database.read(state === "ended" ? selectEnded : selectDue, [
    state,
    locationIds === null ? null : arrayLiteral("int", locationIds),
    query.sku ?? null,
    query.kind ?? null,
    query.reference ?? null,
    query.dueFrom ?? null,
    query.dueUntil ?? null,
    day,
    id,
    limit + 1,
  ]);
  return cutPage(rows, limit, view, (row) => [row.expectedOn, row.id]);
}

export const SupplyHistory = Type.Object(
  {
    kind: Type.Enum([...SUPPLY_MOVEMENT_KINDS], {
      description: "What happened.",
      examples: ["receipt"],
    }),
    at: Type.String({
      format: "date-time",
      description: "When it was recorded.",
      examples: ["2026-11-20T14:05:00.000Z"],
    }),
    expectedOn: Day("The day that it was expected on from then."),
    confidence: Type.Integer({ description: "Per cent that could be promised from then.", examples: [100] }),
    quantity: Type.Integer({ description: "Units expected from then.", examples: [24] }),
    received: Type.Integer({ description: "Units that had come by then.", examples: [0] }),
    cancelled: Type.Integer({ description: "Units cancelled by then.", examples: [0] }),
    promised: Type.Integer({ description: "Units promised of what was to come by then.", examples: [5] }),
    reason: orNull(Type.String({ description: "Why.", examples: ["delayed by customs"] })),
    actor: Type.String({ description: "Who told it.", examples: ["key:0190a0c2"] }),
    version: Type.Integer({ description: "Its number among the movements of the supply.", examples: [2] }),
  },
  { description: "One change of a supply, with what it left." },
);
export const SupplyDetails = Type.Object(
  {
    ...ListedSupply.properties,
    history: Type.Array(SupplyHistory, { description: "Its last 100 movements, newest first." }),
  },
  { $id: "SupplyDetails", description: "An expected receipt with its history." },
);

const HISTORY = 100;
const selectHistory = statement<Static<typeof SupplyHistory>>(
  "inventory.selectSupplyHistory",
  `select kind, to_char(recorded_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, expected_on::text as "expectedOn", confidence,
     quantity, received, cancelled, promised, reason, actor, version
   from inventory.supply_movements where supply_id = $1::uuid order by version desc limit ${HISTORY}`,
);

export async function getSupply(
  database: Database,
  id: string,
  { locationCodes }: Principal,
): Promise<Static<typeof SupplyDetails>> {
  const [[row], history] = await Promise.all([database.read(selectOne, [id]), database.read(selectHistory, [id])]);
  if (row === undefined || locationCodes?.has(row.location) === false) throw inventory.refuse("unknownSupply");
  return { ...view(row), history };
}

function view(row: SupplyRow): ListedSupply {
  return { ...row, promisable: promisableOf(row) };
}
