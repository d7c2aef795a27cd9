import { type Static, Type } from "typebox";
import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { textField, wholeField } from "../platform/http/described.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, type Page, PageQuery } from "../platform/http/paging.ts";
import { doesTasks } from "./staff.sql.ts";
import { TASK_QUEUE_KIND } from "./task-queues.ts";

export const Team = Type.Object(
  {
    code: textField("Its name, as tasks, queues and users say it.", "fraud"),
    members: wholeField(
      "Users who belong to it and may do tasks; 0: whoever may do tasks does its tasks. Who is disabled or lacks tasks:write does not count.",
      3,
    ),
  },
  { $id: "Team", description: "A team of which a queue in force speaks or to which somebody belongs (W4)." },
);
type Team = Static<typeof Team>;

export const TeamsQuery = Type.Object(PageQuery, { additionalProperties: false });

const DOES_TASKS = doesTasks("users");

const readTeams = statement<Team>(
  "tasks.listTeams",
  `with queues as (
     select versions.content::jsonb as content from platform.documents
     join platform.document_versions versions on versions.document_id = documents.id and versions.version = documents.published_version
     where documents.kind = '${TASK_QUEUE_KIND}'
   ), named as (
     select unnest(teams) as code, case when ${DOES_TASKS} then 1 else 0 end as member from access.users where disabled_at is null
     union all select content ->> 'team', 0 from queues
     union all select jsonb_array_elements_text(content -> 'helpers'), 0 from queues
     union all select level ->> 'team', 0 from queues cross join jsonb_array_elements(content -> 'escalations') as level
   )
   select code, sum(member)::int as members from named where code is not null and ($1::text is null or code > $1::text)
    group by code order by code limit $2::int`,
);

/** What one picks from when a queue, a task or a user is given a team; by name. */
export async function listTeams(database: Database, query: Static<typeof TeamsQuery>): Promise<Page<Team>> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const [after = null] = decodeCursor(query.after, ["text"]) ?? [];
  return cutPage(
    await database.read(readTeams, [after, limit + 1]),
    limit,
    (team) => team,
    ({ code }) => [code],
  );
}
