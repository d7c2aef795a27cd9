import { integrationAudit } from "../integrations/public.ts";
import type { AuditCheck } from "../platform/db/audit-check.ts";
import { lowerAuditChecks } from "../reporting/public.ts";

/** Every promise that the data must keep, of all modules. */
export const auditChecks: readonly AuditCheck[] = [...lowerAuditChecks, ...integrationAudit];
