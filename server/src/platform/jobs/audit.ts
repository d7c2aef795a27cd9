import type { AuditCheck } from "../db/audit-check.ts";

/** Workers look several times a second; what is so late nobody looks after. */
const LATE = "interval '15 minutes'";

/** What must hold for jobs; each selects what breaks it. */
export const jobAudit: readonly AuditCheck[] = [
  {
    name: "jobs: whatever was set aside has an unfinished job of its key before it",
    sql: `select id, kind, lane, ordering_key from platform.jobs where state = 'behind' and not exists (
        select from platform.jobs earlier where earlier.kind = jobs.kind and earlier.lane = jobs.lane
          and earlier.ordering_key = jobs.ordering_key and earlier.sequence < jobs.sequence
          and earlier.state in ('waiting', 'behind', 'running', 'parked'))`,
  },
  {
    name: "jobs: of one key at most one runs, and nothing earlier of it is unfinished",
    sql: `select id, kind, lane, ordering_key from platform.jobs where state = 'running' and exists (
        select from platform.jobs earlier where earlier.kind = jobs.kind and earlier.lane = jobs.lane
          and earlier.ordering_key = jobs.ordering_key and earlier.sequence < jobs.sequence
          and earlier.state in ('waiting', 'behind', 'running', 'parked'))`,
  },
  {
    // Workers of a kind take back what a dead one had in hand within a second.
    name: "liveness: no job is in the hands of a worker that is gone",
    sql: `select id, kind, lane, lease_until from platform.jobs where state = 'running' and lease_until < now() - ${LATE}`,
  },
  {
    // A backlog is no fault as long as it moves. Lanes of webhooks may rest: see integrations.
    name: "liveness: no lane with due jobs stands still",
    sql: `select waiting.kind, waiting.lane, waiting.jobs, waiting.since from (
        select kind, lane, count(*) as jobs, min(due_at) as since from platform.jobs
         where state = 'waiting' and due_at < now() - ${LATE} and kind <> 'webhook' group by kind, lane) waiting
      where not exists (select from platform.jobs j where j.kind = waiting.kind and j.lane = waiting.lane and j.state = 'running' and j.lease_until > now())
        and not exists (select from platform.jobs j where j.kind = waiting.kind and j.lane = waiting.lane
          and j.state in ('done', 'skipped') and j.ended_at > now() - ${LATE})`,
  },
];
