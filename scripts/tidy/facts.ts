import {
  type CallExpression,
  type Expression,
  type Node,
  type PrivateIdentifier,
  type Program,
  parseSync,
  Visitor,
} from "oxc-parser";
import { isServerCode } from "./modules.ts";

/** A string in the code, whole: a literal, a template or a chain of `+`. `{}` stands for each interpolated value. */
export interface Text {
  line: number;
  value: string;
  /** Source of the interpolated values that are neither literals, UPPER_CASE constants nor quoted names. */
  variables: string[];
  /** The tag of a tagged template, such as Kysely's `sql`, which passes values as parameters. */
  tag: string | null;
}

export interface Facts {
  imports: { specifier: string; line: number; typeOnly: boolean }[];
  exportStars: number[];
  texts: Text[];
  /** Uses of the clock or of randomness: `new Date()`, `Date.now()`, `Math.random()`. */
  ambient: { what: string; line: number }[];
  anyTypes: number[];
  /** Calls of Kysely's `sql.raw` with anything but a constant. */
  rawSql: number[];
  /** Tables written through a builder instead of a statement in plain SQL. */
  tableWrites: { table: string; line: number }[];
  compilerSilencers: number[];
  syntaxErrors: string[];
}

/** Building the syntax tree is the slow part, so it is built only where one of these could make a rule speak. */
const MAYBE_ANY = /(?:[:<|&,(=[?]|\b(?:as|extends|keyof|satisfies|is))\s*any\b|\bany\[/;
const MAYBE_SQL_OR_CLOCK =
  /Date\.now|new Date\(\)|Math\.random|\b(select|insert|update|delete|merge|truncate|copy)\b|sql\.raw|(insertInto|updateTable|deleteFrom|mergeInto|bulkInsert)\b/i;

function needsTree(path: string, text: string): boolean {
  return MAYBE_ANY.test(text) || (isServerCode(path) && MAYBE_SQL_OR_CLOCK.test(text));
}

export function readFacts(path: string, text: string): Facts {
  const parsed = parseSync(path, text);
  const lineAt = lineIndex(text);
  const facts: Facts = {
    imports: [],
    exportStars: [],
    texts: [],
    ambient: [],
    anyTypes: [],
    rawSql: [],
    tableWrites: [],
    compilerSilencers: [],
    syntaxErrors: parsed.errors.map((error) => error.message),
  };
  readModuleEdges(parsed.module, text, lineAt, facts);
  for (const comment of parsed.comments) {
    if (/@ts-(ignore|expect-error|nocheck)/.test(comment.value)) facts.compilerSilencers.push(lineAt(comment.start));
  }
  if (needsTree(path, text)) readTree(parsed.program, text, lineAt, facts);
  return facts;
}

type Edges = ReturnType<typeof parseSync>["module"];

function readModuleEdges(edges: Edges, text: string, lineAt: (offset: number) => number, facts: Facts): void {
  for (const found of edges.staticImports) {
    const typeOnly = text.startsWith("import type", found.start);
    facts.imports.push({ specifier: found.moduleRequest.value, line: lineAt(found.start), typeOnly });
  }
  for (const found of edges.staticExports) {
    const typeOnly = text.startsWith("export type", found.start);
    for (const entry of found.entries) {
      if (entry.moduleRequest === null) continue;
      facts.imports.push({ specifier: entry.moduleRequest.value, line: lineAt(found.start), typeOnly });
      if (entry.importName.kind === "AllButDefault") facts.exportStars.push(lineAt(found.start));
    }
  }
  for (const found of edges.dynamicImports) {
    const literal = /^['"](.+)['"]$/.exec(text.slice(found.moduleRequest.start, found.moduleRequest.end));
    if (literal) facts.imports.push({ specifier: literal[1]!, line: lineAt(found.start), typeOnly: false });
  }
}

/** Builders that write, and which of their arguments names the table: Kysely's, and platform/db/statements.ts. */
const TABLE_ARGUMENT = new Map([
  ["insertInto", 0],
  ["updateTable", 0],
  ["deleteFrom", 0],
  ["mergeInto", 0],
  ["bulkInsert", 1],
]);

function readTree(program: Program, source: string, lineAt: (offset: number) => number, facts: Facts): void {
  const seen = new Set<Node>();
  const addText = (node: Expression, tag: string | null): void => {
    if (seen.has(node)) return;
    const text: Text = { line: lineAt(node.start), value: "", variables: [], tag };
    flatten(node, source, text, seen);
    facts.texts.push(text);
  };
  new Visitor({
    TaggedTemplateExpression: (node) => {
      addText(node.quasi, source.slice(node.tag.start, node.tag.end));
    },
    TemplateLiteral: (node) => addText(node, null),
    BinaryExpression: (node) => {
      if (node.operator === "+" && hasString(node)) addText(node, null);
    },
    Literal: (node) => {
      if (typeof node.value === "string") addText(node, null);
    },
    CallExpression: (node) => {
      const line = lineAt(node.start);
      const callee = source.slice(node.callee.start, node.callee.end);
      const first = node.arguments[0];
      if (callee === "Date.now" || callee === "Math.random") facts.ambient.push({ what: `${callee}()`, line });
      if (callee === "sql.raw" && first && !(first.type !== "SpreadElement" && isConstant(first)))
        facts.rawSql.push(line);
      const tableArgument = node.arguments[TABLE_ARGUMENT.get(/\w+$/.exec(callee)?.[0] ?? "") ?? -1];
      if (tableArgument?.type === "Literal") facts.tableWrites.push({ table: String(tableArgument.value), line });
    },
    NewExpression: (node) => {
      if (node.callee.type === "Identifier" && node.callee.name === "Date" && node.arguments.length === 0) {
        facts.ambient.push({ what: "new Date()", line: lineAt(node.start) });
      }
    },
    TSAnyKeyword: (node) => {
      facts.anyTypes.push(lineAt(node.start));
    },
  }).visit(program);
}

function hasString(node: Expression | PrivateIdentifier): boolean {
  if (node.type === "BinaryExpression") return hasString(node.left) || hasString(node.right);
  return node.type === "TemplateLiteral" || (node.type === "Literal" && typeof node.value === "string");
}

function flatten(node: Expression | PrivateIdentifier, source: string, into: Text, seen: Set<Node>): void {
  seen.add(node);
  if (node.type === "Literal" && typeof node.value === "string") {
    into.value += node.value;
  } else if (node.type === "TemplateLiteral") {
    node.quasis.forEach((quasi, index) => {
      into.value += quasi.value.cooked ?? quasi.value.raw;
      const expression = node.expressions[index];
      if (expression) flatten(expression, source, into, seen);
    });
  } else if (node.type === "BinaryExpression" && node.operator === "+") {
    flatten(node.left, source, into, seen);
    flatten(node.right, source, into, seen);
  } else {
    into.value += "{}";
    if (node.type === "PrivateIdentifier" || !isConstant(node)) into.variables.push(source.slice(node.start, node.end));
  }
}

/** Whether the value is fixed when the program is written (literals, UPPER_CASE constants and choices) or a quoted name. */
function isConstant(node: Expression): boolean {
  switch (node.type) {
    case "Literal":
      return true;
    case "Identifier":
      return /^[A-Z][A-Z0-9_]*$/.test(node.name);
    case "MemberExpression":
      return isConstant(node.object);
    case "TemplateLiteral":
      return node.expressions.every(isConstant);
    case "ConditionalExpression":
      return isConstant(node.consequent) && isConstant(node.alternate);
    case "ParenthesizedExpression":
      return isConstant(node.expression);
    case "BinaryExpression":
      return node.left.type !== "PrivateIdentifier" && isConstant(node.left) && isConstant(node.right);
    case "CallExpression":
      return isQuotedName(node);
    default:
      return false;
  }
}

/** `escapeIdentifier(name)` of the PostgreSQL driver, and `names.map(escapeIdentifier).join(", ")`. */
function isQuotedName({ callee }: CallExpression): boolean {
  if (callee.type === "Identifier") return callee.name === "escapeIdentifier";
  if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return false;
  const { object, property } = callee;
  if (property.name !== "join") return property.name === "escapeIdentifier";
  if (object.type !== "CallExpression" || object.callee.type !== "MemberExpression") return false;
  const [mapped] = object.arguments;
  return mapped?.type === "Identifier" && mapped.name === "escapeIdentifier";
}

function lineIndex(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
