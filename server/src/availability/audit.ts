import type { AuditCheck } from "../platform/db/audit-check.ts";

/** What must hold for quotas; each selects what breaks it. That they equal what orders hold, orders prove. */
export const availabilityAudit: readonly AuditCheck[] = [
  {
    name: "availability: what is used of a quota is the sum of its uses, and never less than nothing",
    sql: `select q.id, q.rule, q.used, q.version, u.used as summed, u.uses from availability.quotas q
      full join (select quota_id, sum(delta) as used, count(*) as uses from availability.quota_uses group by quota_id) u
        on u.quota_id = q.id
      where q.id is null or q.used < 0 or q.used <> coalesce(u.used, 0) or q.version <> coalesce(u.uses, 0)`,
  },
  {
    name: "availability: each use of a quota begins where the one before it ended",
    sql: `select quota_id, version, before from (
        select u.*, lag(version, 1, 0::bigint) over step as before, lag(used, 1, 0) over step as used_before
        from availability.quota_uses u window step as (partition by quota_id order by version)) u
      where version <> before + 1 or used <> used_before + delta`,
  },
];
