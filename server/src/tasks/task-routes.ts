import { Type } from "typebox";
import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/database.ts";
import { answerOnce, requestHash } from "../platform/http/idempotency.ts";
import { pageOf } from "../platform/http/paging.ts";
import { type Route, route } from "../platform/http/route.ts";
import { completeTask, type DecideOn } from "./complete-task.ts";
import { countOverdue, OverdueCounts } from "./count-overdue.ts";
import { countTasks, TaskCounts } from "./count-tasks.ts";
import { AssigneesQuery, findAssignees, TaskAssignees } from "./find-assignees.ts";
import { getTask, listTasks, TasksQuery } from "./list-tasks.ts";
import { listTeams, Team, TeamsQuery } from "./list-teams.ts";
import { tasks } from "./refusals.ts";
import { Task } from "./view-tasks.ts";
import { type WorkOnTask, workOnTask } from "./work-on-tasks.ts";

export interface TaskRouteDependencies {
  database: Database;
  clock: Clock;
  decideOn: DecideOn;
}

const closed = { additionalProperties: false } as const;
const Id = Type.Object({ id: Type.String({ format: "uuid", description: "The task's ID (UUIDv7)." }) });
const tag = "Tasks";
const { notInTeam, taskClosed, taskTaken, unableAssignee, unknownOutcome } = tasks.kinds;

