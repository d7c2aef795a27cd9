import { Type, type Static } from "typebox";
import type { Transaction } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { Origin } from "../platform/events/record-events.ts";
import type { Principal } from "../platform/http/route.ts";
import { common } from "../platform/refusals.ts";
import { taskEvents } from "./events.ts";
import { refuseParkedJob, tasks } from "./refusals.ts";
import type { Remedies } from "./settle-exceptions.ts";
import {
  aboutOf,
  EXCEPTION_COLUMNS,
  type ExceptionRow,
  type ProcessException,
  scopeOf,
  viewException,
} from "./view-exceptions.ts";

export const Resolution = Type.Object(
  {
    resolution: Type.String({
      minLength: 1,
      maxLength: 1_000,
      description: "What was done about it.",
      examples: ["Customer accepts delivery next week."],
    }),
  },
  { additionalProperties: false, $id: "ExceptionResolution", description: "How an exception comes to its end." },
);

export interface ExceptionToResolve {
  id: string;
  resolution: string;
  principal: Principal;
  origin: Origin;
  remedies: Remedies;
  now: Date;
}

const lockException = statement<ExceptionRow>(
  "tasks.lockException",
  `select ${EXCEPTION_COLUMNS} from tasks.exceptions
   where id = $1 and ($2::text[] is null or details ->> 'location' = any($2::text[]))
     and ($3::text[] is null or details ->> 'channel' = any($3::text[])) for update`,
);

const resolveRow = statement<ExceptionRow & { events: number }>(
  "tasks.resolveException",
  `update tasks.exceptions set closed_at = $2, closed_by = $3, resolution = $4, events = events + 1 where id = $1
   returning ${EXCEPTION_COLUMNS}, events`,
);

/** The exception, locked; refused when the caller may not see it or it is closed already. */
export async function lockOpenException(
  transaction: Transaction,
  { id, principal }: Pick<ExceptionToResolve, "id" | "principal">,
): Promise<ExceptionRow> {
  const { locations, channels } = scopeOf(principal);
  const [open] = await transaction.read(lockException, [id, locations, channels]);
  if (open === undefined) throw common.refuse("notFound");
  if (open.closed_at !== null)
    throw tasks.refuse("alreadyClosed", { details: { closedAt: open.closed_at, closedBy: open.closed_by } });
  return open;
}

/** A person says it is dealt with; only the first to say so is heard. */
export async function resolveException(
  transaction: Transaction,
  { id, resolution, principal, origin, remedies, now }: ExceptionToResolve,
): Promise<Static<typeof ProcessException>> {
  const open = await lockOpenException(transaction, { id, principal });
  refuseParkedJob(open.kind, "retryJobs or skipJobs");
  const [row] = await transaction.read(resolveRow, [id, now, origin.actor, resolution]);
  taskEvents.record(transaction, [
    {
      type: "exception.closed",
      entityId: id,
      sequence: row!.events,
      occurredAt: now,
      origin,
      data: aboutOf(open),
    },
  ]);
  recordAudit(transaction, [
    {
      origin,
      action: "resolveException",
      entityType: "exception",
      entityId: id,
      details: { kind: open.kind, concerns: open.entity_id },
    },
  ]);
  return viewException(row!, remedies, principal, now);
}
