import { Type, type Static } from "typebox";
import type { Database } from "../db/database.ts";
import { statement } from "../db/statements.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, type Page, PageQuery } from "../http/paging.ts";
import { common } from "../refusals.ts";
import type { DocumentKind } from "./document-kind.ts";
import type {
  DocumentDraftView,
  DocumentOffer,
  DocumentVersionSummary,
  DocumentVersionViewed,
  DocumentViewed,
} from "./document-schemas.ts";
import { absent, type DraftRow } from "./documents.sql.ts";

/** Who uses the system is kept by an upper module, which tells their names. */
export interface DocumentReading {
  database: Database;
  kinds: readonly DocumentKind[];
  actorNames: (actors: string[]) => Promise<ReadonlyMap<string, string>>;
}

type Reading = Pick<DocumentReading, "database" | "kinds">;

interface ViewRow {
  kind: string;
  code: string;
  title: string;
  published_version: number | null;
  latest_version: number;
  origin: "shipped" | "own" | null;
  published_at: Date | null;
  draft_revision: number | null;
  based_on: number | null;
  draft_by: string | null;
  draft_at: Date | null;
  offered_version: number | null;
  updated_at: Date;
  facts: Record<string, string | null> | null;
}

/** Of a draft everything may be anything: what lists tell of it is cut. */
const LONGEST_FACT = 200;

// The facts of all kinds come as one parameter: kind -> name -> place in the content.
const VIEW = `select d.kind, d.code, d.title, d.published_version, d.latest_version, v.origin, v.published_at, r.revision as draft_revision, r.based_on,
    r.updated_by as draft_by, r.updated_at as draft_at, case when d.offered_content is not null then d.shipped_version end as offered_version,
    d.updated_at,
    (select jsonb_object_agg(f.name, left(coalesce(v.content, r.content, withdrawn.content) #>> string_to_array(f.place, '.'), ${LONGEST_FACT}))
       from jsonb_each_text($1::jsonb -> d.kind) as f (name, place)) as facts
  from platform.documents d
  left join platform.document_versions v on v.document_id = d.id and v.version = d.published_version
  left join platform.document_drafts r on r.document_id = d.id
  left join platform.document_versions withdrawn
    on d.published_version is null and withdrawn.document_id = d.id and withdrawn.version = d.latest_version`;

const selectDocuments = statement<ViewRow>(
  "platform.listDocuments",
  `${VIEW} where ($2::text is null or d.kind = $2) and ($3::text is null or (d.kind, d.code) > ($3, $4::text))
   order by d.kind, d.code limit $5::int`,
);

const selectDocument = statement<ViewRow>("platform.viewDocument", `${VIEW} where d.kind = $2 and d.code = $3`);

export const DocumentListQuery = Type.Object(
  {
    ...PageQuery,
    kind: Type.Optional(Type.String({ maxLength: 64, description: "Only of this kind.", examples: ["workflow"] })),
  },
  { additionalProperties: false },
);

export async function listDocuments(
  { database, kinds }: Reading,
  query: Static<typeof DocumentListQuery>,
): Promise<Page<DocumentViewed>> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const [kind, code] = decodeCursor(query.after, ["text", "text"]) ?? [null, null];
  const rows = await database.read(selectDocuments, [factsOf(kinds), query.kind ?? null, kind, code, limit + 1]);
  return cutPage(rows, limit, viewOf, (row) => [row.kind, row.code]);
}

/** What each kind tells in lists. */
function factsOf(kinds: readonly DocumentKind[]): string {
  return JSON.stringify(Object.fromEntries(kinds.map(({ kind, facts = {} }) => [kind, facts])));
}

export async function viewDocument({ database, kinds }: Reading, kind: string, code: string): Promise<DocumentViewed> {
  const [row] = await database.read(selectDocument, [factsOf(kinds), kind, code]);
  if (row === undefined) throw absent(kind, code);
  return viewOf(row);
}

function viewOf(row: ViewRow): DocumentViewed {
  return {
    kind: row.kind,
    code: row.code,
    title: row.title,
    publishedVersion: row.published_version,
    latestVersion: row.latest_version,
    origin: row.origin,
    publishedAt: row.published_at?.toISOString() ?? null,
    draft:
      row.draft_revision === null
        ? null
        : {
            revision: row.draft_revision,
            basedOn: row.based_on,
            updatedBy: row.draft_by!,
            updatedAt: row.draft_at!.toISOString(),
          },
    offeredVersion: row.offered_version,
    updatedAt: row.updated_at.toISOString(),
    facts: row.facts ?? {},
  };
}

interface VersionRow {
  version: number;
  in_force: boolean;
  title: string;
  origin: "shipped" | "own";
  shipped_version: number | null;
  note: string;
  published_by: string;
  published_at: Date;
  retired_by: string | null;
  retired_at: Date | null;
}

