import type { Readable } from "node:stream";
import { Type, type Static } from "typebox";
import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { csvStream, inBatches } from "../platform/http/csv.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, PageQuery, type Page } from "../platform/http/paging.ts";
import { entityView, type EntityView } from "../platform/reference-data/entity-routes.ts";
import { CATEGORY_PATTERN } from "./sku.ts";
import { SKU_COLUMNS, skuStore, type SkuRow } from "./store-skus.ts";

/** A code within a list of them: CODE_PATTERN without its ends. */
const CODE = "[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}";
const MAX_CODES = 200;
const MAX_CODES_CHARACTERS = 16_384;

const filters = {
  codes: Type.Optional(
    Type.String({
      maxLength: MAX_CODES_CHARACTERS,
      pattern: `^${CODE}(,${CODE}){0,${MAX_CODES - 1}}$`,
      description: `Only these: codes, separated by commas, at most ${MAX_CODES}.`,
      examples: ["TSHIRT-RED-M,TSHIRT-RED-L"],
    }),
  ),
  query: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description:
        "Part of code, product ID, name or GTIN, in any case. One or two characters: the beginning of the code.",
      examples: ["shirt"],
    }),
  ),
  category: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 500,
      pattern: CATEGORY_PATTERN,
      description: "Only of this category and those below it.",
      examples: ["apparel/men"],
    }),
  ),
  active: Type.Optional(Type.Boolean({ description: "Only active, or only inactive ones.", examples: [true] })),
};
export const SkuFilterQuery = Type.Object(filters, { additionalProperties: false });
export const SkuListQuery = Type.Object({ ...PageQuery, ...filters }, { additionalProperties: false });
type SkuFilter = Static<typeof SkuFilterQuery>;

/**
 * Several ways in, because one statement for all filters could use no index: by the few that a text matches, along the
 * codes when it matches many, by category, and by the beginning of the code. '0' follows '/', and '~' follows all that
 * a code may have, so that a range is what begins with a text.
 */
const IN_CATEGORY = `($4::text is null or category_path = $4 or (category_path >= $4 || '/' and category_path < $4 || '0'))`;
/** The search is folded by Unicode, the comparison in the collation of the index: another one would not use it. */
const FOLDED = `('%' || lower($3 collate "pg_c_utf8") || '%') collate "default"`;

/** Whether a text is in more SKUs than are worth sorting; beyond this its matches stand close to each other. */
const MANY = 5_000;
const probeText = statement<{ matches: number }>(
  "catalog.probeSkuText",
  `select count(*)::int as matches from (
     select 1 from catalog.skus where search_text like ('%' || lower($1 collate "pg_c_utf8") || '%') collate "default" limit $2::int
   ) as probe`,
);
const selectByFewMatches = statement<SkuRow>(
  "catalog.selectSkusByFewMatches",
  `select ${SKU_COLUMNS} from catalog.skus
   where id = any(array(select id from catalog.skus where search_text like ${FOLDED}))
     and ($1::text is null or code > $1) and ${IN_CATEGORY} and ($5::boolean is null or active = $5)
   order by code limit $2::int`,
);
/** The empty text keeps the planner from the trigram index, which would find all matches before the first page. */
const selectByManyMatches = statement<SkuRow>(
  "catalog.selectSkusByManyMatches",
  `select ${SKU_COLUMNS} from catalog.skus
   where code > coalesce($1, '') and search_text || '' like ${FOLDED} and ${IN_CATEGORY} and ($5::boolean is null or active = $5)
   order by code limit $2::int`,
);
const selectByCategory = statement<SkuRow>(
  "catalog.selectSkusByCategory",
  `select ${SKU_COLUMNS} from catalog.skus
   where (category_path = $3 or (category_path >= $3 || '/' and category_path < $3 || '0'))
     and ($1::text is null or code > $1) and ($4::boolean is null or active = $4)
   order by code limit $2::int`,
);
const selectByCode = statement<SkuRow>(
  "catalog.selectSkusByCode",
  `select ${SKU_COLUMNS} from catalog.skus
   where code > coalesce($1, '') and code >= coalesce($3, '') and code < coalesce($3, '') || '~'
     and ${IN_CATEGORY} and ($5::boolean is null or active = $5)
   order by code limit $2::int`,
);

/** The order of the named codes is no matter; what is not there is left out. */
const selectNamed = statement<SkuRow>(
  "catalog.selectNamedSkus",
  `select ${SKU_COLUMNS} from catalog.skus
   where code = any($3::text[]) and ($1::text is null or code > $1)
     and ($4::text is null or search_text like ('%' || lower($4 collate "pg_c_utf8") || '%') collate "default")
     and ($5::text is null or category_path = $5 or (category_path >= $5 || '/' and category_path < $5 || '0'))
     and ($6::boolean is null or active = $6)
   order by code limit $2::int`,
);

/** Trigrams need three characters. */
const MIN_TEXT_SEARCH = 3;

async function select(database: Database, filter: SkuFilter, after: string | null, limit: number): Promise<SkuRow[]> {
  const { codes, query = null, category = null, active = null } = filter;
  if (codes !== undefined) {
    const named = arrayLiteral("text", codes.split(","));
    return await database.read(selectNamed, [after, limit, named, query && escapeLike(query), category, active]);
  }
  if (query !== null && [...query].length >= MIN_TEXT_SEARCH) {
    const text = escapeLike(query);
    const [probe] = await database.read(probeText, [text, MANY + 1]);
    const found = probe!.matches > MANY ? selectByManyMatches : selectByFewMatches;
    return await database.read(found, [after, limit, text, category, active]);
  }
  if (query === null && category !== null)
    return await database.read(selectByCategory, [after, limit, category, active]);
  return await database.read(selectByCode, [after, limit, query, category, active]);
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}

export async function listSkus(database: Database, query: Static<typeof SkuListQuery>): Promise<Page<EntityView>> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const after = decodeCursor(query.after, ["text"])?.[0] ?? null;
  const rows = await select(database, query, after, limit + 1);
  return cutPage(
    rows,
    limit,
    (row) => entityView(skuStore, row),
    (row) => [row.code],
  );
}

/** The columns of an import, so that an exported file can be imported again. */
export const SKU_CSV_COLUMNS = ["code", ...skuStore.fieldNames] as const;
const EXPORT_BATCH = 1_000;

export function exportSkus(database: Database, filter: SkuFilter): Readable {
  const batches = inBatches<SkuRow>(EXPORT_BATCH, (last, limit) => select(database, filter, last?.code ?? null, limit));
  return csvStream(SKU_CSV_COLUMNS, batches, (row) =>
    SKU_CSV_COLUMNS.map((name) => {
      const value = row[name];
      return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
    }),
  );
}
