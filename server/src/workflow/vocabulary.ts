import { createHash } from "node:crypto";
import type { ExpressionContext } from "../platform/expressions/compile-expression.ts";
import { describeContext } from "../platform/expressions/describe-context.ts";
import type { DescribedEntityType, GuardDeclaration, StepDeclaration } from "./compiled.ts";

/**
 * Names what definitions may say to this release: its steps and guards with their parameters, its labels, and what conditions
 * may look at and call. Processes with the same name run the same
 * workflows; beside one with another name, each looks after what it understands.
 */
export function vocabularyOf(entityTypes: readonly DescribedEntityType[]): string {
  const words = entityTypes.map(({ name, labels, guards, steps, conditions }) => [
    name,
    [...labels].sort(),
    parametersOf(guards),
    parametersOf(steps),
    namesIn(conditions),
  ]);
  return createHash("sha256").update(JSON.stringify(words)).digest("hex").slice(0, 12);
}

/** Without the words that describe them for people, and in an order that says nothing of their registration. */
function namesIn(conditions: ExpressionContext<never>): string[] {
  const { variables, types, functions } = describeContext(conditions);
  return [
    ...variables.map(({ name, type }) => `${name}: ${type}`),
    ...types.flatMap((type) =>
      type.fields.map(({ name, type: kind, of }) => `${type.name}.${name}: ${kind} ${of ?? ""}`),
    ),
    ...functions.map(({ name, receiver }) => `${receiver ?? ""}.${name}()`),
  ].sort();
}

/** By name, so that the order in which they are registered says nothing. */
function parametersOf(declarations: Readonly<Record<string, Pick<GuardDeclaration | StepDeclaration, "params">>>) {
  return Object.keys(declarations)
    .sort()
    .map((name) => [name, declarations[name]!.params ?? null]);
}
