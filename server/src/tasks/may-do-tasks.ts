import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import type { Principal } from "../platform/http/route.ts";
import { tasks } from "./refusals.ts";
import type { TaskRow } from "./view-tasks.ts";

/** Whoever looks at tasks, as far as it decides whether they may do them. */
export interface Doer {
  actor: string;
  teams: ReadonlySet<string>;
  /** Does the tasks of every team, and those of others. */
  manages: boolean;
}

const readTeams = statement<{ teams: string[] }>(
  "tasks.readTeamsOfUser",
  "select teams from access.users where id = $1::uuid",
);

/** API keys belong to no team: they do what no team has members for, or manage. */
export async function doerOf(
  database: Pick<Database, "read">,
  { actor, permissions }: Pick<Principal, "actor" | "permissions">,
): Promise<Doer> {
  const [kind, id] = actor.split(":");
  const [row] = kind === "user" ? await database.read(readTeams, [id!]) : [];
  return { actor, teams: new Set(row?.teams), manages: permissions.has("tasks:manage") };
}

type TaskOfTeam = Pick<TaskRow, "team" | "helpers" | "staffed" | "assignee" | "assignee_name">;

/** Members of its teams, whoever it was given to, managers; anybody while no member of its teams could see it. */
export function mayDo({ team, helpers, staffed, assignee }: TaskOfTeam, doer: Doer): boolean {
  return doer.manages || !staffed || assignee === doer.actor || [team, ...helpers].some((each) => doer.teams.has(each));
}

export function refuseOtherTeam(task: TaskOfTeam, doer: Doer): void {
  if (mayDo(task, doer)) return;
  const { team, helpers } = task;
  throw tasks.refuse("notInTeam", {
    message: `This task is done by team ${[team, ...helpers].join(", ")}.`,
    details: { team, helpers },
  });
}

/** What somebody works on is not done behind their back: it is taken over first, where others see it. */
export function refuseTaken({ assignee, assignee_name: assigneeName }: TaskOfTeam, doer: Doer): void {
  if (assignee === null || assignee === doer.actor || doer.manages) return;
  throw tasks.refuse("taskTaken", {
    message: `${assigneeName ?? "Somebody else"} works on this task.`,
    details: { assignee, assigneeName },
  });
}
