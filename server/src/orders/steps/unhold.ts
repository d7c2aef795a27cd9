import { Type } from "typebox";
import { endHold } from "../place-holds.ts";
import { defineStep } from "./step.ts";

export const unhold = defineStep({
  name: "unhold",
  description: "Ends the holds on the order that have this reason; other holds stay.",
  params: Type.Object(
    {
      reason: Type.String({ minLength: 1, maxLength: 200, description: "Whose holds.", examples: ["fraudReview"] }),
    },
    { additionalProperties: false },
  ),
  forHistorical: true,
  run: ({ run, params }) => {
    for (const [id, reason] of run.order.activeHolds) if (reason === params.reason) endHold(run, id);
  },
});
