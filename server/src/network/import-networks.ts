import type { Clock } from "../platform/clock.ts";
import { statement } from "../platform/db/statements.ts";
import type { ImportKind } from "../platform/imports/kinds.ts";
import { type EntityColumn, entityImportKind, type StagedRow } from "../platform/reference-data/import-entities.ts";
import { NETWORK_DEFAULTS, NetworkFields } from "./network.ts";
import { networkStore } from "./store-networks.ts";

const readRows = statement<StagedRow>(
  "network.readStagedNetworks",
  `select row_number as "rowNumber", code, name, locations, external_id as "externalId", metadata
   from network.network_import_rows where import_id = $1::uuid and row_number between $2::int and $3::int order by row_number`,
);
const discard = statement(
  "network.discardStagedNetworks",
  "delete from network.network_import_rows where import_id = $1::uuid and row_number between $2::int and $3::int",
);

/** In the order of the COPY below, and of the export. */
const COLUMNS: readonly EntityColumn[] = [
  { name: "code", required: true, description: "The network's code.", example: "uk", cell: "text" },
  { name: "name", required: false, description: "Name for people.", example: "United Kingdom", cell: "text" },
  {
    name: "locations",
    required: false,
    description: "Codes of all its locations, separated by |; a row has at most 65,536 characters.",
    example: "dc-north|store-leeds",
    cell: "list",
  },
  {
    name: "externalId",
    required: false,
    description: "Its ID in the system that it comes from.",
    example: "ERP-UK",
    cell: "text",
  },
  {
    name: "metadata",
    required: false,
    description: "Free properties as JSON.",
    example: '{"owner":"retail"}',
    cell: "json",
  },
];

const NOTHING: ReadonlySet<string> = new Set();

/** Network files: `POST /v1/imports/networks`. What `GET /v1/networks.csv` exports can be imported again. */
export function networkImportKind({ clock }: { clock: Clock }): ImportKind {
  return entityImportKind({
    kind: "networks",
    summary: "Creates networks, or changes the columns that the file has; an empty cell clears its field.",
    permission: "network:write",
    clock,
    store: networkStore,
    fields: NetworkFields,
    defaults: NETWORK_DEFAULTS,
    columns: COLUMNS,
    copy: "copy network.network_import_rows (import_id, row_number, code, name, locations, external_id, metadata) from stdin",
    discard,
    readRows,
    // A network belongs to all: who may see only some locations, or channels, may not change it.
    scope: ({ locationCodes, channelCodes }) => (locationCodes === null && channelCodes === null ? null : NOTHING),
  });
}
