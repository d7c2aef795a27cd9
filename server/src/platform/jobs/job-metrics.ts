import { Counter, Gauge, Histogram } from "prom-client";
import type { Database } from "../db/database.ts";
import { statement } from "../db/statements.ts";
import type { JobOutcome } from "./job-kinds.ts";

const attempts = new Counter({
  name: "orrery_job_attempts_total",
  help: "Attempts at jobs by this process, by how they ended.",
  labelNames: ["kind", "outcome"],
});
const durations = new Histogram({
  name: "orrery_job_attempt_seconds",
  help: "How long an attempt took.",
  labelNames: ["kind"],
  buckets: [0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30],
});
const lost = new Counter({
  name: "orrery_job_leases_lost_total",
  help: "Attempts that ended after their lease: another worker had taken over, and they changed nothing.",
  labelNames: ["kind"],
});
const length = new Gauge({
  name: "orrery_jobs",
  help: "Unfinished jobs, by state.",
  labelNames: ["kind", "state"],
});
const oldest = new Gauge({
  name: "orrery_job_oldest_due_seconds",
  help: "How long the oldest job that could run has been due.",
  labelNames: ["kind"],
});

export function observeAttempt(kind: string, outcome: JobOutcome, milliseconds: number): void {
  attempts.inc({ kind, outcome: outcome.done ? "done" : "postponedMs" in outcome ? "postponed" : "failed" });
  durations.observe({ kind }, milliseconds / 1_000);
}

export function observeLostLease(kind: string): void {
  lost.inc({ kind });
}

const measure = statement<{ kind: string; state: string; jobs: number; oldest_seconds: number | null }>(
  "platform.measureJobs",
  `select kind, state, count(*) as jobs,
     greatest(0, extract(epoch from now() - min(due_at) filter (where state = 'waiting')))::float8 as oldest_seconds
   from platform.jobs where state in ('waiting', 'behind', 'running', 'parked') group by kind, state`,
);

/** Counts what is unfinished, for /metrics. */
export async function measureJobs(database: Database): Promise<false> {
  const rows = await database.read(measure);
  length.reset();
  oldest.reset();
  for (const { kind, state, jobs, oldest_seconds: seconds } of rows) {
    length.set({ kind, state }, jobs);
    if (seconds !== null) oldest.set({ kind }, seconds);
  }
  return false;
}
