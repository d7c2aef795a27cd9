import type { ExpressionContext, ExpressionValue } from "./compile-expression.ts";

/** What stands in an expression, such as `order.total`, and what it is. */
export interface ValueInExpression {
  name: string;
  /** Null: nothing, or it is missing. */
  value: string | number | boolean | null;
}

const TEXTS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;
const PATHS = /(?<![\w.])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+(?![\w(])/g;
const MAX_VALUES = 20;

/**
 * The plain values that an expression looks at, for whoever wonders why it holds or does not. Lists of texts
 * are told whole, others by their size; what belongs to single items of them, or cannot be told, is left out.
 */
export function valuesIn<Context>(
  language: ExpressionContext<Context>,
  expression: string,
  context: Context,
): ValueInExpression[] {
  const names = [...new Set(expression.replace(TEXTS, '""').match(PATHS) ?? [])];
  return names
    .flatMap(
      (name) =>
        plain(language, name, context) ??
        texts(language, name, context) ??
        plain(language, `size(${name})`, context) ??
        [],
    )
    .slice(0, MAX_VALUES);
}

function plain<Context>(
  language: ExpressionContext<Context>,
  name: string,
  context: Context,
): ValueInExpression | null {
  const compiled = language.compileValue(name);
  if ("faults" in compiled) return null;
  return { name, value: told(() => compiled.evaluate(context)) };
}

function texts<Context>(
  language: ExpressionContext<Context>,
  name: string,
  context: Context,
): ValueInExpression | null {
  const compiled = language.compileTexts(name);
  if ("faults" in compiled) return null;
  return { name, value: told(() => compiled.evaluate(context).join(", ")) };
}

function told(evaluate: () => ExpressionValue): string | number | boolean | null {
  try {
    const value = evaluate();
    return value instanceof Date ? value.toISOString() : value;
  } catch {
    // It is missing: the reader is told so by the empty value, and by the expression's own failure.
    return null;
  }
}
