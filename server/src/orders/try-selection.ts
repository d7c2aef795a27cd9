import { Type, type Static } from "typebox";
import { faultsOfSchema } from "../platform/documents/faults-of-schema.ts";
import type { ExpressionContext } from "../platform/expressions/compile-expression.ts";
import { valuesIn } from "../platform/expressions/values-in.ts";
import { orNull, textField } from "../platform/http/described.ts";
import type { Principal } from "../platform/http/route.ts";
import { common } from "../platform/refusals.ts";
import { type GuardInput, Selection, START } from "../workflow/public.ts";
import { fulfillmentOrderConditions, orderConditions } from "./order-context.ts";
import { ValueSeen } from "./rehearse-workflow.ts";
import { openTrialRun, type TrialDependencies, trialEntity } from "./trial-run.ts";

export const SelectionTrial = Type.Object(
  {
    content: Type.Unknown({
      description: "The rules, as their draft says them.",
      examples: [{ entityType: "order", rules: [] }],
    }),
    order: Type.String({ maxLength: 200, description: "ID or number of the order.", examples: ["100001"] }),
    fulfillmentOrder: Type.Optional(
      Type.String({
        format: "uuid",
        description: "For workflows of fulfillment orders: which one of the order.",
        examples: ["0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"],
      }),
    ),
  },
  { additionalProperties: false, $id: "SelectionTrial", description: "Rules, and a real order to ask them of." },
);

export const SelectionTrialAnswer = Type.Object(
  {
    workflow: textField("Code of the workflow that it would start with.", "pickup-order"),
    decides: orNull(textField("Name of the rule that decides; null: none does.", "Pickup")),
    now: orNull(textField("Code of the workflow that it runs on.", "standard-order")),
    rules: Type.Array(
      Type.Object({
        name: textField("The rule.", "Pickup"),
        holds: orNull(Type.Boolean({ description: "Whether its condition holds; null: it fails.", examples: [false] })),
        failure: orNull(textField("Why it fails; such a rule is passed over.", "No such key: risk")),
        values: Type.Array(ValueSeen, { description: "What the condition looks at." }),
      }),
      { description: "Every rule in its order, also those behind the one that decides." },
    ),
  },
  { $id: "SelectionTrialAnswer", description: "Which workflow an order would start with, and why." },
);

/** Asks rules that need not be published which workflow a real order would start with. Nothing is written. */
export async function trySelection(
  dependencies: TrialDependencies,
  request: Static<typeof SelectionTrial>,
  principal: Principal,
): Promise<Static<typeof SelectionTrialAnswer>> {
  const faults = faultsOfSchema(Selection, request.content, "/content");
  if (faults.length > 0) throw common.refuse("invalidInput", { faults });
  const { entityType, rules, otherwise } = request.content as Selection;
  const trial = await openTrialRun(dependencies, request.order, principal);
  // As the order began: then it was chosen for.
  const run = { ...trial, occurredAt: trial.order.orderedAt };
  const entity = trialEntity(run, entityType, request.fulfillmentOrder);
  const conditions: ExpressionContext<GuardInput<never>> =
    entityType === "order" ? orderConditions : fulfillmentOrderConditions;
  const input = { context: entity.context as never, event: START };
  const asked = rules.map(({ name, when }) => ({ name, ...ask(conditions, when, input) }));
  const decides = asked.findIndex(({ holds }) => holds === true);
  return {
    workflow: rules[decides]?.workflow ?? otherwise,
    decides: rules[decides]?.name ?? null,
    now: entity.place.state === "" ? null : dependencies.engine.workflowOf(entity.place.definitionId).id,
    rules: asked,
  };
}

function ask(conditions: ExpressionContext<GuardInput<never>>, when: string, input: GuardInput<never>) {
  const compiled = conditions.compile(when);
  if ("faults" in compiled) return { holds: null, failure: compiled.faults[0]?.message ?? null, values: [] };
  const values = valuesIn(conditions, when, input);
  try {
    return { holds: compiled.test(input), failure: null, values };
  } catch (error) {
    return { holds: null, failure: (error as Error).message, values };
  }
}
