import { assignJobs, lockJobs, retryJobs, skipJobs } from "../platform/jobs/act-on-jobs.ts";
import { jobs } from "../platform/jobs/refusals.ts";
import type { Refusal } from "../platform/refusals.ts";
import type { Refused, Remedy, SettledException } from "./remedies.ts";
import { reportParkedJobs } from "./report-parked-jobs.ts";

/** For jobs of a kind that are more than a job, such as the event of another system. They are locked already. */
export type JobRemedy = Required<Pick<Remedy, "permission" | "retry" | "skip">>;

/** Parked jobs are settled with their exceptions. */
export function remedyJobs(byKind: Readonly<Record<string, JobRemedy>>): Remedy {
  const special = ({ details }: Pick<SettledException, "details">) => byKind[String(details["job"])];
  return {
    permission: (exception) => special(exception)?.permission(exception) ?? "jobs:write",
    lock: async (transaction, exceptions) => {
      await lockJobs(
        transaction,
        exceptions.map(({ entityId }) => entityId),
      );
    },
    retry: (transaction, exceptions, origin) =>
      eachBy(exceptions, special, (own, list) =>
        own === undefined ? retryPlain(transaction, list, origin) : own.retry(transaction, list, origin),
      ),
    skip: (transaction, exceptions, origin) =>
      eachBy(exceptions, special, (own, list) =>
        own === undefined ? skipPlain(transaction, list, origin) : own.skip(transaction, list, origin),
      ),
    assign: async (transaction, exceptions, origin) => {
      const items = exceptions.map(({ entityId, ownerTeam }) => ({ id: entityId, ownerTeam }));
      return refusedOf(exceptions, await assignJobs(transaction, items, origin, reportParkedJobs));
    },
  };
}

const retryPlain: Remedy["retry"] = async (transaction, exceptions, origin) => {
  const items = exceptions.map(({ entityId }) => ({ id: entityId }));
  return refusedOf(exceptions, await retryJobs(transaction, items, origin, reportParkedJobs));
};

const skipPlain: Required<Remedy>["skip"] = async (transaction, exceptions, origin) => {
  const items = exceptions.map(({ entityId, reason }) => ({ id: entityId, reason }));
  return refusedOf(exceptions, await skipJobs(transaction, items, origin, reportParkedJobs));
};

async function eachBy<Exception extends SettledException>(
  exceptions: readonly Exception[],
  special: (exception: Exception) => JobRemedy | undefined,
  settle: (own: JobRemedy | undefined, list: readonly Exception[]) => Promise<Refused>,
): Promise<Refused> {
  const refused = new Map<string, Refusal>();
  for (const [own, list] of Map.groupBy(exceptions, special))
    for (const [id, refusal] of await settle(own, list)) refused.set(id, refusal);
  return refused;
}

/** An exception is open no longer than its job is parked, so these are races that somebody else won. */
function refusedOf(exceptions: readonly SettledException[], { items }: Awaited<ReturnType<typeof retryJobs>>): Refused {
  return new Map(
    items.flatMap((item, index) =>
      item.status === "ok"
        ? []
        : [[exceptions[index]!.id, jobs.refuse("notParked", { message: item.problem.detail })] as const],
    ),
  );
}
