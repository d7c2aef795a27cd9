import type { ExpressionContext } from "../platform/expressions/compile-expression.ts";
import type { Fault } from "../platform/refusals.ts";
import { pointerTo } from "./parse-definition.ts";

/** Where a document holds expressions: conditions of guards and rules, values of steps. */
const EXPRESSIONS = new Set(["expression", "when", "cel"]);

/** What is sound in a document's expressions and will fail all the same, with its place. */
export function doubtsIn(content: unknown, conditions: ExpressionContext<never>, pointer = ""): Fault[] {
  if (typeof content !== "object" || content === null) return [];
  return Object.entries(content).flatMap(([name, value]: [string, unknown]) => {
    const at = pointerTo(pointer, name);
    if (typeof value !== "string") return doubtsIn(value, conditions, at);
    if (!EXPRESSIONS.has(name)) return [];
    return conditions.doubtsOf(value).map(({ message, start, end }) => ({
      pointer: at,
      message: `${message} (characters ${start} to ${end})`,
    }));
  });
}
