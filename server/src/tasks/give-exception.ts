import { type Static, Type } from "typebox";
import type { Transaction } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import { taskEvents } from "./events.ts";
import { refuseParkedJob } from "./refusals.ts";
import { type ExceptionToResolve, lockOpenException } from "./resolve-exception.ts";
import {
  aboutOf,
  EXCEPTION_COLUMNS,
  type ExceptionRow,
  type ProcessException,
  viewException,
} from "./view-exceptions.ts";

export const NewOwner = Type.Object(
  {
    ownerTeam: Type.String({
      minLength: 1,
      maxLength: 64,
      description: "Who deals with it from now on.",
      examples: ["customer-service"],
    }),
  },
  { additionalProperties: false, $id: "ExceptionOwner", description: "Whose an exception is." },
);

const giveRow = statement<ExceptionRow & { events: number }>(
  "tasks.giveException",
  `update tasks.exceptions set owner_team = $2, events = events + 1 where id = $1 returning ${EXCEPTION_COLUMNS}, events`,
);

/** Another team deals with it; its deadline stays. */
export async function giveException(
  transaction: Transaction,
  request: Omit<ExceptionToResolve, "resolution"> & Static<typeof NewOwner>,
): Promise<Static<typeof ProcessException>> {
  const { id, ownerTeam, principal, origin, remedies, now } = request;
  const open = await lockOpenException(transaction, request);
  refuseParkedJob(open.kind, "assignJobs");
  const [row] = await transaction.read(giveRow, [id, ownerTeam]);
  taskEvents.record(transaction, [
    {
      type: "exception.assigned",
      entityId: id,
      sequence: row!.events,
      occurredAt: now,
      origin,
      data: { ...aboutOf(open), ownerTeam },
    },
  ]);
  recordAudit(transaction, [
    {
      origin,
      action: "assignException",
      entityType: "exception",
      entityId: id,
      details: { kind: open.kind, concerns: open.entity_id, from: open.owner_team, to: ownerTeam },
    },
  ]);
  return viewException(row!, remedies, principal, now);
}
