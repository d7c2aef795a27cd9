import { Type, type Static } from "typebox";
import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, type Page, PageQuery } from "../platform/http/paging.ts";
import { refuseScoped, type Rights } from "./rights.ts";

export const AuditEntry = Type.Object(
  {
    id: Type.Integer({ description: "Place in the audit trail; grows with every entry.", examples: [48211] }),
    recordedAt: Type.String({ format: "date-time", description: "When it was done." }),
    actor: Type.String({
      description: "user:ID, key:ID or system:NAME.",
      examples: ["user:01936b1c-7e6a-7cc3-98d4-111111111111"],
    }),
    actorName: Type.Union([Type.String(), Type.Null()], {
      description: "The name of the user or key as it is today.",
      examples: ["Ana Lopes"],
    }),
    action: Type.String({ description: "The operation of the API.", examples: ["adjustStock"] }),
    entityType: Type.Union([Type.String(), Type.Null()], {
      description: "Type of what was changed; null: nothing of its own.",
      examples: ["order"],
    }),
    entityId: Type.Union([Type.String(), Type.Null()], {
      description: "ID of what was changed; null: nothing of its own.",
      examples: ["01936b1c-7e6a-7cc3-98d4-222222222222"],
    }),
    requestId: Type.Union([Type.String(), Type.Null()], {
      description: "X-Request-Id of the request.",
      examples: ["01936b1c-7e6a-7cc3-98d4-333333333333"],
    }),
    details: Type.Record(Type.String(), Type.Unknown(), {
      description: "Codes, quantities and names of changed fields.",
    }),
  },
  { $id: "AuditEntry", description: "Who changed what." },
);

export const AuditQuery = Type.Object({
  ...PageQuery,
  entityId: Type.Optional(
    Type.String({
      maxLength: 128,
      description: "Only changes of this entity.",
      examples: ["01936b1c-7e6a-7cc3-98d4-222222222222"],
    }),
  ),
  actor: Type.Optional(
    Type.String({
      maxLength: 128,
      description: "Only changes by this actor.",
      examples: ["user:01936b1c-7e6a-7cc3-98d4-111111111111"],
    }),
  ),
  action: Type.Optional(
    Type.String({ maxLength: 128, description: "Only this operation.", examples: ["adjustStock"] }),
  ),
  from: Type.Optional(
    Type.String({
      format: "date-time",
      maxLength: 40,
      description: "Only from this moment on.",
      examples: ["2026-11-01T00:00:00Z"],
    }),
  ),
  to: Type.Optional(
    Type.String({
      format: "date-time",
      maxLength: 40,
      description: "Only before this moment.",
      examples: ["2026-12-01T00:00:00Z"],
    }),
  ),
});

interface AuditRow {
  id: number;
  recorded_at: Date;
  actor: string;
  actor_name: string | null;
  action: string;
  entity_type: string | null;
  entity_id: string | null;
  request_id: string | null;
  details: Record<string, unknown>;
}

const COLUMNS = "id, recorded_at, actor, action, entity_type, entity_id, request_id, details";
const FILTERS = `($1::bigint is null or id < $1::bigint) and ($2::text is null or actor = $2::text)
  and ($3::text is null or action = $3::text)
  and ($4::timestamptz is null or recorded_at >= $4::timestamptz)
  and ($5::timestamptz is null or recorded_at < $5::timestamptz)`;

// Newest first by the number of the entry; names are added to the page only.
const WITH_NAMES = `select page.*, coalesce(users.name, api_keys.name) as actor_name from page
  left join access.users on page.actor = 'user:' || users.id
  left join access.api_keys on page.actor = 'key:' || api_keys.id
  order by page.id desc`;

const listRows = statement<AuditRow>(
  "access.listAudit",
  `with page as (
     select ${COLUMNS} from platform.audit_log where ${FILTERS} order by id desc limit $6
   ) ${WITH_NAMES}`,
);

// Apart, because an entity's few entries are found by their own index.
const listRowsOfEntity = statement<AuditRow>(
  "access.listAuditOfEntity",
  `with entries as materialized (select ${COLUMNS} from platform.audit_log where entity_id = $7),
   page as (select * from entries where ${FILTERS} order by id desc limit $6) ${WITH_NAMES}`,
);

export async function listAudit(
  database: Database,
  query: Static<typeof AuditQuery>,
  reader: Rights,
): Promise<Page<Static<typeof AuditEntry>>> {
  refuseScoped(reader);
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const [after] = decodeCursor(query.after, ["integer"]) ?? [null];
  const { actor = null, action = null } = query;
  const filters = [after, actor, action, timeOf(query.from), timeOf(query.to), limit + 1];
  const rows =
    query.entityId === undefined
      ? await database.read(listRows, filters)
      : await database.read(listRowsOfEntity, [...filters, query.entityId]);
  return cutPage(rows, limit, viewEntry, (row) => [row.id]);
}

function timeOf(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}

function viewEntry(row: AuditRow): Static<typeof AuditEntry> {
  return {
    id: row.id,
    recordedAt: row.recorded_at.toISOString(),
    actor: row.actor,
    actorName: row.actor_name,
    action: row.action,
    entityType: row.entity_type,
    entityId: row.entity_id,
    requestId: row.request_id,
    details: row.details,
  };
}