const VERSION = `v.version, v.version = d.published_version and d.published_version is not null as in_force, v.title, v.origin, v.shipped_version,
  v.note, v.published_by, v.published_at, v.retired_by, v.retired_at`;

const selectVersions = statement<VersionRow>(
  "platform.listDocumentVersions",
  `select ${VERSION} from platform.documents d join platform.document_versions v on v.document_id = d.id
    where d.kind = $1 and d.code = $2 and ($3::bigint is null or v.version < $3) order by v.version desc limit $4::int`,
);

const selectVersion = statement<VersionRow & { content: unknown }>(
  "platform.viewDocumentVersion",
  `select ${VERSION}, v.content from platform.documents d join platform.document_versions v on v.document_id = d.id
    where d.kind = $1 and d.code = $2 and v.version = $3::int`,
);

export const VersionListQuery = Type.Object(PageQuery, { additionalProperties: false });

/** Newest first. */
export async function listVersions(
  { database, kinds, actorNames }: DocumentReading,
  { kind, code }: DocumentName,
  query: Static<typeof VersionListQuery>,
): Promise<Page<Static<typeof DocumentVersionSummary>>> {
  await viewDocument({ database, kinds }, kind, code);
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const [version] = decodeCursor(query.after, ["integer"]) ?? [null];
  const rows = await database.read(selectVersions, [kind, code, version, limit + 1]);
  const names = await actorNames(rows.map((row) => row.published_by));
  return cutPage(
    rows,
    limit,
    (row) => versionOf(row, names),
    (row) => [row.version],
  );
}

export interface DocumentName {
  kind: string;
  code: string;
}

export async function viewVersion(
  { database, actorNames }: DocumentReading,
  { kind, code }: DocumentName,
  version: number,
): Promise<DocumentVersionViewed> {
  const [row] = await database.read(selectVersion, [kind, code, version]);
  if (row === undefined)
    throw common.refuse("notFound", { message: `There is no version ${version} of the ${kind} ${code}.` });
  const names = await actorNames([row.published_by]);
  return { kind, code, ...versionOf(row, names), content: row.content };
}

function versionOf(row: VersionRow, names: ReadonlyMap<string, string>): Static<typeof DocumentVersionSummary> {
  return {
    version: row.version,
    state: row.in_force ? "published" : "retired",
    title: row.title,
    origin: row.origin,
    shippedVersion: row.shipped_version,
    note: row.note,
    publishedBy: row.published_by,
    publishedByName: names.get(row.published_by) ?? null,
    publishedAt: row.published_at.toISOString(),
    retiredBy: row.retired_by,
    retiredAt: row.retired_at?.toISOString() ?? null,
  };
}

const selectDraftOf = statement<DraftRow>(
  "platform.viewDocumentDraft",
  `select r.content, r.based_on, r.revision, r.created_by, r.created_at, r.updated_by, r.updated_at
     from platform.documents d join platform.document_drafts r on r.document_id = d.id where d.kind = $1 and d.code = $2`,
);

/** The draft with what is to be said of it now. */
export async function viewDraft(
  { database, actorNames }: DocumentReading,
  kind: DocumentKind,
  code: string,
): Promise<Static<typeof DocumentDraftView>> {
  const [row] = await database.read(selectDraftOf, [kind.kind, code]);
  if (row === undefined) throw common.refuse("notFound", { message: `There is no draft of the ${kind.kind} ${code}.` });
  const { faults, warnings } = kind.check(row.content, code);
  const names = await actorNames([row.created_by, row.updated_by]);
  return {
    kind: kind.kind,
    code,
    title: kind.titleOf(row.content) ?? code,
    content: row.content,
    basedOn: row.based_on,
    revision: row.revision,
    state: faults.length === 0 ? "checked" : "draft",
    faults: [...faults],
    warnings: [...warnings],
    createdBy: row.created_by,
    createdByName: names.get(row.created_by) ?? null,
    createdAt: row.created_at.toISOString(),
    updatedBy: row.updated_by,
    updatedByName: names.get(row.updated_by) ?? null,
    updatedAt: row.updated_at.toISOString(),
  };
}

const selectOffer = statement<{ shipped_version: number; content: unknown }>(
  "platform.viewDocumentOffer",
  `select shipped_version, offered_content as content from platform.documents
    where kind = $1 and code = $2 and offered_content is not null`,
);

export async function viewOffer(
  database: Database,
  { kind, code }: DocumentName,
): Promise<Static<typeof DocumentOffer>> {
  const [row] = await database.read(selectOffer, [kind, code]);
  if (row === undefined) throw common.refuse("notFound", { message: `Nothing is on offer for the ${kind} ${code}.` });
  return { kind, code, shippedVersion: row.shipped_version, content: row.content };
}
