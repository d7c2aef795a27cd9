import { Liquid, LiquidError, type Template } from "liquidjs";
import type { TSchema } from "typebox";
import type { Fault } from "../platform/refusals.ts";

/**
 * Liquid as people may write it in messages: outputs, conditions, and filters that only change how a text looks. No
 * loops, no assignments, no files: a list is shown by a block that repeats itself. So a text takes as long as it has
 * parts, and how long that is is known when it is saved.
 */
const TAGS = ["if", "unless", "case", "comment"];
const FILTERS = ["upcase", "downcase", "capitalize", "strip", "truncate", "default", "raw"];

const LONGEST_TEXT = 4_000;
/** Reached only by a process that stands still; saved texts stay far below. */
const RENDER_LIMIT_MS = 1_000;
const MEMORY_LIMIT = 2_000_000;

const liquid = new Liquid({
  strictFilters: true,
  ownPropertyOnly: true,
  // Reads no files: nothing can be looked up in an empty set of templates.
  templates: {},
  parseLimit: LONGEST_TEXT,
  renderLimit: RENDER_LIMIT_MS,
  memoryLimit: MEMORY_LIMIT,
});
for (const name of Object.keys(liquid.tags)) if (!TAGS.includes(name)) delete liquid.tags[name];
for (const name of Object.keys(liquid.filters)) if (!FILTERS.includes(name)) delete liquid.filters[name];

/** A text with its parts, ready to be filled in. */
export interface ParsedText {
  parts: Template[];
  /** Parts that are rendered at most: an output or a literal takes 2 to 4 µs. */
  cost: number;
}

/** The text, or what is wrong with it. */
export function parseText(text: string): ParsedText | { fault: string } {
  if (text.length > LONGEST_TEXT) return { fault: `has more than ${LONGEST_TEXT} characters` };
  try {
    const parts = liquid.parse(text);
    return { parts, cost: costOf(parts) + operatorsOf(text) };
  } catch (error) {
    if (error instanceof LiquidError || error instanceof Error) return { fault: faultOf(error) };
    throw error;
  }
}

/** Of an `if`, `unless` or `case`: what is between its tags. */
interface Branching {
  branches?: { templates: Template[] }[];
  elseTemplates?: Template[];
}

/** The costliest way through: every condition is asked, and one branch is taken. */
function costOf(parts: readonly Template[]): number {
  let cost = 0;
  for (const part of parts) {
    const { branches = [], elseTemplates = [] } = part as Template & Branching;
    const ways = [...branches.map(({ templates }) => costOf(templates)), costOf(elseTemplates)];
    cost += 1 + branches.length + Math.max(...ways);
  }
  return cost;
}

/** Operands and filters inside of outputs and conditions; what a literal text has of them is counted too. */
function operatorsOf(text: string): number {
  return text.match(/\b(?:and|or)\b|[|,]/g)?.length ?? 0;
}

/** liquidjs names its place at the end: `tag "for" not found, line:1, col:4`. */
function faultOf(error: Error): string {
  return error.message.split("\n")[0]!.replace(/, line:(\d+), col:(\d+)$/, " (line $1, column $2)");
}

/** Fills it in. Whatever is missing is empty. */
export function fillIn(parsed: ParsedText, context: Readonly<Record<string, unknown>>): string {
  return String(liquid.renderSync(parsed.parts, context, { sync: true }));
}

/** Names that the context does not have, each with its place in the text. */
export function unknownNames(parsed: ParsedText, context: TSchema, pointer: string): Fault[] {
  const { globals } = liquid.analyzeSync(parsed.parts, { partials: false });
  return Object.values(globals)
    .flat()
    .flatMap((variable) => {
      const wrong = firstWrong(variable.segments, context);
      if (wrong === null) return [];
      const { row, col } = variable.location;
      return [{ pointer, message: `${wrong} (line ${row}, column ${col})` }];
    });
}

interface Described {
  type?: string;
  properties?: Record<string, TSchema>;
  items?: TSchema;
  maxItems?: number;
  anyOf?: TSchema[];
}

function firstWrong(segments: readonly unknown[], context: TSchema): string | null {
  let at: Described | undefined = context as Described;
  let path = "";
  for (const segment of segments) {
    if (typeof segment !== "string" && typeof segment !== "number") return `${path}[…] must be a plain name`;
    const next = stepInto(valueOf(at), segment);
    if (next === undefined) return `there is no ${path === "" ? segment : `${path}.${segment}`}`;
    path = path === "" ? String(segment) : `${path}.${segment}`;
    at = next;
  }
  return null;
}

/** Of a value that may be null, what it is otherwise. */
function valueOf(schema: Described | undefined): Described | undefined {
  return schema?.anyOf === undefined ? schema : (schema.anyOf as Described[]).find(({ type }) => type !== "null");
}

function stepInto(schema: Described | undefined, segment: string | number): Described | undefined {
  if (schema?.type === "object" && typeof segment === "string" && Object.hasOwn(schema.properties ?? {}, segment))
    return schema.properties![segment] as Described;
  if (schema?.type === "array" && (typeof segment === "number" || segment === "first" || segment === "last"))
    return schema.items as Described;
  if ((schema?.type === "array" || schema?.type === "string") && segment === "size") return { type: "integer" };
  return undefined;
}

export interface ListInContext {
  row: TSchema;
  /** Rows that it has at most; undefined: nobody says. */
  maxItems: number | undefined;
}

/** The list that a path such as `order.lines` names; undefined: it names none. */
export function listAt(context: TSchema, path: string): ListInContext | undefined {
  let at: Described | undefined = context as Described;
  for (const segment of path.split(".")) at = stepInto(valueOf(at), segment);
  const list = valueOf(at);
  return list?.type === "array" && list.items !== undefined ? { row: list.items, maxItems: list.maxItems } : undefined;
}

/** The list that a path names; empty where it is missing. */
export function rowsAt(context: Readonly<Record<string, unknown>>, path: string): unknown[] {
  let at: unknown = context;
  for (const segment of path.split(".")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, segment)) return [];
    at = (at as Record<string, unknown>)[segment];
  }
  return Array.isArray(at) ? at : [];
}
