import type { ParkedJobReports } from "../platform/jobs/job-kinds.ts";
import { assignExceptions } from "./assign-exceptions.ts";
import { closeExceptions } from "./close-exceptions.ts";
import { raiseExceptions } from "./raise-exceptions.ts";

const KIND = "jobParked";

/** A job that was given up is an exception until somebody retries or skips it. */
export const reportParkedJobs: ParkedJobReports = {
  parked: (transaction, jobs) =>
    raiseExceptions(
      transaction,
      jobs.map(({ id, kind, lane, orderingKey, reason, ownerTeam, nextAction, deadlineAt }) => ({
        kind: KIND,
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
      ids.map((id) => ({ kind: KIND, entityId: id, resolution })),
      { actor, requestId: null },
    ),
  assigned: (transaction, ids, ownerTeam) =>
    assignExceptions(
      transaction,
      ids.map((entityId) => ({ kind: KIND, entityId, ownerTeam })),
    ),
};
