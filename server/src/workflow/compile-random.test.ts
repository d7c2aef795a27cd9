import fc from "fast-check";
import { expect, test } from "vitest";
import { Dice } from "../../test/harness/dice.ts";
import { effectInTable, type Flags, XStateOracle } from "../../test/harness/xstate-oracle.ts";
import { compileWorkflow } from "./compile.ts";
import type { EntityType } from "./compiled.ts";
import { planTransition } from "./plan-transition.ts";

// For random definitions and random events the compiled table must reach the same states as XState, through the same steps
// in the same order, and start the same timers.

const GUARDS = ["g0", "g1", "g2"] as const;
const EVENTS = ["e0", "e1", "e2", "e3"];
const DELAYS = { short: 60_000, long: 86_400_000 };

type Json = Record<string, unknown>;

const thing: EntityType<Flags> = {
  name: "thing",
  labels: ["busy"],
  guards: Object.fromEntries(GUARDS.map((name) => [name, { prepare: () => (flags: Flags) => flags[name] === true }])),
  steps: Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`s${i}`, {}])),
};

interface Node {
  name: string;
  parent: Node | null;
  children: Node[];
  path: string;
}

class DefinitionBuilder {
  readonly #dice: Dice;
  readonly #nodes: Node[] = [];
  #steps = 0;

  constructor(numbers: readonly number[]) {
    this.#dice = new Dice(numbers);
  }

