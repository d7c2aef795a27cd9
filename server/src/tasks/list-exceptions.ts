import { Type, type Static } from "typebox";
import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, type Page, PageQuery } from "../platform/http/paging.ts";
import type { Principal } from "../platform/http/route.ts";
import { ownTeamsOf } from "./own-teams.ts";
import type { Remedies } from "./remedies.ts";
import {
  EXCEPTION_COLUMNS,
  type ExceptionRow,
  type ProcessException,
  scopeOf,
  viewException,
} from "./view-exceptions.ts";

export const ExceptionsQuery = Type.Object({
  ...PageQuery,
  open: Type.Optional(
    Type.Boolean({
      default: true,
      description: "Open ones, most urgent first; false: closed ones, latest first.",
      examples: [true],
    }),
  ),
  kind: Type.Optional(Type.String({ maxLength: 64, description: "Only this kind.", examples: ["shortOrder"] })),
  ownerTeam: Type.Optional(
    Type.String({ maxLength: 64, description: "Only those of this team.", examples: ["customer-service"] }),
  ),
  ownTeams: Type.Optional(
    Type.Boolean({
      description: "True: only those of the caller's teams, and of teams that have no members.",
      examples: [true],
    }),
  ),
  entityId: Type.Optional(
    Type.String({
      maxLength: 128,
      description: "Only those about this entity.",
      examples: ["01936b1c-7e6a-7cc3-98d4-222222222222"],
    }),
  ),
  overdue: Type.Optional(
    Type.Boolean({ description: "true: only those whose deadline has passed.", examples: [true] }),
  ),
});

const FILTERS = `($3::text is null or kind = $3::text) and ($4::text is null or owner_team = $4::text)
  and ($5::text is null or entity_id = $5::text) and ($6::timestamptz is null or due_at < $6::timestamptz)
  and ($7::text[] is null or details ->> 'location' = any($7::text[]))
  and ($9::text[] is null or details ->> 'channel' = any($9::text[]))
  and ($10::text[] is null or owner_team = any($10::text[]) or owner_team <> all($11::text[]))`;

const listOpen = statement<ExceptionRow & { sort_time: string }>(
  "tasks.listOpenExceptions",
  `select ${EXCEPTION_COLUMNS}, to_json(due_at at time zone 'UTC') #>> '{}' || 'Z' as sort_time from tasks.exceptions
   where closed_at is null and ($1::timestamptz is null or (due_at, id) > ($1::timestamptz, $2::uuid)) and ${FILTERS}
   order by due_at, id limit $8`,
);

const listClosed = statement<ExceptionRow & { sort_time: string }>(
  "tasks.listClosedExceptions",
  `select ${EXCEPTION_COLUMNS}, to_json(closed_at at time zone 'UTC') #>> '{}' || 'Z' as sort_time from tasks.exceptions
   where closed_at is not null and ($1::timestamptz is null or (closed_at, id) < ($1::timestamptz, $2::uuid)) and ${FILTERS}
   order by closed_at desc, id desc limit $8`,
);

export async function listExceptions(
  database: Database,
  query: Static<typeof ExceptionsQuery>,
  principal: Principal,
  remedies: Remedies,
  now: Date,
): Promise<Page<Static<typeof ProcessException>>> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const [time, id] = decodeCursor(query.after, ["time", "uuid"]) ?? [null, null];
  const { kind = null, ownerTeam = null, entityId = null, overdue = false } = query;
  const { locations, channels } = scopeOf(principal);
  const teams = query.ownTeams === true ? await ownTeamsOf(database, principal) : null;
  const scope = [locations, limit + 1, channels, teams?.own ?? null, teams?.staffed ?? null];
  const parameters = [time, id, kind, ownerTeam, entityId, overdue ? now : null, ...scope];
  const rows = await database.read(query.open === false ? listClosed : listOpen, parameters);
  return cutPage(
    rows,
    limit,
    (row) => viewException(row, remedies, principal, now),
    (row) => [row.sort_time, row.id],
  );
}
