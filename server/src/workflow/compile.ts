import type { Fault } from "../platform/refusals.ts";
import { ALL_OF, checkDefinition, labelOf, partsOf } from "./check-definition.ts";
import type { EntityType, Guard, State, StepCall, Timer, Transition, Workflow } from "./compiled.ts";
import {
  LIMITS,
  type NamedCall,
  type StateDefinition,
  type TransitionDefinition,
  type WorkflowDefinition,
} from "./definition.ts";
import { parseDefinition } from "./parse-definition.ts";
import { descendants, domainOf, entered, initialLeaf, isInside, isLeaf, resolveTarget, upward } from "./state-paths.ts";

export type Compiled = { readonly workflow: Workflow } | { readonly faults: readonly Fault[] };

/**
 * Turns a workflow document (parsed JSON) into the table that runs it: hierarchy resolved, every transition with the exact
 * list of steps. A document with any fault is refused as a whole, each fault with its JSON pointer.
 */
export function compileWorkflow(document: unknown, entityTypes: readonly EntityType[]): Compiled {
  const parsed = parseDefinition(document);
  if ("faults" in parsed) return parsed;
  const { definition } = parsed;
  const entityType = entityTypes.find(({ name }) => name === definition.entityType);
  if (!entityType) {
    const known = entityTypes.map(({ name }) => name).join(", ");
    return { faults: [{ pointer: "/meta/entityType", message: `must be one of ${known}` }] };
  }
  const faults = checkDefinition(definition, entityType);
  if (faults.length > 0) return { faults };
  const compiler = new Compiler(definition, entityType);
  const workflow = compiler.workflow();
  const late = compiler.faults.length > 0 ? compiler.faults : checkPaths(workflow, definition);
  return late.length > 0 ? { faults: late } : { workflow };
}

/** States reach each other in cycles, so they are created empty and filled when all exist. */
type OpenState = { -readonly [Key in keyof State]: State[Key] };

class Compiler {
  readonly faults: Fault[] = [];
  readonly #definition: WorkflowDefinition;
  readonly #entityType: EntityType;
  readonly #states = new Map<string, OpenState>();
  /** One object per place in the document, so that all leaves below a state share its steps. */
  readonly #steps = new Map<NamedCall, StepCall>();
  readonly #guards = new Map<NamedCall, readonly Guard[]>();
  #transitions = 0;

  constructor(definition: WorkflowDefinition, entityType: EntityType) {
    this.#definition = definition;
    this.#entityType = entityType;
  }

