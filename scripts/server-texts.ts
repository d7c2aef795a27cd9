import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "oxc-parser";
import { fulfillmentOrderEntityType, orderEntityType } from "../server/src/orders/public.ts";
import { describeEntityType } from "../server/src/workflow/routes.ts";

/**
 * The sentences that the server says to people: why it refuses, what is wrong with a value or a draft, why something is an
 * exception and what can be done about it. In templates the values are {0}, {1} …. The console translates them by these.
 */
export function serverTexts(root: string): Set<string> {
  const found = new Set<string>(LIBRARY);
  for (const file of globSync("server/src/**/*.ts", { cwd: root })) {
    if (/\.test\.ts$|\/src\/main\/(?!report-)/.test(file)) continue;
    new Reader(file, found).read(parseSync(file, readFileSync(join(root, file), "utf8")).program, "");
  }
  for (const file of globSync("server/workflows/*.json", { cwd: root }))
    readWorkflow(JSON.parse(readFileSync(join(root, file), "utf8")), found);
  for (const file of globSync("server/workflow-selections/*.json", { cwd: root }))
    readSelection(JSON.parse(readFileSync(join(root, file), "utf8")) as SelectionJson, found);
  for (const type of [orderEntityType, fulfillmentOrderEntityType].map(describeEntityType)) readEntityType(type, found);
  return found;
}

/** What the schemas of documents say, which comes from TypeBox, what stands at what was shipped, and what is put together of parts. */
const LIBRARY = [
  "The availability rules “{0}” and “{1}” are about the same since the network has changed, and neither is more specific: the earlier in the document holds.",
  "Version {0} of the availability rules is not understood ({1}), {2} of its {3} rules are not.",
  "Version {0} of the availability rules is not understood ({1}), {2} of its {3} rules are not: the former rules hold on.",
  "Came with a release.",
  "must be string",
  "must be object",
  "must be array",
  "must be number",
  "must be integer",
  "must be boolean",
  "must be null",
  "must be equal to constant",
  "must be equal to one of the allowed values",
  "must match a schema in anyOf",
  "must not have additional properties",
  "must have required properties {0}",
  "must not have fewer than {0} characters",
  "must not have more than {0} characters",
  "must not have fewer than {0} items",
  "must not have more than {0} items",
  "must not have fewer than {0} properties",
  "must be >= {0}",
  "must be <= {0}",
  "must match pattern {0}",
  // Of the library that reads conditions (CEL).
  "Unknown variable: {0}",
  "Unexpected token: {0}",
  "Unexpected token: EOF",
  "Unexpected character: {0}",
  "Expected {0}, got {1}",
  "Expected {0}, got EOF",
  "Reserved identifier: {0}",
  "Unterminated string",
  "Unterminated triple-quoted string",
  "Newlines not allowed in single-quoted strings",
  "Invalid number: {0}",
  "Invalid integer: {0}",
  "Invalid hex integer: {0}",
  "Invalid exponent",
  "Invalid escape sequence: {0}",
  "Invalid Unicode escape: {0}",
  "Invalid Unicode surrogate: {0}",
  "Invalid hex escape: {0}",
  "Octal escape must be 3 digits",
  "Octal escape out of range: {0}",
  "Exceeded maxAstNodes ({0})",
  "Exceeded maxDepth ({0})",
  "Exceeded maxListElements ({0})",
  "Exceeded maxMapEntries ({0})",
  "Exceeded maxCallArguments ({0})",
  "no such overload: {0}",
  "found no matching overload for '{0}'",
  "Logical operator requires bool operands, got '{0}'",
  "Ternary condition must be bool, got '{0}'",
  "Ternary branches must have the same type, got '{0}' and '{1}'",
  "List index must be int, got '{0}'",
  "List elements must have the same type, expected type '{0}' but found '{1}'",
  "Cannot index type '{0}'",
  "Cannot index type '{0}' with type '{1}'",
  "Expression of type '{0}' cannot be range of a comprehension (must be list, map, or dynamic).",
  "has() invalid argument",
  "{0} invalid predicate iteration variable",
  // What the changes of a workflow are put together of.
  "In {0}, on {1}",
  "In {0}, after {1}",
  "In {0}, at once",
  "Everywhere, on {0}",
  "{0}: new: {1}.",
  "{0}: gone: {1}.",
  "{0}: the next state",
  "{0}: the condition",
  "{0} (shown as {1})",
  "go to {0}",
  "go to {0}, by the button {1}",
  "go to {0} when {1}",
  // What the audit trail counts and names.
  "Applied",
  "Codes",
  "Orders",
  "Action",
  "Delivery",
  "Host",
  "Lane",
  "Note",
  "Overlap hours",
  "Permission",
  "Retried",
  "Revision",
  "Shipped version",
  "Trigger",
  "Recipient",
  "Version",
  "Team",
  "Helpers",
];

