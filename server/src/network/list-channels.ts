import type { Readable } from "node:stream";
import { Type, type Static } from "typebox";
import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { csvStream, inBatches } from "../platform/http/csv.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, PageQuery, type Page } from "../platform/http/paging.ts";
import { entityView, type EntityView } from "../platform/reference-data/entity-routes.ts";
import { CHANNEL_KINDS } from "./channel.ts";
import { CHANNEL_COLUMNS, channelStore, type ChannelRow } from "./store-channels.ts";

const filters = {
  kind: Type.Optional(Type.Enum(CHANNEL_KINDS, { description: "Only of this kind.", examples: ["web"] })),
  active: Type.Optional(Type.Boolean({ description: "Only active, or only inactive ones.", examples: [true] })),
};
export const ChannelFilterQuery = Type.Object(filters, { additionalProperties: false });
export const ChannelListQuery = Type.Object({ ...PageQuery, ...filters }, { additionalProperties: false });
type ChannelFilter = Static<typeof ChannelFilterQuery>;

const selectChannels = statement<ChannelRow>(
  "network.selectChannels",
  `select ${CHANNEL_COLUMNS} from network.channels channel
   where ($1::text is null or channel.code > $1) and ($2::text is null or channel.kind = $2)
     and ($3::boolean is null or channel.active = $3) and ($4::text[] is null or channel.code = any($4))
   order by channel.code limit $5::int`,
);

function select(
  database: Database,
  { kind, active }: ChannelFilter,
  scope: ReadonlySet<string> | null,
  after: string | null,
  limit: number,
): Promise<ChannelRow[]> {
  const codes = scope === null ? null : arrayLiteral("text", [...scope]);
  return database.read(selectChannels, [after, kind ?? null, active ?? null, codes, limit]);
}

export async function listChannels(
  database: Database,
  query: Static<typeof ChannelListQuery>,
  scope: ReadonlySet<string> | null,
): Promise<Page<EntityView>> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const after = decodeCursor(query.after, ["text"])?.[0] ?? null;
  const rows = await select(database, query, scope, after, limit + 1);
  return cutPage(
    rows,
    limit,
    (row) => entityView(channelStore, row),
    (row) => [row.code],
  );
}

const EXPORT_BATCH = 500;

/** The columns of an import, so that an exported file can be imported again. */
export function exportChannels(database: Database, filter: ChannelFilter, scope: ReadonlySet<string> | null): Readable {
  const batches = inBatches<ChannelRow>(EXPORT_BATCH, (last, limit) =>
    select(database, filter, scope, last?.code ?? null, limit),
  );
  return csvStream(["code", ...channelStore.fieldNames], batches, (row) => [
    row.code,
    ...channelStore.fieldNames.map((name) => (name === "metadata" ? JSON.stringify(row.metadata) : row[name])),
  ]);
}
