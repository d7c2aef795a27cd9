import type { AuditCheck } from "../platform/db/audit-check.ts";
import { JOB_PARKED } from "./refusals.ts";

const LATE = "interval '15 minutes'";

/** What must hold for tasks and exceptions, so that whatever needs a person has one (X4, W7). */
export const taskAudit: readonly AuditCheck[] = [
  {
    name: "liveness: an open task has a queue, a team, and stands in the state that asked for it",
    sql: `select t.id, t.queue, t.team, t.entity_id from tasks.tasks t left join workflow.instances i on i.entity_id = t.entity_id
      where t.closed_at is null and (t.queue = '' or t.team = '' or i.entry is distinct from t.entry)`,
  },
  {
    name: "liveness: no task has waited past the time of its next level",
    sql: `select id, queue, escalates_at from tasks.tasks where closed_at is null and escalates_at < now() - ${LATE}`,
  },
  {
    name: "liveness: an open exception has an owner",
    sql: `select id, kind, entity_id from tasks.exceptions where closed_at is null and owner_team = ''`,
  },
  {
    // What is raised is planned within seconds, and every plan has a level.
    name: "liveness: no exception has waited past the time of its next level, or past its deadline without one",
    sql: `select id, kind, owner_team, due_at, escalates_at from tasks.exceptions where closed_at is null
      and (escalates_at < now() - ${LATE} or (level = 0 and escalates_at is null and greatest(due_at, opened_at) < now() - ${LATE}))`,
  },
  {
    name: "liveness: a parked job is an exception that somebody owns",
    sql: `select j.id, j.kind, j.lane, j.last_error from platform.jobs j where j.state = 'parked'
      and not exists (select from tasks.exceptions x where x.kind = '${JOB_PARKED}' and x.entity_id = j.id::text and x.closed_at is null)`,
  },
];