/** Properties and variables that hold such sentences. */
const NAMES: ReadonlySet<string> = new Set(["message", "reason", "nextAction", "resolution", "sentence"]);
/** Constants that hold such sentences, by what they are for. */
const LISTS: ReadonlySet<string> = new Set(["DEFAULT_ACTION", "NEXT_ACTION", "PROBLEMS", "QUEUE_PARTS", "LEVEL_PARTS"]);
/** What functions of these names answer, or are given, are such sentences. */
const TELLS = /fault|sentence|message|why|reason|refusal|wrong|problem/i;
const GIVEN = /fault|refus|problem|unreadable|wrong|invalid|doubt/i;
/** Names and codes are no sentences. */
const SENTENCE = /[a-z]{2,} |[a-z]\.$/;
/** What says less by itself, such as "{0} is {1}.", would be found in what people write. */
const SHORTEST = 8;

interface Node {
  type: string;
  [field: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value;
const nameOf = (node: unknown): string =>
  isNode(node) ? String(node["name"] ?? node["value"] ?? nameOf(node["property"])) : "";

class Reader {
  readonly #titles: boolean;
  readonly #found: Set<string>;

  constructor(file: string, found: Set<string>) {
    this.#titles =
      /refusals\.ts$|(task-queues|exception-levels|shipped-services|sender|(control|carrier|method|workflow|selection|template|source)-documents)\.ts$/.test(
        file,
      );
    this.#found = found;
  }

  read(value: unknown, within: string): void {
    if (Array.isArray(value)) for (const each of value) this.read(each, within);
    if (!isNode(value)) return;
    this.#tell(value, within);
    const inner = functionName(value) ?? within;
    for (const [field, part] of Object.entries(value)) if (field !== "parent") this.read(part, inner);
  }

  #tell(node: Node, within: string): void {
    switch (node.type) {
      case "Property":
        if (NAMES.has(nameOf(node["key"]))) this.#note(node["value"]);
        if (this.#titles && nameOf(node["key"]) === "title") this.#addTitle(nameOf(node["value"]));
        break;
      case "VariableDeclarator":
        if (NAMES.has(nameOf(node["id"]))) this.#note(node["init"]);
        if (LISTS.has(nameOf(node["id"]))) this.#noteAll(node["init"]);
        break;
      case "ReturnStatement":
        if (TELLS.test(within)) this.#note(node["argument"]);
        break;
      case "ArrowFunctionExpression":
        if (TELLS.test(within) && node["expression"] === true) this.#note(node["body"]);
        break;
      case "CallExpression":
        if (nameOf(node["callee"]) === "recordAudit") this.#noteNames(node["arguments"]);
        if (GIVEN.test(nameOf(node["callee"]))) for (const each of node["arguments"] as unknown[]) this.#note(each);
        break;
    }
  }

  #noteAll(node: unknown): void {
    this.#note(node);
    if (!isNode(node) || node.type !== "ObjectExpression") return;
    for (const property of node["properties"] as Node[]) this.#note(property["value"]);
  }

  #note(node: unknown): void {
    if (!isNode(node)) return;
    switch (node.type) {
      case "Literal":
        if (typeof node["value"] === "string") this.#add(node["value"]);
        break;
      case "TemplateLiteral": {
        const quasis = node["quasis"] as { value: { cooked: string } }[];
        const last = quasis.length - 1;
        this.#add(quasis.map(({ value }, index) => value.cooked + (index < last ? `{${index}}` : "")).join(""));
        // One of two endings is translated by itself.
        for (const each of node["expressions"] as Node[]) if (each.type === "ConditionalExpression") this.#note(each);
        break;
      }
      case "ConditionalExpression":
        this.#note(node["consequent"]);
        this.#note(node["alternate"]);
        break;
      case "LogicalExpression":
        this.#note(node["left"]);
        this.#note(node["right"]);
        break;
      case "CallExpression":
        // A sentence that is cut: `…`.slice(0, 500).
        if (isNode(node["callee"])) this.#note(node["callee"]["object"]);
        break;
    }
  }

