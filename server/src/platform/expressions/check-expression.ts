import type { ASTNode } from "@marcbachmann/cel-js";
import type { Field, View } from "./context.ts";
import { FUNCTIONS, preparePattern } from "./functions.ts";

/** Something wrong in an expression, with its place in the text. */
export interface ExpressionFault {
  message: string;
  start: number;
  end: number;
}

/**
 * The steps that an expression may take at most, with every list of its context as long as it can be: a step takes 0.1 µs,
 * so the longest takes 5 ms.
 */
export const MAX_STEPS = 50_000;

/** Steps of a call beside those of its arguments. */
const CALL_STEPS = 3;
/** For each state of the pattern's program, on 200 characters. */
const PATTERN_STEPS = 100;

/** As many as captures, events and workflows may give a record; the values in it are texts, numbers and flags. */
const MAX_RECORD_FIELDS = 100;

/** What a part of an expression is, as far as its cost depends on it. */
type Shape =
  | { kind: "object"; view: View<never> }
  | { kind: "list"; size: number; item: Shape }
  | { kind: "record" }
  /** `whole`: surely a whole number; `stored`: what others have given under a name, a decimal number if it is one. */
  | { kind: "value"; number?: "whole" | "stored" };

const VALUE: Shape = { kind: "value" };
const WHOLE: Shape = { kind: "value", number: "whole" };
const STORED: Shape = { kind: "value", number: "stored" };

interface Looked {
  shape: Shape;
  steps: number;
}

type Scope = ReadonlyMap<string, Shape>;

const OVER_ITEMS = new Set(["exists", "all", "exists_one", "filter", "map"]);
const CALLS = new Set(FUNCTIONS.filter(({ receiver }) => receiver === null).map(({ name }) => name));
const WHOLE_CALLS = new Set(["int", "size"]);
const METHODS = new Set(FUNCTIONS.filter(({ receiver }) => receiver !== null).map(({ name }) => name));

/** Looks at what the types do not say: only listed functions, known fields, written-out patterns, and the cost. */
export function checkExpression(ast: ASTNode, variables: ReadonlyMap<string, View<never>>): ExpressionFault[] {
  const look = new Look();
  const scope = new Map([...variables].map(([name, view]): [string, Shape] => [name, { kind: "object", view }]));
  const { steps } = look.at(ast, scope);
  if (look.faults.length === 0 && steps > MAX_STEPS) {
    const message = `takes too long: up to ${steps.toLocaleString("en-US")} steps when its lists are as long as they can be; ${MAX_STEPS.toLocaleString("en-US")} are allowed`;
    return [{ message, start: ast.start, end: ast.end }];
  }
  return look.faults;
}

/**
 * What types cannot tell and what fails with each stored number. No faults: expressions that were published before are
 * asked only for entities that have none, perhaps, and go on as they are.
 */
export function doubtsOfExpression(ast: ASTNode, variables: ReadonlyMap<string, View<never>>): ExpressionFault[] {
  const look = new Look();
  look.at(ast, new Map([...variables].map(([name, view]): [string, Shape] => [name, { kind: "object", view }])));
  return look.doubts;
}

class Look {
  readonly faults: ExpressionFault[] = [];
  readonly doubts: ExpressionFault[] = [];

