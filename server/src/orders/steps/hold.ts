import { Type } from "typebox";
import { placeHold } from "../place-holds.ts";
import { defineStep } from "./step.ts";

/** One that is active for the same reason already is enough. */
export const hold = defineStep({
  name: "hold",
  description: "Puts a hold on the order: nothing of it is released until somebody, or the step unhold, ends it.",
  params: Type.Object(
    {
      reason: Type.String({ minLength: 1, maxLength: 200, description: "Why it is held.", examples: ["fraudReview"] }),
      note: Type.Optional(Type.String({ maxLength: 500, description: "For whoever looks at it." })),
    },
    { additionalProperties: false },
  ),
  forHistorical: true,
  run: ({ run, params: { reason, note } }) => {
    if ([...run.order.activeHolds.values()].includes(reason)) return;
    placeHold(run, reason, note ?? null);
  },
});