  /** What the audit log names: what was changed, and what is told of it. */
  #noteNames(value: unknown): void {
    if (Array.isArray(value)) for (const each of value) this.#noteNames(each);
    if (!isNode(value)) return;
    const [key, said] = value.type === "Property" ? [nameOf(value["key"]), value["value"]] : [];
    if (key === "entityType") this.#addTitle(inWords(nameOf(said)));
    if (key === "details" && isNode(said))
      for (const detail of (said["properties"] ?? []) as Node[]) this.#addTitle(inWords(nameOf(detail["key"])));
    for (const [field, part] of Object.entries(value)) if (field !== "parent") this.#noteNames(part);
  }

  /** Also of one word; an empty one names nothing. */
  #addTitle(title: string): void {
    if (/^[A-Z]/.test(title)) this.#found.add(title);
  }

  #add(text: string): void {
    if (SENTENCE.test(text) && text.replace(/\{\d\}/g, "").length >= SHORTEST) this.#found.add(text);
  }
}

function functionName(node: Node): string | undefined {
  if (node.type === "FunctionDeclaration") return nameOf(node["id"]);
  if (node.type === "MethodDefinition") return nameOf(node["key"]);
  const made = node.type === "VariableDeclarator" && isNode(node["init"]) ? node["init"].type : "";
  return made === "ArrowFunctionExpression" ? nameOf(node["id"]) : undefined;
}

/** Titles of shipped workflows, names of their states, and why their steps raise exceptions. */
function readWorkflow(value: unknown, found: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, part] of Object.entries(value)) {
    if (name === "states") for (const state of Object.keys(part as object)) found.add(inWords(state));
    if (
      typeof part === "string" &&
      (name === "title" || name === "nextAction" || (name === "reason" && / /.test(part)))
    )
      found.add(part);
    readWorkflow(part, found);
  }
}

type SelectionJson = { title: string; rules: readonly { name: string }[] };

/** Titles of the shipped choices of workflows, and names of their rules. */
function readSelection({ title, rules }: SelectionJson, found: Set<string>): void {
  for (const text of [title, ...rules.map(({ name }) => name)]) found.add(text);
}

/** What an entity type offers to workflows: names and descriptions of steps, conditions, events, and their parameters. */
function readEntityType(
  { title, steps, guards, events, conditions }: ReturnType<typeof describeEntityType>,
  found: Set<string>,
): void {
  found.add(title);
  for (const { name } of [...steps, ...guards, ...events]) found.add(inWords(name));
  for (const params of [...steps, ...guards].map((call) => call.params)) readNames(params, found);
  readDescriptions([steps, guards, events, conditions], found);
}

function readDescriptions(value: unknown, found: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, part] of Object.entries(value)) {
    if (name === "description" && typeof part === "string") found.add(part);
    else readDescriptions(part, found);
  }
}

/** Of a JSON Schema: its fields, and the words that one chooses from. */
function readNames(schema: unknown, found: Set<string>): void {
  if (typeof schema !== "object" || schema === null) return;
  for (const [name, part] of Object.entries(schema)) {
    if (name === "properties") for (const field of Object.keys(part as object)) found.add(inWords(field));
    if (name === "enum") for (const choice of part as unknown[]) found.add(inWords(String(choice)));
    readNames(part, found);
  }
}

/** As the console shows a name: "waitingForStock" is "Waiting for stock". */
function inWords(name: string): string {
  const words = name.replaceAll(
    /([a-z0-9])([A-Z])/g,
    (_, before: string, letter: string) => `${before} ${letter.toLowerCase()}`,
  );
  return words.replace(/^./, (letter) => letter.toUpperCase());
}
