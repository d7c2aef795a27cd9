import { Type, type Static } from "typebox";
import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, PageQuery, type Page } from "../platform/http/paging.ts";
import { entityView, type EntityView } from "../platform/reference-data/entity-routes.ts";
import { CHANNEL_KINDS } from "./channel.ts";
import { CHANNEL_COLUMNS, channelStore, type ChannelRow } from "./store-channels.ts";

export const ChannelListQuery = Type.Object(
  {
    ...PageQuery,
    kind: Type.Optional(Type.Enum(CHANNEL_KINDS, { description: "Only of this kind.", examples: ["web"] })),
    active: Type.Optional(Type.Boolean({ description: "Only active, or only inactive ones.", examples: [true] })),
  },
  { additionalProperties: false },
);

const selectChannels = statement<ChannelRow>(
  "network.selectChannels",
  `select ${CHANNEL_COLUMNS} from network.channels channel
   where ($1::text is null or channel.code > $1) and ($2::text is null or channel.kind = $2)
     and ($3::boolean is null or channel.active = $3) and ($4::text[] is null or channel.code = any($4))
   order by channel.code limit $5::int`,
);

export async function listChannels(
  database: Database,
  query: Static<typeof ChannelListQuery>,
  scope: ReadonlySet<string> | null,
): Promise<Page<EntityView>> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const after = decodeCursor(query.after, ["text"])?.[0] ?? null;
  const codes = scope === null ? null : arrayLiteral("text", [...scope]);
  const rows = await database.read(selectChannels, [after, query.kind ?? null, query.active ?? null, codes, limit + 1]);
  return cutPage(
    rows,
    limit,
    (row) => entityView(channelStore, row),
    (row) => [row.code],
  );
}
