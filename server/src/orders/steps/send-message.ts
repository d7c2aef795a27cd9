import { Type } from "typebox";
import { REQUESTABLE } from "../message-triggers.ts";
import { recordFact } from "../order-run.ts";
import { defineStep } from "./step.ts";

/** Who sends messages follows the events; which template and address there are is decided then. */
export const sendMessage = defineStep({
  name: "sendMessage",
  description: "Tells the customer, by every medium that has a template in force for the trigger and reaches him.",
  params: Type.Object(
    { trigger: Type.Enum([...REQUESTABLE], { description: "What of.", examples: ["delayed"] }) },
    { additionalProperties: false },
  ),
  forHistorical: false,
  run: ({ run, params }) => recordFact(run, "order.messageRequested", { trigger: params.trigger }),
});
