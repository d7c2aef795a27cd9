import { Type } from "typebox";
import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/database.ts";
import { bulkOf } from "../platform/http/bulk.ts";
import { answerOnce, requestHash } from "../platform/http/idempotency.ts";
import { pageOf } from "../platform/http/paging.ts";
import { type Route, route } from "../platform/http/route.ts";
import type { RefusalKind } from "../platform/refusals.ts";
import type { DecideOn } from "./complete-task.ts";
import { NewOwner } from "./give-exception.ts";
import { ExceptionsQuery, listExceptions } from "./list-exceptions.ts";
import { tasks } from "./refusals.ts";
import { ExceptionReport, reportException } from "./report-exception.ts";
import type { Remedies } from "./remedies.ts";
import { Resolution } from "./resolve-exception.ts";
import { taskQueueRoutes } from "./task-routes.ts";
import {
  ExceptionsToAssign,
  ExceptionsToClose,
  ExceptionsToRetry,
  settleException,
  settleExceptions,
  type Settling,
} from "./settle-exceptions.ts";
import { ProcessException } from "./view-exceptions.ts";

export interface TaskDependencies {
  database: Database;
  clock: Clock;
  decideOn: DecideOn;
  remedies: Remedies;
}

const { alreadyClosed, endsWithCause, notRetriable } = tasks.kinds;
const Id = Type.Object({ id: Type.String({ format: "uuid", description: "The exception's ID (UUIDv7)." }) });

export function taskRoutes({ database, clock, decideOn, remedies }: TaskDependencies): Route[] {
  const settle = <Body extends typeof ExceptionsToRetry | typeof ExceptionsToClose | typeof ExceptionsToAssign>(
    settling: Exclude<Settling, "resolve">,
    told: { summary: string; description?: string; body: Body; refuses: Record<string, RefusalKind> },
  ): Route =>
    route({
      method: "POST",
      path: `/v1/exceptions/${settling}`,
      operationId: `${settling}Exceptions`,
      permission: "tasks:write",
      tag: "Tasks",
      responses: {
        200: bulkOf(
          ProcessException,
          `${settling}ExceptionsAnswer`.replace(/^./, (letter) => letter.toUpperCase()),
        ),
      },
      key: "call",
      ...told,
      handle: ({ body, principal, origin, idempotencyKey }) => {
        const hash = requestHash(`${settling}Exceptions`, body);
        const key = idempotencyKey === null ? null : { principal: principal.actor, key: idempotencyKey, hash };
        const { items } = body as { items: { id: string }[] };
        return database.transaction((transaction) =>
          answerOnce(transaction, key, 200, () =>
            settleExceptions(transaction, { settling, items, remedies, principal, origin, now: clock.now() }),
          ),
        );
      },
    });
  return [
    ...taskQueueRoutes({ database, clock, decideOn }),
    route({
      method: "GET",
      path: "/v1/exceptions",
      operationId: "listExceptions",
      permission: "tasks:read",
      tag: "Tasks",
      summary: "What needs a person, most urgent first (W7)",
      query: ExceptionsQuery,
      responses: { 200: pageOf(ProcessException, { $id: "ExceptionPage" }) },
      handle: ({ query, principal }) => listExceptions(database, query, principal, remedies, clock.now()),
    }),
    route({
      method: "POST",
      path: "/v1/exceptions",
      operationId: "reportException",
      permission: "tasks:write",
      tag: "Tasks",
      summary: "Report something that a person must look at",
      description:
        "One that is open already for the same kind and entity is left as it is. What somebody limited to locations or channels reports stands beside what others say.",
      body: ExceptionReport,
      responses: { 201: Type.Object({ reported: Type.Boolean({ description: "True: one is open now." }) }) },
      key: "call",
      handle: ({ body, principal, origin, idempotencyKey }) => {
        const hash = requestHash("reportException", body);
        const key = idempotencyKey === null ? null : { principal: principal.actor, key: idempotencyKey, hash };
        return database.transaction((transaction) =>
          answerOnce(transaction, key, 201, async () =>
            reportException(transaction, body, principal, origin, clock.now()),
          ),
        );
      },
    }),
    route({
      method: "POST",
      path: "/v1/exceptions/{id}/resolve",
      operationId: "resolveException",
      permission: "tasks:write",
      tag: "Tasks",
      summary: "Say that an exception is dealt with",
      description: "One of what failed ends with that: retryExceptions or closeExceptions.",
      params: Id,
      body: Resolution,
      responses: { 200: ProcessException },
      key: "call",
      refuses: { alreadyClosed, endsWithCause },
      handle: ({ params, body, principal, origin, idempotencyKey }) => {
        const hash = requestHash("resolveException", params, body);
        const key = idempotencyKey === null ? null : { principal: principal.actor, key: idempotencyKey, hash };
        return database.transaction((transaction) =>
          answerOnce(transaction, key, 200, () =>
            settleException(transaction, {
              settling: "resolve",
              item: { id: params.id, reason: body.resolution },
              remedies,
              principal,
              origin,
              now: clock.now(),
            }),
          ),
        );
      },
    }),
    route({
      method: "POST",
      path: "/v1/exceptions/{id}/assign",
      operationId: "assignException",
      permission: "tasks:write",
      tag: "Tasks",
      summary: "Give an exception to another team",
      params: Id,
      body: NewOwner,
      responses: { 200: ProcessException },
      key: "call",
      refuses: { alreadyClosed },
      handle: ({ params: { id }, body: { ownerTeam }, principal, origin, idempotencyKey }) => {
        const hash = requestHash("assignException", { id }, { ownerTeam });
        const key = idempotencyKey === null ? null : { principal: principal.actor, key: idempotencyKey, hash };
        return database.transaction((transaction) =>
          answerOnce(transaction, key, 200, () =>
            settleException(transaction, {
              settling: "assign",
              item: { id, ownerTeam },
              remedies,
              principal,
              origin,
              now: clock.now(),
            }),
          ),
        );
      },
    }),
    settle("retry", {
      summary: "Try again what failed: parked jobs, failed timers, events of other systems",
      body: ExceptionsToRetry,
      refuses: { alreadyClosed, notRetriable },
    }),
    settle("close", {
      summary: "End exceptions with a reason",
      description:
        "What failed is given up: the gap stays to be seen, with its reason. What waits for a word only is resolved with it.",
      body: ExceptionsToClose,
      refuses: { alreadyClosed },
    }),
    settle("assign", {
      summary: "Give exceptions to other teams",
      body: ExceptionsToAssign,
      refuses: { alreadyClosed },
    }),
  ];
}
