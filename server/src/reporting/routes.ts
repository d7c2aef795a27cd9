import { refuseScoped } from "../access/public.ts";
import type { Clock } from "../platform/clock.ts";
import type { AuditCheck } from "../platform/db/audit-check.ts";
import type { Database } from "../platform/db/database.ts";
import { route, type Route } from "../platform/http/route.ts";
import { common } from "../platform/refusals.ts";
import { createProof, Proof } from "./prove.ts";
import { readToday, Today, TodayQuery } from "./today.ts";

export interface ReportingDependencies {
  database: Database;
  clock: Clock;
  /** What `orrery audit` proves. */
  auditChecks: readonly AuditCheck[];
}

/** Numbers for people. */
export function reportingRoutes({ database, clock, auditChecks }: ReportingDependencies): Route[] {
  const prove = createProof(database, auditChecks);
  return [
    route({
      method: "GET",
      path: "/v1/proof",
      operationId: "proveLedgers",
      permission: "audit:read",
      tag: "reports",
      summary: "Prove on the live data that every counter equals its ledger and nothing is promised beyond the truth",
      description:
        "The same checks as `orrery audit`, on one snapshot. Reads whole tables: for a look, not for a poll.",
      responses: { 200: Proof },
      handle: ({ principal }) => {
        refuseScoped(principal);
        return prove(clock.now());
      },
    }),
    route({
      method: "GET",
      path: "/v1/today",
      operationId: "getToday",
      permission: "reports:read",
      tag: "reports",
      summary: "What matters now: due, late, unsourced, short, held, stuck; today against plan; backlog by location",
      query: TodayQuery,
      responses: { 200: Today },
      handle: ({ query, principal }) =>
        readToday(database, knownTimeZone(query.timeZone ?? "UTC"), principal, clock.now()),
    }),
  ];
}

function knownTimeZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    throw common.refuse("invalidInput", {
      message: `There is no time zone ${timeZone}.`,
      faults: [{ pointer: "?timeZone", message: "is not an IANA time zone" }],
    });
  }
}
