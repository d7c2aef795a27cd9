import { setTimeout as pause } from "node:timers/promises";
import { openDatabase } from "../../src/platform/db/database.ts";
import { statement } from "../../src/platform/db/statements.ts";
import { startJobWorker } from "../../src/platform/jobs/run-jobs.ts";
import { reportParkedJobs } from "../../src/tasks/public.ts";

/** A worker in a process of its own, to be killed. Each attempt takes a while, so that a kill finds some under way. */
const ATTEMPT_MS = 5;
const database = openDatabase({ url: process.argv[2]! });
const began = statement("test.jobBegan", "insert into test.attempts (job_id, key, number) values ($1, $2, $3)");
const log = { error: console.error, warn: () => undefined };

startJobWorker({
  database,
  log,
  reports: reportParkedJobs,
  kinds: [
    {
      kind: "killed",
      concurrency: 20,
      retryPausesMs: Array.from({ length: 50 }, () => 10),
      parking: { ownerTeam: "operations", deadlineMs: 1_000, nextAction: "None." },
      start: (jobs) =>
        jobs.map(async ({ id, orderingKey, payload }) => {
          await database.read(began, [id, orderingKey, payload["number"] as number]);
          await pause(ATTEMPT_MS);
          return { done: true as const };
        }),
    },
  ],
});