  at(node: ASTNode, scope: Scope): Looked {
    switch (node.op) {
      case "value":
        return { shape: typeof node.args === "bigint" ? WHOLE : VALUE, steps: 1 };
      case "id":
        return { shape: scope.get(node.args) ?? VALUE, steps: 1 };
      case ".":
        return this.#field(node, node.args[0], node.args[1], scope);
      case "[]":
        return this.#element(node.args, scope);
      case "call":
        return this.#call(node, node.args[0], node.args[1], scope);
      case "rcall":
        return this.#method(node, node.args[0], node.args[1], node.args[2], scope);
      case "list":
        return this.#list(node.args, scope);
      case "?:":
        return this.#choice(node.args, scope);
      case "+":
        return this.#sum(node, node.args, scope);
      case "in":
      case "==":
      case "!=":
        return this.#comparison(node.args, scope);
      case "!_":
        return { shape: VALUE, steps: 1 + this.at(node.args, scope).steps };
      case "-_": {
        const { shape, steps } = this.at(node.args, scope);
        return { shape, steps: 1 + steps };
      }
      case "-":
      case "*":
      case "/":
      case "%": {
        const looked = this.#all(node.args, scope);
        return { shape: this.#reckoned(node, looked), steps: 1 + sum(looked) };
      }
      case "&&":
      case "||":
      case "<":
      case "<=":
      case ">":
      case ">=":
        return { shape: VALUE, steps: 1 + sum(this.#all(node.args, scope)) };
      default:
        return this.#fault(node, "is not possible here");
    }
  }

  #fault(node: ASTNode, message: string): Looked {
    this.faults.push({ message, start: node.start, end: node.end });
    return { shape: VALUE, steps: 1 };
  }

  #doubt({ start, end }: ASTNode, message: string): void {
    this.doubts.push({ message, start, end });
  }

  #all(nodes: readonly ASTNode[], scope: Scope): Looked[] {
    return nodes.map((node) => this.at(node, scope));
  }

