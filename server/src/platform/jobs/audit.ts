import type { AuditCheck } from "../db/audit-check.ts";

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
];
