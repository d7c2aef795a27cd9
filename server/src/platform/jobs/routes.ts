import { Type } from "typebox";
import type { Database } from "../db/database.ts";
import { statement } from "../db/statements.ts";
import { bulkOf } from "../http/bulk.ts";
import { answerOnce, requestHash } from "../http/idempotency.ts";
import { pageOf } from "../http/paging.ts";
import { type Call, type Principal, type Route, route } from "../http/route.ts";
import { common } from "../refusals.ts";
import type { Transaction } from "../db/database.ts";
import {
  assignJobs,
  JobsToAssign,
  JobsToRetry,
  JobsToSkip,
  ParkedJobsToRetry,
  RetriedJobs,
  retryJobs,
  retryParkedJobs,
  skipJobs,
} from "./act-on-jobs.ts";
import type { ParkedJobReports } from "./job-kinds.ts";
import { JobsQuery, listJobs } from "./list-jobs.ts";
import { jobs } from "./refusals.ts";
import { Job, JOB_COLUMNS, type JobRow, viewJob } from "./view-jobs.ts";

export interface JobDependencies {
  database: Database;
  reports: ParkedJobReports;
}

const TAG = "Jobs";
const bulkJobs = (name: string) => bulkOf(Job, name);

const readJob = statement<JobRow>("platform.readJob", `select ${JOB_COLUMNS} from platform.jobs where id = $1`);

export function jobRoutes({ database, reports }: JobDependencies): Route[] {
  return [
    route({
      method: "GET",
      path: "/v1/jobs",
      operationId: "listJobs",
      permission: "jobs:read",
      tag: TAG,
      summary: "Work in the background: what waits, runs, is parked or was done",
      query: JobsQuery,
      responses: { 200: pageOf(Job, { $id: "JobPage" }) },
      handle: ({ query, principal }) => {
        refuseLimited(principal);
        return listJobs(database, query);
      },
    }),
    route({
      method: "GET",
      path: "/v1/jobs/{id}",
      operationId: "getJob",
      permission: "jobs:read",
      tag: TAG,
      summary: "One job",
      params: Type.Object({ id: Type.String({ format: "uuid", description: "The job's ID." }) }),
      responses: { 200: Job },
      handle: async ({ params, principal }) => {
        refuseLimited(principal);
        const [row] = await database.read(readJob, [params.id]);
        if (row === undefined) throw common.refuse("notFound");
        return viewJob(row);
      },
    }),
    route({
      method: "POST",
      path: "/v1/jobs/retry",
      operationId: "retryJobs",
      permission: "jobs:write",
      tag: TAG,
      summary: "Try jobs again that are parked, or that failed and wait for their next try",
      body: JobsToRetry,
      responses: { 200: bulkJobs("RetriedJobsAnswer") },
      refuses: { notRetryable: jobs.kinds.notRetryable },
      key: "call",
      handle: (call) =>
        once(database, "retryJobs", call, (transaction) =>
          retryJobs(transaction, call.body.items, call.origin, reports),
        ),
    }),
    route({
      method: "POST",
      path: "/v1/jobs/skip",
      operationId: "skipJobs",
      permission: "jobs:write",
      tag: TAG,
      summary: "Give jobs up, with a reason",
      description: "What waits behind them in their key goes on. The skipped job stays to be seen, with its reason.",
      body: JobsToSkip,
      responses: { 200: bulkJobs("SkippedJobsAnswer") },
      refuses: { notSkippable: jobs.kinds.notSkippable },
      key: "call",
      handle: (call) =>
        once(database, "skipJobs", call, (transaction) => skipJobs(transaction, call.body.items, call.origin, reports)),
    }),
    route({
      method: "POST",
      path: "/v1/jobs/assign",
      operationId: "assignJobs",
      permission: "jobs:write",
      tag: TAG,
      summary: "Give parked jobs to other teams",
      body: JobsToAssign,
      responses: { 200: bulkJobs("AssignedJobsAnswer") },
      refuses: { notParked: jobs.kinds.notParked },
      key: "call",
      handle: (call) =>
        once(database, "assignJobs", call, (transaction) =>
          assignJobs(transaction, call.body.items, call.origin, reports),
        ),
    }),
    route({
      method: "POST",
      path: "/v1/jobs/retry-parked",
      operationId: "retryParkedJobs",
      permission: "jobs:write",
      tag: TAG,
      summary: "Try everything again that is parked of a kind",
      description: "At most 5,000 at a time; repeat the call while `more` is true.",
      body: ParkedJobsToRetry,
      responses: { 200: RetriedJobs },
      key: "call",
      handle: (call) =>
        once(database, "retryParkedJobs", call, (transaction) =>
          retryParkedJobs(transaction, call.body, call.origin, reports),
        ),
    }),
  ];
}

/** Jobs concern the whole account. */
function refuseLimited({ locationCodes, channelCodes }: Principal): void {
  if (locationCodes !== null || channelCodes !== null)
    throw common.refuse("forbidden", { message: "Jobs concern the whole account; your access is limited." });
}

async function once<Body, Answer extends object>(
  database: Database,
  operation: string,
  { principal, idempotencyKey, body }: Pick<Call<unknown, unknown, Body>, "principal" | "idempotencyKey" | "body">,
  work: (transaction: Transaction) => Promise<Answer>,
): Promise<Answer> {
  refuseLimited(principal);
  const hash = requestHash(operation, body);
  const key = idempotencyKey === null ? null : { principal: principal.actor, key: idempotencyKey, hash };
  return await database.transaction((transaction) => answerOnce(transaction, key, 200, () => work(transaction)));
}
