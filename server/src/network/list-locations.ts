import type { Readable } from "node:stream";
import { Type, type Static } from "typebox";
import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { csvStream, inBatches } from "../platform/http/csv.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, PageQuery, type Page } from "../platform/http/paging.ts";
import { CODE_PATTERN } from "../platform/reference-data/codes.ts";
import { entityView, type EntityView } from "../platform/reference-data/entity-routes.ts";
import { LOCATION_TYPES } from "./location.ts";
import { LOCATION_COLUMNS, locationStore, type LocationRow } from "./store-locations.ts";

const filters = {
  query: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: "Part of code, name, city or external ID, in any case.",
      examples: ["leeds"],
    }),
  ),
  type: Type.Optional(Type.Enum(LOCATION_TYPES, { description: "Only of this type.", examples: ["store"] })),
  group: Type.Optional(
    Type.String({ minLength: 1, maxLength: 64, description: "Only of this group.", examples: ["hub"] }),
  ),
  network: Type.Optional(
    Type.String({ pattern: CODE_PATTERN, description: "Only of this network.", examples: ["uk"] }),
  ),
  active: Type.Optional(Type.Boolean({ description: "Only active, or only inactive ones.", examples: [true] })),
};
export const LocationFilterQuery = Type.Object(filters, { additionalProperties: false });
export const LocationListQuery = Type.Object({ ...PageQuery, ...filters }, { additionalProperties: false });
type LocationFilter = Static<typeof LocationFilterQuery>;

/** In code order; a null filter lets everything through. There are thousands of locations, not millions. */
const selectLocations = statement<LocationRow>(
  "network.selectLocations",
  `select ${LOCATION_COLUMNS} from network.locations
   where ($1::text is null or code > $1)
     and ($2::text is null or strpos(lower((code || E'\\n' || name || E'\\n' || coalesce(external_id, '') || E'\\n' ||
       coalesce(address ->> 'city', '')) collate "pg_c_utf8"), lower($2 collate "pg_c_utf8")) > 0)
     and ($3::text is null or type = $3)
     and ($4::text is null or groups @> array[$4])
     and ($5::boolean is null or active = $5)
     and ($6::text is null or id in (
       select member.location_id from network.network_locations member
       join network.networks network on network.id = member.network_id where network.code = $6))
     and ($7::text[] is null or code = any($7))
   order by code limit $8::int`,
);

function select(
  database: Database,
  filter: LocationFilter,
  scope: ReadonlySet<string> | null,
  after: string | null,
  limit: number,
): Promise<LocationRow[]> {
  const { query = null, type = null, group = null, active = null, network = null } = filter;
  const codes = scope === null ? null : arrayLiteral("text", [...scope]);
  return database.read(selectLocations, [after, query, type, group, active, network, codes, limit]);
}

export async function listLocations(
  database: Database,
  query: Static<typeof LocationListQuery>,
  scope: ReadonlySet<string> | null,
): Promise<Page<EntityView>> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const after = decodeCursor(query.after, ["text"])?.[0] ?? null;
  const rows = await select(database, query, scope, after, limit + 1);
  return cutPage(
    rows,
    limit,
    (row) => entityView(locationStore, row),
    (row) => [row.code],
  );
}

/** The columns of an import, so that an exported file can be imported again. */
export const LOCATION_CSV_COLUMNS = [
  "code",
  "name",
  "type",
  "groups",
  "line1",
  "line2",
  "city",
  "region",
  "postalCode",
  "country",
  "phone",
  "latitude",
  "longitude",
  "timeZone",
  "calendar",
  "capacityPerDay",
  "priority",
  "active",
  "externalId",
  "metadata",
] as const;
const EXPORT_BATCH = 500;

export function exportLocations(
  database: Database,
  filter: LocationFilter,
  scope: ReadonlySet<string> | null,
): Readable {
  const batches = inBatches<LocationRow>(EXPORT_BATCH, (last, limit) =>
    select(database, filter, scope, last?.code ?? null, limit),
  );
  return csvStream(LOCATION_CSV_COLUMNS, batches, (row) => [
    row.code,
    row.name,
    row.type,
    row.groups.join("|"),
    row.address.line1,
    row.address.line2,
    row.address.city,
    row.address.region,
    row.address.postalCode,
    row.address.country,
    row.address.phone,
    row.latitude,
    row.longitude,
    row.timeZone,
    JSON.stringify(row.calendar),
    row.capacityPerDay,
    row.priority,
    row.active,
    row.externalId,
    JSON.stringify(row.metadata),
  ]);
}
