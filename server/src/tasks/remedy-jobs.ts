import type { Transaction } from "../platform/db/database.ts";
import { assignJobs, retryJobs, skipJobs } from "../platform/jobs/act-on-jobs.ts";
import { jobs } from "../platform/jobs/refusals.ts";
import { reportParkedJobs } from "./report-parked-jobs.ts";
import type { Remedy } from "./settle-exceptions.ts";

/** For jobs of a kind that are more than a job, such as the event of another system. */
export type JobRemedy = Pick<Remedy, "permission" | "retry" | "skip">;

/** A parked job is settled with its exception. */
export function remedyJobs(byKind: Readonly<Record<string, JobRemedy>>): Remedy {
  const special = ({ details }: Parameters<Remedy["retry"]>[1]) => byKind[String(details["job"])];
  return {
    permission: "jobs:write",
    retry: async (transaction, exception, origin) => {
      const own = special(exception);
      if (own !== undefined) return await own.retry(transaction, exception, origin);
      refuseUndone(await retryJobs(transaction, [{ id: exception.entityId }], origin, reportParkedJobs));
    },
    skip: async (transaction, exception, reason, origin) => {
      const own = special(exception);
      if (own !== undefined) return await own.skip(transaction, exception, reason, origin);
      refuseUndone(await skipJobs(transaction, [{ id: exception.entityId, reason }], origin, reportParkedJobs));
    },
    assign: async (transaction: Transaction, exception, ownerTeam, origin) =>
      refuseUndone(await assignJobs(transaction, [{ id: exception.entityId, ownerTeam }], origin, reportParkedJobs)),
  };
}

/** Only one is asked for; an exception is open no longer than its job is parked, so this is a race that somebody else won. */
function refuseUndone({ items: [item] }: Awaited<ReturnType<typeof retryJobs>>): void {
  if (item?.status === "refused") throw jobs.refuse("notParked", { message: item.problem.detail });
}
