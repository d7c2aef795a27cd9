import { Type, type Static } from "typebox";
import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, type Page, PageQuery } from "../platform/http/paging.ts";
import { ChannelCodes, LocationCodes, PermissionNames, type Rights } from "./rights.ts";

export const ApiKey = Type.Object(
  {
    id: Type.String({ format: "uuid", description: "ID of the key; its secret cannot be read from it." }),
    name: Type.String({ description: "What uses it.", examples: ["Web shop"] }),
    prefix: Type.String({
      description: "The beginning of the key, to recognize it by.",
      examples: ["orr_live_k3v9x0q2m1pz"],
    }),
    permissions: PermissionNames,
    locationCodes: LocationCodes,
    channelCodes: ChannelCodes,
    createdBy: Type.String({
      description: "user:ID or key:ID.",
      examples: ["user:01936b1c-7e6a-7cc3-98d4-111111111111"],
    }),
    createdAt: Type.String({ format: "date-time", description: "When it was created." }),
    expiresAt: Type.Union([Type.String({ format: "date-time" }), Type.Null()], { description: "null: never." }),
    revokedAt: Type.Union([Type.String({ format: "date-time" }), Type.Null()], {
      description: "When it was revoked; null: it was not.",
    }),
    usedAt: Type.Union([Type.String({ format: "date-time" }), Type.Null()], {
      description: "Last use, to the minute.",
    }),
  },
  { $id: "ApiKey", description: "A credential of a program. Its secret is shown once, when it is created." },
);

export interface ApiKeyRow {
  id: string;
  name: string;
  prefix: string;
  permissions: string[];
  location_codes: string[] | null;
  channel_codes: string[] | null;
  created_by: string;
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
  used_at: Date | null;
}

export function viewApiKey(row: ApiKeyRow): Static<typeof ApiKey> {
  return {
    id: row.id,
    name: row.name,
    prefix: `orr_live_${row.prefix}`,
    permissions: row.permissions,
    locationCodes: row.location_codes,
    channelCodes: row.channel_codes,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    usedAt: row.used_at?.toISOString() ?? null,
  };
}

export const ApiKeysQuery = Type.Object({ ...PageQuery });

// IDs grow with time, so they sort by creation.
const listKeyRows = statement<ApiKeyRow>(
  "access.listApiKeys",
  `select id, name, prefix, permissions, location_codes, channel_codes, created_by, created_at, expires_at, revoked_at, used_at
   from access.api_keys
   where ($1::uuid is null or id < $1::uuid)
     and ($2::text[] is null or location_codes <@ $2::text[]) and ($3::text[] is null or channel_codes <@ $3::text[])
   order by id desc limit $4`,
);

/** Who is limited to some locations or channels sees the keys of only those. */
export async function listApiKeys(
  database: Database,
  query: Static<typeof ApiKeysQuery>,
  reader: Rights,
): Promise<Page<Static<typeof ApiKey>>> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const [after] = decodeCursor(query.after, ["uuid"]) ?? [null];
  const rows = await database.read(listKeyRows, [
    after,
    scopeOf(reader.locationCodes),
    scopeOf(reader.channelCodes),
    limit + 1,
  ]);
  return cutPage(rows, limit, viewApiKey, (row) => [row.id]);
}

export function scopeOf(codes: ReadonlySet<string> | null): string[] | null {
  return codes === null ? null : [...codes];
}
