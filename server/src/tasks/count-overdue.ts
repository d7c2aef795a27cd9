import { type Static, Type } from "typebox";
import { readComposed, sql, where } from "../platform/db/composed.ts";
import type { Database } from "../platform/db/database.ts";
import { wholeField } from "../platform/http/described.ts";
import type { Principal } from "../platform/http/route.ts";
import { scopeConditions } from "./list-tasks.ts";
import { isOwnTeam, ownTeamsOf } from "./own-teams.ts";
import { scopeOf } from "./view-exceptions.ts";

/** Every open console asks again and again: nobody counts further than this. */
const MOST = 1_000;

export const OverdueCounts = Type.Object(
  {
    tasks: wholeField("Open tasks past their time; 1,000: so many or more.", 3),
    exceptions: wholeField("Open exceptions past their deadline; 1,000: so many or more.", 1),
  },
  {
    $id: "OverdueCounts",
    description: "What is late and is the caller's or nobody's: of his teams, and of teams without members.",
  },
);

/** What somebody is to look at now, whichever page is open. */
export async function countOverdue(
  database: Database,
  principal: Principal,
  now: Date,
): Promise<Static<typeof OverdueCounts>> {
  const teams = await ownTeamsOf(database, principal);
  const { locations, channels } = scopeOf(principal);
  const [row] = await readComposed(
    database,
    sql<Static<typeof OverdueCounts>>`select
      (select count(*)::int from (select from tasks.tasks t ${where([
        sql`t.closed_at is null and t.due_at < ${now}::timestamptz`,
        isOwnTeam(sql`t.team`, teams),
        ...scopeConditions(principal),
      ])} limit ${MOST}::int) late) as tasks,
      (select count(*)::int from (select from tasks.exceptions x ${where([
        sql`x.closed_at is null and x.due_at < ${now}::timestamptz`,
        isOwnTeam(sql`x.owner_team`, teams),
        ...(locations === null ? [] : [sql`x.details ->> 'location' = any(${locations}::text[])`]),
        ...(channels === null ? [] : [sql`x.details ->> 'channel' = any(${channels}::text[])`]),
      ])} limit ${MOST}::int) late) as exceptions`,
  );
  return row!;
}
