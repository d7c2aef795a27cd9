import type { AuditCheck } from "../platform/db/audit-check.ts";
import { JOB_KIND } from "./outbox.sql.ts";
import { STAFF_JOB_KIND } from "./staff-mails.ts";

/** What must hold for the outbox; each selects what breaks it. */
export const messageAudit: readonly AuditCheck[] = [
  {
    // What people have given up is noted within the hour.
    name: "messages: whatever is still to be sent has a job",
    sql: `select m.id, m.trigger, m.state, m.created_at from messages.outbox m where m.state in ('queued', 'sending')
      and not exists (select from platform.jobs j where j.id = m.id and j.kind in ('${JOB_KIND}', '${STAFF_JOB_KIND}') and j.state <> 'done')`,
  },
  {
    name: "messages: what was sent, or is being sent, is kept as it was written until it is erased",
    sql: `select id, state from messages.outbox where state in ('sending', 'sent') and erased_at is null and (text is null or recipient is null)`,
  },
  {
    name: "messages: no job is left of what has been sent",
    sql: `select j.id, j.state from platform.jobs j join messages.outbox m on m.id = j.id
      where j.kind in ('${JOB_KIND}', '${STAFF_JOB_KIND}') and j.state in ('waiting', 'behind', 'parked') and m.state in ('sent', 'failed')`,
  },
];
