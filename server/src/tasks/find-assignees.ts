import { type Static, Type } from "typebox";
import type { Database, Transaction } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { textField } from "../platform/http/described.ts";
import type { Principal } from "../platform/http/route.ts";
import { getTask } from "./list-tasks.ts";
import { tasks } from "./refusals.ts";
import { mayDoFor } from "./staff.sql.ts";

export const TaskAssignees = Type.Object(
  {
    data: Type.Array(
      Type.Object({
        actor: textField("Who, as `assignee` says it.", "user:0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"),
        name: textField("The person's name.", "Ada Lovelace"),
      }),
      { description: "By name; at most 100." },
    ),
  },
  { $id: "TaskAssignees", description: "To whom a task can be given." },
);

export const AssigneesQuery = Type.Object(
  {
    query: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: "Only people whose name contains this.",
        examples: ["Ada"],
      }),
    ),
    team: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: "To whose task it would become; the team that has it when absent.",
        examples: ["fraud"],
      }),
    ),
  },
  { additionalProperties: false },
);

/** Of a user `u` and a task `t` that is the team's of $3. */
const MAY_WORK = mayDoFor("u", "$3::text");

const findPeople = statement<{ actor: string; name: string }>(
  "tasks.findAssignees",
  `select 'user:' || u.id::text as actor, u.name from tasks.tasks t cross join access.users u
    where t.id = $1::uuid and ${MAY_WORK} and ($2::text is null or strpos(lower(u.name), lower($2::text)) > 0)
    order by lower(u.name), u.id limit 100`,
);

/** Who may end this task: people with the permission who see its location and are in its teams. */
export async function findAssignees(
  database: Database,
  id: string,
  { query, team }: Static<typeof AssigneesQuery>,
  principal: Principal,
  now: Date,
): Promise<Static<typeof TaskAssignees>> {
  const task = await getTask(database, id, principal, now);
  return { data: await database.read(findPeople, [id, query ?? null, team ?? task.team]) };
}

const mayWork = statement<{ found: boolean }>(
  "tasks.mayWorkOnTask",
  `select exists (
     select from tasks.tasks t join access.users u on $2 = 'user:' || u.id::text where t.id = $1::uuid and ${MAY_WORK}
     union all
     select from tasks.tasks t join access.api_keys k on $2 = 'key:' || k.id::text
      where t.id = $1::uuid and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
        and k.permissions @> array['tasks:write']
        and (k.location_codes is null or t.location = any(k.location_codes))
        and (k.channel_codes is null or t.channel = any(k.channel_codes))) as found`,
);

/** A task that is given to somebody who cannot end it would wait for nobody. */
export async function refuseUnableAssignee(
  transaction: Transaction,
  id: string,
  assignee: string,
  team: string,
): Promise<void> {
  const [row] = await transaction.read(mayWork, [id, assignee, team]);
  if (row?.found !== true)
    throw tasks.refuse("unableAssignee", {
      faults: [{ pointer: "/assignee", message: "is nobody who may work on this task" }],
    });
}
