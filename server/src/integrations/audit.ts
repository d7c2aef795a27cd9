import type { AuditCheck } from "../platform/db/audit-check.ts";
import { ENDED_JOB_DAYS } from "../platform/jobs/forget-jobs.ts";

const LATE = "interval '15 minutes'";

/** What must hold for webhooks and inbound events; each selects what breaks it (X4, W5). */
export const integrationAudit: readonly AuditCheck[] = [
  {
    // One that fails is tried at least every five minutes; one that is paused or disabled was so by somebody.
    name: "liveness: no webhook that is active stands still with deliveries due",
    sql: `select w.id, w.url, waiting.jobs, waiting.since from (
        select lane, count(*) as jobs, min(due_at) as since from platform.jobs
         where kind = 'webhook' and state = 'waiting' and due_at < now() - ${LATE} group by lane) waiting
      join integrations.webhooks w on w.id::text = waiting.lane and w.state = 'active'
      where (w.open_until is null or w.open_until < now() - ${LATE})
        and not exists (select from platform.jobs j where j.kind = 'webhook' and j.lane = waiting.lane and j.state = 'running' and j.lease_until > now())
        and not exists (select from integrations.webhook_attempts a where a.webhook_id = w.id and a.started_at > now() - ${LATE})`,
  },
  {
    // A skipped event ends with its job, which is forgotten before the event is: only a younger one must still have it.
    name: "liveness: an inbound event that has not been applied has a job",
    sql: `select e.id, e.source, e.type, e.received_at from integrations.inbound_events e where e.outcome is null
      and e.received_at > now() - interval '${ENDED_JOB_DAYS} days'
      and not exists (select from platform.jobs j where j.id = e.job_id and j.state <> 'done')`,
  },
];
