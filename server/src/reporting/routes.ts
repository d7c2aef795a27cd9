import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/database.ts";
import { route, type Route } from "../platform/http/route.ts";
import { common } from "../platform/refusals.ts";
import { readToday, Today, TodayQuery } from "./today.ts";

export interface ReportingDependencies {
  database: Database;
  clock: Clock;
}

/** Numbers for people. */
export function reportingRoutes({ database, clock }: ReportingDependencies): Route[] {
  return [
    route({
      method: "GET", path: "/v1/today", operationId: "getToday", permission: "reports:read", tag: "reports",
      summary: "What matters now: due, late, unsourced, short, held, stuck; today against plan; backlog by location",
      query: TodayQuery, responses: { 200: Today },
      handle: ({ query, principal }) => readToday(database, knownTimeZone(query.timeZone ?? "UTC"), principal, clock.now()),
    }),
  ];
}

function knownTimeZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    throw common.refuse("invalidInput", { message: `There is no time zone ${timeZone}.`, faults: [{ pointer: "?timeZone", message: "is not an IANA time zone" }] });
  }
}
