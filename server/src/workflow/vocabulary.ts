import { createHash } from "node:crypto";
import type { EntityType, GuardDeclaration, StepDeclaration } from "./compiled.ts";

/**
 * Names what definitions may say to this release: its steps and guards with their parameters, and its labels. Processes with the same name run the same
 * workflows; beside one with another name, each looks after what it understands.
 */
export function vocabularyOf(entityTypes: readonly EntityType[]): string {
  const words = entityTypes.map(({ name, labels, guards, steps }) => [
    name,
    [...labels].sort(),
    parametersOf(guards),
    parametersOf(steps),
  ]);
  return createHash("sha256").update(JSON.stringify(words)).digest("hex").slice(0, 12);
}

/** By name, so that the order in which they are registered says nothing. */
function parametersOf(declarations: Readonly<Record<string, Pick<GuardDeclaration | StepDeclaration, "params">>>) {
  return Object.keys(declarations)
    .sort()
    .map((name) => [name, declarations[name]!.params ?? null]);
}
