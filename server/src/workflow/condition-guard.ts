import { Type } from "typebox";
import type { ExpressionContext } from "../platform/expressions/compile-expression.ts";
import type { DescribedGuard, WorkflowEvent } from "./compiled.ts";
import type { Params } from "./definition.ts";

/** What a condition may look at: the entity as it is now, and what happens to it. */
export interface GuardInput<Context> {
  context: Context;
  event: WorkflowEvent;
}

const ConditionParams = Type.Object(
  {
    expression: Type.String({
      minLength: 1,
      description: "A condition in CEL over what the entity type lists.",
      examples: ['order.channel == "web" && order.total > 10000'],
    }),
  },
  { additionalProperties: false },
);

/**
 * The guard `{ "type": "cel", "params": { "expression": … } }`: a condition that business users write. It is parsed,
 * typed and its cost reckoned when the definition is saved. When it throws, because a value is missing, the entity
 * does not move and somebody has to look at it: nothing happens that nobody decided.
 */
export function conditionGuard<Context>(conditions: ExpressionContext<GuardInput<Context>>): DescribedGuard<Context> {
  return {
    description: "A condition in CEL.",
    params: ConditionParams,
    nameOf: expressionOf,
    check: (params) => {
      const compiled = conditions.compile(expressionOf(params));
      if ("test" in compiled) return [];
      return compiled.faults.map(({ message, start, end }) => ({
        pointer: "/expression",
        message: `${message} (characters ${start} to ${end})`,
      }));
    },
    prepare: (params) => {
      const compiled = conditions.compile(expressionOf(params));
      if ("faults" in compiled) throw new Error(`Not checked: ${expressionOf(params)}`);
      return (context, event) => compiled.test({ context, event });
    },
  };
}

function expressionOf(params: Params): string {
  return String(params["expression"]);
}