  #field(node: ASTNode, left: ASTNode, name: string, scope: Scope): Looked {
    const { shape, steps } = this.at(left, scope);
    if (shape.kind === "record") return { shape: STORED, steps: steps + 1 };
    if (shape.kind !== "object") return { shape: VALUE, steps: steps + 1 };
    const field = Object.hasOwn(shape.view.fields, name) ? shape.view.fields[name] : undefined;
    if (field === undefined) {
      const known = Object.keys(shape.view.fields).join(", ");
      return this.#fault(node, `there is no ${name} here; there are ${known}`);
    }
    return { shape: shapeOf(field), steps: steps + 1 };
  }

  #element(nodes: readonly ASTNode[], scope: Scope): Looked {
    const looked = this.#all(nodes, scope);
    const left = looked[0]?.shape ?? VALUE;
    const shape = left.kind === "list" ? left.item : left.kind === "record" ? STORED : VALUE;
    return { shape, steps: 1 + sum(looked) };
  }

  #list(nodes: readonly ASTNode[], scope: Scope): Looked {
    const looked = this.#all(nodes, scope);
    const item = looked[0]?.shape ?? VALUE;
    return { shape: { kind: "list", size: nodes.length, item }, steps: 1 + sum(looked) };
  }

  #choice(nodes: readonly ASTNode[], scope: Scope): Looked {
    const looked = this.#all(nodes, scope);
    const [, one, other] = looked;
    return { shape: longer(one?.shape ?? VALUE, other?.shape ?? VALUE), steps: 1 + sum(looked) };
  }

  /** Lists may be put together; they are copied. */
  #sum(node: ASTNode, nodes: readonly ASTNode[], scope: Scope): Looked {
    const looked = this.#all(nodes, scope);
    const [left, right] = looked.map(({ shape }) => shape);
    if (left?.kind !== "list" || right?.kind !== "list")
      return { shape: this.#reckoned(node, looked), steps: 1 + sum(looked) };
    const size = left.size + right.size;
    return { shape: { kind: "list", size, item: left.item }, steps: 1 + size + sum(looked) };
  }

  /**
   * Types say nothing of what is stored: `1 + order.attributes.count` would be taken for whole numbers, and fail on each order
   * (`registerOperator` cannot be told of it: the language decides by its left side).
   */
  #reckoned(node: ASTNode, [left, right]: readonly Looked[]): Shape {
    const [one, other] = [left, right].map((each) => (each?.shape.kind === "value" ? each.shape.number : undefined));
    const isStored = one === "stored" || other === "stored";
    if (isStored && node.op === "%")
      this.#doubt(node, "a remainder is one of whole numbers: write int(…) around what is stored");
    else if (one === "whole" && other === "stored")
      this.#doubt(node, "a stored number comes first, or double(…) stands around the whole one before it");
    if (isStored) return STORED;
    return one === "whole" && other === "whole" ? WHOLE : VALUE;
  }

  /** What is compared is walked through to its innermost values: lists of lists, objects and what is in them. */
  #comparison(nodes: readonly ASTNode[], scope: Scope): Looked {
    const looked = this.#all(nodes, scope);
    return { shape: VALUE, steps: Math.max(...looked.map(({ shape }) => weightOf(shape))) + sum(looked) };
  }

  #call(node: ASTNode, name: string, args: readonly ASTNode[], scope: Scope): Looked {
    if (!CALLS.has(name)) return this.#unknown(node, name);
    const looked = this.#all(args, scope);
    const steps = CALL_STEPS + sum(looked);
    if (name === "re2") return this.#pattern(node, args[1], steps);
    return { shape: WHOLE_CALLS.has(name) ? WHOLE : VALUE, steps };
  }

  #pattern(node: ASTNode, pattern: ASTNode | undefined, steps: number): Looked {
    if (pattern?.op !== "value" || typeof pattern.args !== "string")
      return this.#fault(pattern ?? node, "the pattern must be written out in quotes");
    const prepared = preparePattern(pattern.args);
    if (typeof prepared === "string") return this.#fault(pattern, `the pattern ${prepared}`);
    return { shape: VALUE, steps: steps + PATTERN_STEPS * prepared.programSize() };
  }

  #method(node: ASTNode, name: string, receiver: ASTNode, args: readonly ASTNode[], scope: Scope): Looked {
    if (OVER_ITEMS.has(name)) return this.#overItems(node, name, receiver, args, scope);
    if (!METHODS.has(name)) return this.#unknown(node, name);
    return { shape: VALUE, steps: CALL_STEPS + sum(this.#all([receiver, ...args], scope)) };
  }

  #unknown(node: ASTNode, name: string): Looked {
    return this.#fault(node, name === "matches" ? "use re2(text, pattern) instead of matches" : `there is no ${name}`);
  }

  #overItems(node: ASTNode, name: string, receiver: ASTNode, args: readonly ASTNode[], scope: Scope): Looked {
    const list = this.at(receiver, scope);
    const [variable, ...inner] = args;
    if (list.shape.kind !== "list") return this.#fault(receiver, `is no list that ${name} could look at`);
    if (variable?.op !== "id") return this.#fault(node, `${name} needs a name for the item: ${name}(item, …)`);
    const looked = this.#all(inner, new Map([...scope, [variable.args, list.shape.item]]));
    const steps = CALL_STEPS + list.steps + list.shape.size * (1 + sum(looked));
    if (name === "filter") return { shape: list.shape, steps };
    if (name === "map") return { shape: { ...list.shape, item: looked.at(-1)?.shape ?? VALUE }, steps };
    return { shape: VALUE, steps };
  }
}

function shapeOf({ type, cel, view, maxItems }: Field<never>): Shape {
  if (type === "record") return { kind: "record" };
  if (cel === "int") return WHOLE;
  const item: Shape = view === null ? VALUE : { kind: "object", view };
  return maxItems === null ? item : { kind: "list", size: maxItems, item };
}

/** Steps of comparing it with something of its kind. */
function weightOf(shape: Shape): number {
  switch (shape.kind) {
    case "value":
      return 1;
    case "record":
      return MAX_RECORD_FIELDS;
    case "list":
      return 1 + shape.size * weightOf(shape.item);
    case "object":
      return Object.values(shape.view.fields).reduce((steps, field) => steps + weightOf(shapeOf(field)), 1);
  }
}

function longer(one: Shape, other: Shape): Shape {
  if (one.kind !== "list" || other.kind !== "list") return one.kind === "value" ? other : one;
  return one.size >= other.size ? one : other;
}

function sum(looked: readonly Looked[]): number {
  return looked.reduce((steps, one) => steps + one.steps, 0);
}