  workflow(): Workflow {
    const leaves = [...descendants(this.#definition.root)].filter(isLeaf);
    for (const leaf of leaves) this.#states.set(leaf.path, emptyState(leaf));
    for (const leaf of leaves) if (this.#hasRoom()) this.#fill(this.#compiled(leaf), leaf);
    const { id, title, entityType, root } = this.#definition;
    const first = initialLeaf(root);
    const initial: Transition = {
      pointer: "",
      from: null,
      to: this.#compiled(first),
      guards: [],
      steps: this.#calls(entered(root, first).flatMap((state) => state.entry)),
      enters: true,
    };
    return { id, title, entityType, states: this.#states, initial };
  }

  /** Transitions of a state count once for every leaf inside it. */
  #hasRoom(): boolean {
    if (this.#transitions <= LIMITS.compiledTransitions) return true;
    const message = `has more than ${LIMITS.compiledTransitions} transitions when those of every state are counted for all inside it`;
    if (this.faults.length === 0) this.faults.push({ pointer: "/states", message });
    return false;
  }

  #compiled(leaf: StateDefinition): OpenState {
    const state = this.#states.get(leaf.path);
    if (!state) throw new Error(`Not a leaf state: ${leaf.path}`);
    return state;
  }

  #fill(state: OpenState, leaf: StateDefinition): void {
    if (leaf.final) return;
    const on = new Map<string, Transition[]>();
    const userActions = new Map<string, State["userActions"][number]>();
    for (const source of upward(leaf)) {
      for (const [event, transitions] of source.on) {
        this.#append(on, event, leaf, source, transitions);
        const action = transitions.find(({ userAction }) => userAction !== null)?.userAction;
        if (action && !userActions.has(event)) userActions.set(event, { event, ...action });
      }
    }
    state.events = [...on.keys()].sort();
    state.userActions = [...userActions.values()];
    state.timers = [...leaf.after.keys()].map((delay) => this.#timer(leaf, delay));
    for (const [delay, transitions] of leaf.after) {
      this.#append(on, timerEvent(this.#definition, leaf, delay), leaf, leaf, transitions);
    }
    state.on = on;
    state.always = [...upward(leaf)].flatMap((source) => this.#always(leaf, source));
  }

  /** Candidates behind one without a guard are never tried, so they are not kept. */
  #append(
    on: Map<string, Transition[]>,
    event: string,
    leaf: StateDefinition,
    source: StateDefinition,
    transitions: readonly TransitionDefinition[],
  ): void {
    const candidates = on.get(event) ?? [];
    on.set(event, candidates);
    for (const transition of transitions) {
      if (candidates.at(-1)?.guards.length === 0) return;
      candidates.push(this.#transition(leaf, source, transition));
    }
  }

  #always(leaf: StateDefinition, source: StateDefinition): Transition[] {
    return source.always.map((definition) => {
      const transition = this.#transition(leaf, source, definition);
      if (transition.to.path === leaf.path) {
        this.faults.push({
          pointer: definition.pointer,
          message: `would run forever: it leads from ${leaf.path} to itself`,
        });
      }
      return transition;
    });
  }

  #transition(leaf: StateDefinition, source: StateDefinition, definition: TransitionDefinition): Transition {
    this.#transitions += 1;
    const { pointer } = definition;
    const guards = definition.guard ? this.#guard(definition.guard) : [];
    const target = definition.target === null ? null : resolveTarget(this.#definition, source, definition.target);
    if (!target) {
      const to = this.#compiled(leaf);
      return { pointer, from: leaf.path, to, guards, steps: this.#calls(definition.steps), enters: false };
    }
    const domain = domainOf(source, target, definition.reenter);
    const newLeaf = initialLeaf(target);
    const left = [...upward(leaf)].filter((state) => isInside(state, domain));
    const into = entered(domain, newLeaf);
    const calls = [
      ...left.flatMap((state) => state.exit),
      ...definition.steps,
      ...into.flatMap((state) => state.entry),
    ];
    const to = this.#compiled(newLeaf);
    return { pointer, from: leaf.path, to, guards, steps: this.#calls(calls), enters: into.length > 0 };
  }

  #timer(leaf: StateDefinition, delay: string): Timer {
    const delayMs = this.#definition.delaysMs.get(delay) ?? Number(delay);
    return { event: timerEvent(this.#definition, leaf, delay), delayMs };
  }

  #calls(calls: readonly NamedCall[]): StepCall[] {
    return calls.map((call) => {
      const { name, params, pointer } = call;
      const entityType = this.#entityType.name;
      const step = this.#steps.get(call) ?? { key: `${entityType}.${name}`, pointer, entityType, name, params };
      this.#steps.set(call, step);
      return step;
    });
  }

  #guard(call: NamedCall): readonly Guard[] {
    const known = this.#guards.get(call);
    if (known) return known;
    const parts = call.name === ALL_OF ? partsOf(call) : [call];
    const guards = parts.map(({ name, params }): Guard => {
      const declaration = this.#entityType.guards[name];
      if (!declaration) throw new Error(`Unknown guard: ${name}`);
      // The engine pairs an entity type with its own contexts, so the test gets what it was declared for.
      return { name: declaration.nameOf?.(params) ?? name, test: declaration.prepare(params) as Guard["test"] };
    });
    this.#guards.set(call, guards);
    return guards;
  }
}

function emptyState(leaf: StateDefinition): OpenState {
  return {
    path: leaf.path,
    label: labelOf(leaf) ?? "",
    final: leaf.final,
    on: new Map(),
    always: [],
    timers: [],
    events: [],
    userActions: [],
  };
}

/** The name XState gives the event of a delayed transition. */
function timerEvent(definition: WorkflowDefinition, leaf: StateDefinition, delay: string): string {
  return `xstate.after.${delay}.${definition.id}.${leaf.path}`;
}

/** No state without a way in, none without a way to an end: an order must never wait for something that cannot happen. */
function checkPaths(workflow: Workflow, definition: WorkflowDefinition): Fault[] {
  const states = [...workflow.states.values()];
  const finals = states.filter(({ final }) => final);
  if (finals.length === 0) return [{ pointer: "/states", message: "must have a final state" }];
  const targets = new Map(states.map((state) => [state, followersOf(state)]));
  const sources = new Map(states.map((state) => [state, new Set<State>()]));
  for (const [from, tos] of targets) for (const to of tos) sources.get(to)?.add(from);
  const reachable = closure([workflow.initial.to], targets);
  const ending = closure(finals, sources);
  const pointers = new Map([...descendants(definition.root)].map((state) => [state.path, state.pointer]));
  return states.flatMap((state) => {
    const pointer = pointers.get(state.path) ?? "/states";
    if (!reachable.has(state)) return [{ pointer, message: "can never be reached" }];
    return ending.has(state) ? [] : [{ pointer, message: "is a dead end: no final state can be reached from it" }];
  });
}

function followersOf(state: State): Set<State> {
  const followers = new Set<State>();
  for (const candidates of [...state.on.values(), state.always]) for (const { to } of candidates) followers.add(to);
  return followers;
}

/** All that can be reached from `start` along the links. */
function closure(start: readonly State[], links: ReadonlyMap<State, ReadonlySet<State>>): Set<State> {
  const found = new Set(start);
  for (const state of found) for (const next of links.get(state) ?? []) found.add(next);
  return found;
}