/** Queues of tasks that people work through (W4). */
export function taskQueueRoutes(dependencies: TaskRouteDependencies): Route[] {
  const { database, clock, decideOn } = dependencies;
  return [
    route({
      method: "GET",
      path: "/v1/tasks",
      operationId: "listTasks",
      permission: "tasks:read",
      tag,
      summary: "List open tasks, the most important first, or those that ended, latest first (W4)",
      query: TasksQuery,
      responses: { 200: pageOf(Task, { $id: "TaskPage" }) },
      handle: ({ query, principal }) => listTasks(database, query, principal, clock.now()),
    }),
    route({
      method: "GET",
      path: "/v1/task-counts",
      operationId: "countTasks",
      permission: "tasks:read",
      tag,
      summary: "How many tasks are open in each queue, of each team and location (W4)",
      responses: { 200: TaskCounts },
      handle: ({ principal }) => countTasks(database, principal, clock.now()),
    }),
    route({
      method: "GET",
      path: "/v1/overdue",
      operationId: "countOverdue",
      permission: "tasks:read",
      tag,
      summary: "How many tasks and exceptions of the caller's teams are late (W7)",
      responses: { 200: OverdueCounts },
      handle: ({ principal }) => countOverdue(database, principal, clock.now()),
    }),
    route({
      method: "GET",
      path: "/v1/teams",
      operationId: "listTeams",
      permission: "tasks:read",
      tag,
      summary: "Teams that there are, with how many belong to them (W4)",
      query: TeamsQuery,
      responses: { 200: pageOf(Team, { $id: "TeamPage" }) },
      handle: ({ query }) => listTeams(database, query),
    }),
    route({
      method: "GET",
      path: "/v1/tasks/{id}/assignees",
      operationId: "listTaskAssignees",
      permission: "tasks:write",
      tag,
      summary: "People to whom a task can be given",
      params: Id,
      query: AssigneesQuery,
      responses: { 200: TaskAssignees },
      handle: ({ params, query, principal }) => findAssignees(database, params.id, query, principal, clock.now()),
    }),
    route({
      method: "GET",
      path: "/v1/tasks/{id}",
      operationId: "getTask",
      permission: "tasks:read",
      tag,
      summary: "Get a task with its comments",
      params: Id,
      responses: { 200: Task },
      handle: ({ params, principal }) => getTask(database, params.id, principal, clock.now()),
    }),
    work(dependencies, {
      action: "claim",
      summary: "Say that one works on a task; of two who do, one is heard",
      body: Type.Object(
        {
          takeOver: Type.Optional(
            Type.Boolean({ description: "true: also from somebody who works on it.", examples: [false] }),
          ),
        },
        closed,
      ),
      toWork: ({ takeOver = false }) => ({ action: "claim", takeOver }),
    }),
    work(dependencies, {
      action: "release",
      summary: "Let others work on a task",
      body: Type.Object({}, closed),
      toWork: () => ({ action: "release" }),
    }),
    work(dependencies, {
      action: "assign",
      summary: "Give a task to somebody, or to another team",
      body: Type.Object(
        {
          assignee: Type.Union([Type.String({ pattern: "^(user|key):[0-9a-f-]{36}$" }), Type.Null()], {
            description: "Who works on it from now on; null: nobody yet.",
            examples: ["user:0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"],
          }),
          team: Type.Optional(
            Type.String({ minLength: 1, maxLength: 64, description: "Whose it is from now on.", examples: ["fraud"] }),
          ),
        },
        closed,
      ),
      toWork: ({ assignee, team }) => ({ action: "assign", assignee, team: team ?? null }),
    }),
    work(dependencies, {
      action: "comment",
      summary: "Say something about a task, for whoever works on it",
      body: Type.Object(
        { text: Type.String({ minLength: 1, maxLength: 2_000, description: "What.", examples: ["No answer yet."] }) },
        closed,
      ),
      toWork: ({ text }) => ({ action: "comment", text }),
    }),
    route({
      method: "POST",
      path: "/v1/tasks/{id}/complete",
      operationId: "completeTask",
      permission: "tasks:write",
      tag,
      summary: "End a task by one of its outcomes, which moves what it is about",
      description: "Both in one transaction: when the workflow does not take the outcome, the task stays open.",
      params: Id,
      body: Type.Object(
        {
          outcome: Type.String({ maxLength: 64, description: "One of the task's outcomes.", examples: ["approve"] }),
          data: Type.Optional(
            Type.Record(Type.String({ maxLength: 64 }), Type.Unknown(), {
              maxProperties: 50,
              description: "What the outcome's form asks for.",
              examples: [{ note: "Known customer" }],
            }),
          ),
        },
        closed,
      ),
      responses: { 200: Task },
      key: "call",
      refuses: { taskClosed, taskTaken, notInTeam, unknownOutcome },
      handle: ({ params, body, principal, origin, idempotencyKey }) => {
        const hash = requestHash("completeTask", params, body);
        const key = idempotencyKey === null ? null : { principal: principal.actor, key: idempotencyKey, hash };
        const { outcome, data = {} } = body;
        return completeTask(database, decideOn, { id: params.id, outcome, data, principal, origin, key }, () =>
          clock.now(),
        );
      },
    }),
  ];
}

function work<Body extends ReturnType<typeof Type.Object>>(
  { database, clock }: TaskRouteDependencies,
  {
    action,
    summary,
    body: schema,
    toWork,
  }: { action: WorkOnTask["action"]; summary: string; body: Body; toWork: (body: Type.Static<Body>) => WorkOnTask },
): Route {
  return route({
    method: "POST",
    path: `/v1/tasks/{id}/${action}`,
    operationId: `${action}Task`,
    permission: "tasks:write",
    tag,
    summary,
    params: Id,
    body: schema,
    responses: { 200: Task },
    key: "call",
    refuses: {
      taskClosed,
      ...(action === "comment" ? {} : { notInTeam, taskTaken }),
      ...(action === "assign" ? { unableAssignee } : {}),
    },
    handle: ({ params, body, principal, origin, idempotencyKey }) => {
      const hash = requestHash(`${action}Task`, params, body);
      const key = idempotencyKey === null ? null : { principal: principal.actor, key: idempotencyKey, hash };
      return database.transaction((transaction) =>
        answerOnce(transaction, key, 200, () =>
          workOnTask(transaction, params.id, toWork(body as Type.Static<Body>), principal, origin, clock.now()),
        ),
      );
    },
  });
}
