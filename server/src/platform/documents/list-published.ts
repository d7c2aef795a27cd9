import { Type, type Static } from "typebox";
import type { Database } from "../db/database.ts";
import { statement } from "../db/statements.ts";
import { cutPage, decodeCursor, type Page, PageQuery } from "../http/paging.ts";
import type { PublishedDocument } from "./document-schemas.ts";

/** A content may have a megabyte. */
const MOST_CONTENTS = 50;

export const PublishedListQuery = Type.Object(
  {
    ...PageQuery,
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST_CONTENTS,
        default: MOST_CONTENTS,
        description: "Documents per page.",
        examples: [MOST_CONTENTS],
      }),
    ),
  },
  { additionalProperties: false },
);

const selectPublished = statement<Static<typeof PublishedDocument>>(
  "platform.listPublishedDocuments",
  `select d.kind, d.code, v.title, v.version, v.content
     from platform.documents d
     join platform.document_versions v on v.document_id = d.id and v.version = d.published_version
    where $1::text is null or (d.kind, d.code) > ($1, $2::text)
    order by d.kind, d.code limit $3::int`,
);

/** Everything that is in force, with its content: what a file of the configuration holds. */
export async function listPublished(
  database: Database,
  query: Static<typeof PublishedListQuery>,
): Promise<Page<Static<typeof PublishedDocument>>> {
  const limit = query.limit ?? MOST_CONTENTS;
  const [kind, code] = decodeCursor(query.after, ["text", "text"]) ?? [null, null];
  const rows = await database.read(selectPublished, [kind, code, limit + 1]);
  return cutPage(
    rows,
    limit,
    (row) => row,
    (row) => [row.kind, row.code],
  );
}