  document(): Json {
    const root: Node = { name: "", parent: null, children: [], path: "" };
    this.#grow(root, 0);
    const states = Object.fromEntries(root.children.map((child) => [child.name, this.#state(child)]));
    // One way into every leaf and one to the end, so that random definitions are complete enough to be accepted.
    const ways = Object.fromEntries(this.#leaves(root).map((leaf, i) => [`way${i}`, { target: `.${leaf.path}` }]));
    return {
      id: "random-thing",
      initial: this.#dice.pick(root.children).name,
      meta: { entityType: "thing", title: "Random", delays: { short: "PT1M", long: "P1D" } },
      states: { ...states, end: { type: "final", entry: this.#stepList(2), meta: { label: "busy" } } },
      on: { ...this.#on(root), ...ways, finish: ".end" },
      ...(this.#dice.oneIn(6) ? { always: this.#always(root) } : {}),
    };
  }

  #grow(node: Node, depth: number): void {
    const count = depth === 0 ? 2 + this.#dice.below(3) : 1 + this.#dice.below(3);
    for (let i = 0; i < count; i++) {
      const name = `${"abcd"[i]}${depth}`;
      const child: Node = { name, parent: node, children: [], path: node.path ? `${node.path}.${name}` : name };
      node.children.push(child);
      this.#nodes.push(child);
      if (depth < 3 && this.#dice.oneIn(2)) this.#grow(child, depth + 1);
    }
  }

  #leaves(node: Node): Node[] {
    return node.children.length === 0 ? [node] : node.children.flatMap((child) => this.#leaves(child));
  }

  #state(node: Node): Json {
    const dice = this.#dice;
    return {
      meta: { label: "busy" },
      ...(dice.oneIn(2) ? { entry: this.#stepList(2) } : {}),
      ...(dice.oneIn(2) ? { exit: this.#stepList(2) } : {}),
      ...(dice.oneIn(5) ? {} : { on: this.#on(node) }),
      ...(dice.oneIn(4) ? { always: this.#always(node) } : {}),
      ...(node.children.length === 0
        ? dice.oneIn(3)
          ? { after: { [dice.pick(["30000", "short", "long"])]: this.#transitions(node, false) } }
          : {}
        : {
            initial: dice.pick(node.children).name,
            states: Object.fromEntries(node.children.map((child) => [child.name, this.#state(child)])),
          }),
    };
  }

  #on(node: Node): Json {
    const events = EVENTS.filter(() => this.#dice.oneIn(2));
    return Object.fromEntries(events.map((event) => [event, this.#transitions(node, true)]));
  }

  #transitions(node: Node, mayBeText: boolean): unknown {
    const target = this.#dice.pick(this.#nodes);
    if (mayBeText && this.#dice.oneIn(6)) return this.#targetText(node, target);
    if (this.#dice.oneIn(2)) return this.#transition(node, this.#dice.oneIn(2));
    return [this.#transition(node, true), this.#transition(node, true), this.#transition(node, this.#dice.oneIn(2))];
  }

  #transition(node: Node, guarded: boolean): Json {
    const dice = this.#dice;
    const targeted = !dice.oneIn(5);
    return {
      ...(targeted ? { target: this.#targetText(node, dice.pick(this.#nodes)) } : {}),
      ...(guarded ? { guard: this.#guard() } : {}),
      ...(dice.oneIn(2) ? { actions: this.#stepList(3) } : {}),
      ...(targeted && node.parent && dice.oneIn(3) ? { reenter: true } : {}),
    };
  }

  /** Eventless transitions lead to a later leaf only, so that they never go round in a circle. */
  #always(node: Node): unknown {
    const leaves = this.#leaves(node.parent ? rootOf(node) : node);
    const last = leaves.findLastIndex((leaf) => leaf === node || isInside(leaf, node));
    const later = leaves.slice(last + 1);
    if (later.length === 0)
      return [{ target: "#random-thing.end", guard: { type: "allOf", params: { guards: [...GUARDS] } } }];
    return [1, 2].map(() => ({
      target: `#random-thing.${this.#dice.pick(later).path}`,
      guard: this.#guard(),
      actions: this.#stepList(2),
    }));
  }

  #guard(): unknown {
    const [one, other] = [this.#dice.pick(GUARDS), this.#dice.pick(GUARDS)];
    return this.#dice.pick([one, { type: one }, { type: "allOf", params: { guards: [one, other] } }]);
  }

  /** Every step has a name of its own, so that a wrong order cannot go unnoticed. */
  #stepList(most: number): unknown {
    const names = Array.from({ length: 1 + this.#dice.below(most) }, () => `s${this.#steps++}`);
    return names.length === 1 ? names[0] : names.map((name) => (this.#dice.oneIn(3) ? { type: name } : name));
  }

  #targetText(source: Node, target: Node): string {
    const forms = [`#random-thing.${target.path}`];
    if (source.parent && target.parent === source.parent) forms.push(target.name);
    if (isInside(target, source)) forms.push(source.path ? target.path.slice(source.path.length) : `.${target.path}`);
    return this.#dice.pick(forms);
  }
}

function rootOf(node: Node): Node {
  let at = node;
  while (at.parent) at = at.parent;
  return at;
}

function isInside(node: Node, outer: Node): boolean {
  for (let at = node.parent; at; at = at.parent) if (at === outer) return true;
  return false;
}

/** What random definitions exercised; the test fails when it becomes blind on one of them. */
const exercised = { moved: 0, refused: 0, timed: 0, eventless: 0, stayed: 0 };

function compareRun(document: Json, flags: Flags, draws: readonly number[]): void {
  const compiled = compileWorkflow(document, [thing]);
  if ("faults" in compiled) throw new Error(JSON.stringify(compiled.faults));
  const { workflow } = compiled;
  const oracle = new XStateOracle(document, flags, DELAYS);
  let at = effectInTable(workflow, null, "", flags);
  expect(at).toEqual(oracle.initial);
  for (const draw of draws) {
    const state = workflow.states.get(at?.state ?? "");
    if (!state || state.final) return;
    const possible = [...state.on.keys(), ...EVENTS];
    const event = possible[draw % possible.length] as string;
    const next = effectInTable(workflow, state.path, event, flags);
    expect(next).toEqual(oracle.send(event));
    if (next === null) {
      exercised.refused += 1;
      continue;
    }
    exercised.moved += 1;
    if (event.startsWith("xstate.after")) exercised.timed += 1;
    if (next.state === state.path) exercised.stayed += 1;
    const plan = planTransition(workflow, state.path, { type: event }, flags);
    if (plan.kind === "moves" && plan.transitions.length > 1) exercised.eventless += 1;
    at = next;
  }
}

test("random definitions mean the same to the compiled table as to XState", { timeout: 60_000 }, () => {
  const numbers = fc.array(fc.nat(10_000), { minLength: 40, maxLength: 120 });
  const flags = fc.record({ g0: fc.boolean(), g1: fc.boolean(), g2: fc.boolean() });
  fc.assert(
    fc.property(numbers, flags, fc.array(fc.nat(10_000), { minLength: 5, maxLength: 40 }), (seed, context, draws) => {
      compareRun(new DefinitionBuilder(seed).document(), context, draws);
    }),
    { numRuns: 400 },
  );
  for (const count of Object.values(exercised)) expect(count).toBeGreaterThan(10);
});
