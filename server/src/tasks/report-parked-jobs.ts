import type { ParkedJobReports } from "../platform/jobs/job-kinds.ts";
import { assignExceptions } from "./assign-exceptions.ts";
import { closeExceptions } from "./close-exceptions.ts";
import { raiseExceptions } from "./raise-exceptions.ts";
import { JOB_PARKED } from "./refusals.ts";

/** A job that was given up is an exception until somebody retries or skips it. */
export const reportParkedJobs: ParkedJobReports = {
  parked: (transaction, jobs) =>
    raiseExceptions(
      transaction,
      jobs.map(({ id, kind, lane, orderingKey, reason, ownerTeam, nextAction, deadlineAt }) => ({
        kind: JOB_PARKED,
        entityType: "job",
        entityId: id,
        reason,
        nextAction,
        details: { job: kind, lane, orderingKey },
        ownerTeam,
        dueAt: deadlineAt,
      })),
    ),
  released: (transaction, ids, resolution, actor) =>
    closeExceptions(
      transaction,
      ids.map((id) => ({ kind: JOB_PARKED, entityId: id, resolution })),
      { actor, requestId: null },
    ),
  assigned: (transaction, ids, ownerTeam, origin) =>
    assignExceptions(
      transaction,
      ids.map((entityId) => ({ kind: JOB_PARKED, entityId, ownerTeam })),
      origin,
    ),
};
