import { Type, type Static } from "typebox";
import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, type Page, PageQuery } from "../platform/http/paging.ts";
import { common } from "../platform/refusals.ts";
import { type Readable, readUser, type UserRow } from "./access.sql.ts";
import { LocationCodes, type Rights, Teams } from "./rights.ts";

export const User = Type.Object(
  {
    id: Type.String({
      format: "uuid",
      description: "ID of the user.",
      examples: ["01936b1c-7e6a-7cc3-98d4-111111111111"],
    }),
    email: Type.String({ description: "Signs in with it; unique.", examples: ["ana@example.com"] }),
    name: Type.String({ description: "Shown beside what the user does.", examples: ["Ana Lopes"] }),
    language: Type.Union([Type.String(), Type.Null()], {
      description: "BCP 47 tag; null: the browser's.",
      examples: ["en"],
    }),
    roles: Type.Array(Type.String(), { description: "Codes of the user's roles.", examples: [["planner"]] }),
    locationCodes: LocationCodes,
    teams: Teams,
    alertMails: Type.Boolean({
      description: "Whether mails tell the user of what nobody in the teams has dealt with in time.",
      examples: [true],
    }),
    disabled: Type.Boolean({ description: "A disabled user cannot sign in.", examples: [false] }),
    version: Type.Integer({ description: "For If-Match.", examples: [3] }),
    createdAt: Type.String({ format: "date-time", description: "When the user was created." }),
    updatedAt: Type.String({ format: "date-time", description: "When the user was last changed." }),
  },
  { $id: "User", description: "Somebody who signs in." },
);

export type UserView = Static<typeof User>;

export function viewUser(row: UserRow): UserView {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    language: row.language,
    roles: row.roles,
    locationCodes: row.location_codes,
    teams: row.teams,
    alertMails: row.alert_mails,
    disabled: row.disabled_at !== null,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** Who is limited to some locations sees the users of only those. */
function isVisibleTo(reader: Rights, row: Pick<UserRow, "location_codes">): boolean {
  const own = reader.locationCodes;
  return own === null || (row.location_codes !== null && row.location_codes.every((code) => own.has(code)));
}

export const UsersQuery = Type.Object({
  ...PageQuery,
  query: Type.Optional(Type.String({ maxLength: 100, description: "Part of the name or email.", examples: ["ana"] })),
  role: Type.Optional(Type.String({ maxLength: 64, description: "Only users with this role.", examples: ["planner"] })),
});

const listUserRows = statement<UserRow>(
  "access.listUsers",
  `select id, email, name, language, disabled_at, location_codes, teams, alert_mails, version, created_at, updated_at,
     array(select role_code from access.user_roles where user_id = users.id order by role_code) as roles
   from access.users
   where ($1::text is null or (lower(email), id) > ($1::text, $2::uuid))
     and ($3::text is null or strpos(lower(email), lower($3::text)) > 0 or strpos(lower(name), lower($3::text)) > 0)
     and ($4::text is null or exists (select from access.user_roles where user_id = users.id and role_code = $4::text))
     and ($5::text[] is null or location_codes <@ $5::text[])
   order by lower(email), id limit $6`,
);

export async function listUsers(
  database: Database,
  query: Static<typeof UsersQuery>,
  reader: Rights,
): Promise<Page<UserView>> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const [email, id] = decodeCursor(query.after, ["text", "uuid"]) ?? [null, null];
  const scope = reader.locationCodes === null ? null : [...reader.locationCodes];
  const rows = await database.read(listUserRows, [
    email,
    id,
    query.query ?? null,
    query.role ?? null,
    scope,
    limit + 1,
  ]);
  return cutPage(rows, limit, viewUser, (row) => [row.email.toLowerCase(), row.id]);
}

export async function readVisibleUser(source: Readable, id: string, reader: Rights): Promise<UserRow> {
  const row = await readUser(source, id);
  if (row === undefined || !isVisibleTo(reader, row)) throw common.refuse("notFound");
  return row;
}
