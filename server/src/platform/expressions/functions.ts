import type { Environment } from "@marcbachmann/cel-js";
import { RE2JS } from "re2js";

/** What expressions may call, for people who write them; everything else that the library knows is refused. */
export interface ExpressionFunction {
  name: string;
  /** Called on a value (`text.startsWith(…)`) or by itself (`size(…)`). */
  receiver: "text" | "list" | "moment" | "duration" | null;
  example: string;
  description: string;
}

export const FUNCTIONS: readonly ExpressionFunction[] = [
  { name: "has", receiver: null, example: "has(order.metadata.gift)", description: "Whether the field is there." },
  { name: "size", receiver: null, example: "size(order.lines) > 3", description: "How many items or characters." },
  { name: "size", receiver: "list", example: "order.lines.size() > 3", description: "How many items." },
  { name: "size", receiver: "text", example: "order.currency.size() == 3", description: "How many characters." },
  {
    name: "exists",
    receiver: "list",
    example: "order.lines.exists(line, line.quantity > 10)",
    description: "Whether it holds for at least one item.",
  },
  {
    name: "all",
    receiver: "list",
    example: "order.lines.all(line, line.quantity == 1)",
    description: "Whether it holds for every item.",
  },
  {
    name: "exists_one",
    receiver: "list",
    example: 'order.lines.exists_one(line, line.sku == "GIFT-CARD")',
    description: "Whether it holds for exactly one item.",
  },
  {
    name: "filter",
    receiver: "list",
    example: "order.lines.filter(line, line.quantity > 1).size() > 2",
    description: "The items for which it holds.",
  },
  {
    name: "map",
    receiver: "list",
    example: '"GIFT-CARD" in order.lines.map(line, line.sku)',
    description: "What it gives for each item.",
  },
  {
    name: "startsWith",
    receiver: "text",
    example: 'order.channel.startsWith("web")',
    description: "Whether the text begins so.",
  },
  { name: "endsWith", receiver: "text", example: 'order.channel.endsWith("-uk")', description: "Whether it ends so." },
  { name: "contains", receiver: "text", example: 'order.market.contains("B")', description: "Whether it is in it." },
  {
    name: "lowerAscii",
    receiver: "text",
    example: 'order.brand.lowerAscii() == "orrery"',
    description: "Small letters.",
  },
  {
    name: "upperAscii",
    receiver: "text",
    example: 'order.market.upperAscii() == "GB"',
    description: "Capital letters.",
  },
  { name: "trim", receiver: "text", example: 'order.brand.trim() != ""', description: "Without blanks around it." },
  {
    name: "re2",
    receiver: null,
    example: 're2(order.externalReference, "^W-[0-9]+$")',
    description: "Whether a regular expression (RE2) occurs in a text of at most 200 characters.",
  },
  { name: "int", receiver: null, example: "int(order.metadata.points) > 100", description: "As a whole number." },
  {
    name: "double",
    receiver: null,
    example: "double(order.total) / 100.0 > 99.5",
    description: "As a decimal number.",
  },
  { name: "string", receiver: null, example: 'string(order.number).endsWith("7")', description: "As text." },
  {
    name: "timestamp",
    receiver: null,
    example: 'order.orderedAt > timestamp("2026-11-20T00:00:00Z")',
    description: "A moment, from ISO 8601.",
  },
  {
    name: "duration",
    receiver: null,
    example: 'event.at - order.orderedAt > duration("48h")',
    description: "A length of time, in h, m and s.",
  },
  {
    name: "getHours",
    receiver: "moment",
    example: "order.orderedAt.getHours() < 12",
    description: "The hour, in UTC.",
  },
  {
    name: "getDayOfWeek",
    receiver: "moment",
    example: "order.orderedAt.getDayOfWeek() == 0",
    description: "The day of the week in UTC, Sunday is 0.",
  },
  {
    name: "getHours",
    receiver: "duration",
    example: "(event.at - order.orderedAt).getHours() > 48",
    description: "Whole hours.",
  },
];

const MAX_PATTERN_CHARACTERS = 200;
const MAX_PATTERN_PROGRAM = 100;
const MAX_MATCHED_CHARACTERS = 200;

/** Patterns of the definitions in use are compiled once; the pattern of an expression is checked to be written out. */
const patterns = new Map<string, RE2JS>();
const MAX_PATTERNS = 1_000;

/** The pattern ready to be used, or why not. RE2 takes time in proportion to the text whatever the pattern is. */
export function preparePattern(pattern: string): RE2JS | string {
  if (pattern.length > MAX_PATTERN_CHARACTERS) return `is longer than ${MAX_PATTERN_CHARACTERS} characters`;
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  try {
    const compiled = RE2JS.compile(pattern);
    if (compiled.programSize() > MAX_PATTERN_PROGRAM) return "repeats too much";
    if (patterns.size >= MAX_PATTERNS) patterns.clear();
    patterns.set(pattern, compiled);
    return compiled;
  } catch (error) {
    return `is no regular expression: ${error instanceof Error ? error.message : String(error)}`;
  }
}

export function registerFunctions(environment: Environment): void {
  environment.registerFunction("re2(string, string): bool", (text: string, pattern: string) => {
    if (text.length > MAX_MATCHED_CHARACTERS)
      throw new Error(`re2 looks at texts of at most ${MAX_MATCHED_CHARACTERS} characters, not ${text.length}.`);
    const prepared = preparePattern(pattern);
    if (typeof prepared === "string") throw new Error(`The pattern ${prepared}.`);
    return prepared.matcher(text).find();
  });
  registerMixedNumbers(environment);
}

/**
 * What is stored by name is a decimal number whatever its digits are, so that `order.attributes.count + 1` adds a whole number
 * to a decimal one. Only with the stored number first: `1 + order.attributes.count` would be taken for a whole number, and
 * compared as one; it throws, and whoever writes it is told so (`doubtsOfExpression`).
 */
function registerMixedNumbers(environment: Environment): void {
  environment.registerOperator("double + int", (one: number, other: bigint) => one + Number(other));
  environment.registerOperator("double - int", (one: number, other: bigint) => one - Number(other));
  environment.registerOperator("double * int", (one: number, other: bigint) => one * Number(other));
  environment.registerOperator("double / int", (one: number, other: bigint) => one / Number(other));
}
