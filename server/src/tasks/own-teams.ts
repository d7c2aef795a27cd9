import { sql, type Condition } from "../platform/db/composed.ts";
import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import type { Principal } from "../platform/http/route.ts";
import { doerOf } from "./may-do-tasks.ts";
import { doesTasks } from "./staff.sql.ts";

/** Whose work somebody answers for: that of the own teams, and of all that have no members. */
export interface OwnTeams {
  own: string[];
  staffed: string[];
}

const DOES_TASKS = doesTasks("u");

const readStaffed = statement<{ team: string }>(
  "tasks.readStaffedTeams",
  `select distinct unnest(teams) as team from access.users u where ${DOES_TASKS}`,
);

export async function ownTeamsOf(
  database: Database,
  principal: Pick<Principal, "actor" | "permissions">,
): Promise<OwnTeams> {
  const [{ teams }, staffed] = await Promise.all([doerOf(database, principal), database.read(readStaffed)]);
  return { own: [...teams], staffed: staffed.map(({ team }) => team) };
}

/** Whether the team in `column` is one of them. */
export function isOwnTeam(column: Condition, { own, staffed }: OwnTeams): Condition {
  return sql`(${column} = any(${own}::text[]) or ${column} <> all(${staffed}::text[]))`;
}
