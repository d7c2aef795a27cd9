import { Type } from "typebox";
import { isRemedied, raiseExceptions } from "../../tasks/public.ts";
import { parseDurationMs } from "../../workflow/public.ts";
import { collect } from "../order-run.ts";
import { defineStep, Duration, faultsOfDuration, Name, subjectOf } from "./step.ts";

/** One that is open for the entity already is enough. */
export const raiseException = defineStep({
  name: "raiseException",
  description: "Puts the entity on the list of exceptions, with an owner and a deadline.",
  params: Type.Object(
    {
      kind: Name("What kind of exception.", "addressDoubtful"),
      reason: Type.String({ minLength: 1, maxLength: 500, description: "What went wrong, for people." }),
      nextAction: Type.Optional(
        Type.String({ minLength: 1, maxLength: 500, description: "What a person can do about it." }),
      ),
      ownerTeam: Type.String({
        minLength: 1,
        maxLength: 64,
        description: "Who must deal with it.",
        examples: ["customer-service"],
      }),
      deadline: Duration("Within how long.", "P1D"),
    },
    { additionalProperties: false },
  ),
  check: ({ kind, deadline }) => [
    ...(isRemedied(kind) ? [{ pointer: "/kind", message: "must not be a kind that the system raises itself" }] : []),
    ...faultsOfDuration("/deadline", deadline),
  ],
  forHistorical: true,
  run: (entry) => {
    const { run, entity, params } = entry;
    collect(run.work, raiseExceptions, {
      kind: params.kind,
      entityType: entity.entityType,
      entityId: entity.id,
      reason: params.reason,
      ...(params.nextAction === undefined ? {} : { nextAction: params.nextAction }),
      details: subjectOf(entry),
      ownerTeam: params.ownerTeam,
      dueAt: new Date(run.work.now.getTime() + parseDurationMs(params.deadline)!),
    });
  },
});
