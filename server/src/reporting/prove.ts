import { Type } from "typebox";
import { availabilityAudit } from "../availability/public.ts";
import { fulfillmentAudit } from "../fulfillment/public.ts";
import { inventoryAudit } from "../inventory/public.ts";
import { messageAudit } from "../messages/public.ts";
import { orderAudit, orderLiveness } from "../orders/public.ts";
import { type AuditCheck, type AuditResult, runAudit } from "../platform/db/audit-check.ts";
import type { Database } from "../platform/db/database.ts";
import { momentField } from "../platform/http/described.ts";
import { eventAudit } from "../platform/events/audit.ts";
import { jobAudit } from "../platform/jobs/audit.ts";
import { taskAudit } from "../tasks/public.ts";

/** Every promise that the data must keep, of the modules below; those above add theirs in `main/`. */
export const lowerAuditChecks: readonly AuditCheck[] = [
  ...eventAudit,
  ...jobAudit,
  ...taskAudit,
  ...inventoryAudit,
  ...availabilityAudit,
  ...orderAudit,
  ...orderLiveness,
  ...fulfillmentAudit,
  ...messageAudit,
];

export const Proof = Type.Object(
  {
    asOf: momentField("When the snapshot of the database was taken that all checks looked at."),
    clean: Type.Boolean({ description: "True when every promise holds." }),
    promises: Type.Array(
      Type.Object({
        name: Type.String({
          description: "What is promised.",
          examples: ["orders: totals equal their lines and charges"],
        }),
        holds: Type.Boolean({ description: "True when no row breaks it." }),
        violations: Type.Array(Type.Record(Type.String(), Type.Unknown()), {
          description: "The rows that break it, at most 20.",
        }),
        durationMs: Type.Number({ description: "How long the check took, in milliseconds.", examples: [85] }),
      }),
      { description: "Every promise that was checked, with what breaks it." },
    ),
  },
  { $id: "Proof", description: "The audit of the live database." },
);

/** Runs the audit; callers that ask while one runs get that one's result, because it reads whole tables. */
export function createProof(database: Database, checks: readonly AuditCheck[]): (now: Date) => Promise<object> {
  let running: Promise<object> | null = null;
  return (now) => {
    running ??= runAudit(database, checks)
      .then((results) => view(results, now))
      .finally(() => {
        running = null;
      });
    return running;
  };
}

function view(results: readonly AuditResult[], now: Date): object {
  return {
    asOf: now.toISOString(),
    clean: results.every((result) => result.violations.length === 0),
    promises: results.map(({ name, violations, durationMs }) => ({
      name,
      holds: violations.length === 0,
      violations,
      durationMs: Math.round(durationMs),
    })),
  };
}
