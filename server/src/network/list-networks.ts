import type { Readable } from "node:stream";
import { Type, type Static } from "typebox";
import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { csvStream, inBatches } from "../platform/http/csv.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, PageQuery, type Page } from "../platform/http/paging.ts";
import { entityView, type EntityView } from "../platform/reference-data/entity-routes.ts";
import { NETWORK_COLUMNS, networkStore, type NetworkRow } from "./store-networks.ts";

export const NetworkListQuery = Type.Object(PageQuery, { additionalProperties: false });

const selectNetworks = statement<NetworkRow>(
  "network.selectNetworks",
  `select ${NETWORK_COLUMNS} from network.networks network
   where ($1::text is null or network.code > $1) order by network.code limit $2::int`,
);

export async function listNetworks(
  database: Database,
  query: Static<typeof NetworkListQuery>,
  scope: ReadonlySet<string> | null,
): Promise<Page<EntityView>> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const after = decodeCursor(query.after, ["text"])?.[0] ?? null;
  const rows = await database.read(selectNetworks, [after, limit + 1]);
  const view = (row: NetworkRow) => entityView(networkStore, visibleNetwork(row, scope));
  return cutPage(rows, limit, view, (row) => [row.code]);
}

/** Who sees only some locations sees only those in a network as well. */
export function visibleNetwork(row: NetworkRow, scope: ReadonlySet<string> | null): NetworkRow {
  return scope === null ? row : { ...row, locations: row.locations.filter((code) => scope.has(code)) };
}

const EXPORT_BATCH = 100;

/** The columns of an import, so that an exported file can be imported again. */
export function exportNetworks(database: Database, scope: ReadonlySet<string> | null): Readable {
  const batches = inBatches<NetworkRow>(EXPORT_BATCH, (last, limit) =>
    database.read(selectNetworks, [last?.code ?? null, limit]),
  );
  return csvStream(["code", ...networkStore.fieldNames], batches, (row) => {
    const { code, name, locations, externalId, metadata } = visibleNetwork(row, scope);
    return [code, name, locations.join("|"), externalId, JSON.stringify(metadata)];
  });
}
