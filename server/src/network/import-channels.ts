import type { Clock } from "../platform/clock.ts";
import { statement } from "../platform/db/statements.ts";
import type { ImportKind } from "../platform/imports/kinds.ts";
import { type EntityColumn, entityImportKind, type StagedRow } from "../platform/reference-data/import-entities.ts";
import { CHANNEL_DEFAULTS, CHANNEL_KINDS, ChannelFields } from "./channel.ts";
import { channelStore } from "./store-channels.ts";

const readRows = statement<StagedRow>(
  "network.readStagedChannels",
  `select row_number as "rowNumber", code, name, kind, brand, market, currency, network, when_unavailable as "whenUnavailable",
     when_changed as "whenChanged", low_stock_at as "lowStockAt", active, external_id as "externalId", metadata
   from network.channel_import_rows where import_id = $1::uuid and row_number between $2::int and $3::int order by row_number`,
);
const discard = statement(
  "network.discardStagedChannels",
  "delete from network.channel_import_rows where import_id = $1::uuid and row_number between $2::int and $3::int",
);

const optional = (name: string, cell: EntityColumn["cell"], description: string, example: string): EntityColumn => ({
  name,
  required: false,
  description,
  example,
  cell,
});

/** In the order of the COPY below, and of the export. */
const COLUMNS: readonly EntityColumn[] = [
  { name: "code", required: true, description: "The channel's code.", example: "web-uk", cell: "text" },
  optional("name", "text", "Name for people.", "Web shop UK"),
  optional("kind", "text", `${CHANNEL_KINDS.join(", ")}.`, "web"),
  optional("brand", "text", "The brand that sells there.", "Orrery"),
  optional("market", "text", "The market it serves.", "GB"),
  optional("currency", "text", "ISO 4217 currency of its orders when they name none.", "GBP"),
  optional("network", "text", "Code of the network whose locations serve it.", "uk"),
  optional("whenUnavailable", "text", "reject or backorder.", "reject"),
  optional("whenChanged", "text", "refuse or newVersion.", "refuse"),
  optional("lowStockAt", "integer", "Units available at or below which a SKU is labeled low in stock.", "5"),
  optional("active", "boolean", "Whether it takes orders.", "true"),
  optional("externalId", "text", "Its ID in the system that it comes from.", "ERP-WEB"),
  optional("metadata", "json", "Free properties as JSON.", '{"owner":"digital"}'),
];

/** Channel files: `POST /v1/imports/channels`. What `GET /v1/channels.csv` exports can be imported again. */
export function channelImportKind({ clock }: { clock: Clock }): ImportKind {
  return entityImportKind({
    kind: "channels",
    summary: "Creates channels, or changes the columns that the file has; an empty cell clears its field.",
    permission: "network:write",
    clock,
    store: channelStore,
    fields: ChannelFields,
    defaults: CHANNEL_DEFAULTS,
    columns: COLUMNS,
    copy: `copy network.channel_import_rows (import_id, row_number, code, name, kind, brand, market, currency, network, when_unavailable,
      when_changed, low_stock_at, active, external_id, metadata) from stdin`,
    discard,
    readRows,
    scope: ({ channelCodes }) => channelCodes,
  });
}
