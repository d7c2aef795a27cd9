import { type Static, Type } from "typebox";
import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { textField, wholeField } from "../platform/http/described.ts";
import { TASK_QUEUE_KIND } from "./task-queues.ts";

export const Teams = Type.Object(
  {
    data: Type.Array(
      Type.Object({
        code: textField("Its name, as tasks, queues and users say it.", "fraud"),
        members: wholeField("Enabled users who belong to it; 0: whoever may do tasks does its tasks.", 3),
      }),
      { description: "By name." },
    ),
  },
  { $id: "Teams", description: "Teams of which a queue in force speaks or to which somebody belongs (W4)." },
);

const readTeams = statement<Static<typeof Teams>["data"][number]>(
  "tasks.listTeams",
  `with queues as (
     select versions.content::jsonb as content from platform.documents
     join platform.document_versions versions on versions.document_id = documents.id and versions.version = documents.published_version
     where documents.kind = '${TASK_QUEUE_KIND}'
   ), named as (
     select unnest(teams) as code, 1 as member from access.users where disabled_at is null
     union all select content ->> 'team', 0 from queues
     union all select jsonb_array_elements_text(content -> 'helpers'), 0 from queues
     union all select level ->> 'team', 0 from queues cross join jsonb_array_elements(content -> 'escalations') as level
   )
   select code, sum(member)::int as members from named where code is not null group by code order by code`,
);

/** What one picks from when a queue, a task or a user is given a team. */
export async function listTeams(database: Database): Promise<Static<typeof Teams>> {
  return { data: await database.read(readTeams) };
}
