import {
  asState,
  type Call,
  type CallJson,
  type ChartTransition,
  isWithin,
  joined,
  listOf,
  parentOf,
  readChart,
  stateAt,
  type StateJson,
  targetFor,
  type TransitionJson,
  type TransitionKind,
  type TransitionsJson,
  type WorkflowJson,
} from "./statechart.ts";

// Changes of a workflow's document. Each gives a new document and leaves the old one as it was, so that going back is
// keeping it; what they do not touch stays the same object, byte for byte what somebody wrote.

/** "Gift wrapping" is the state giftWrapping. */
export function nameFor(words: string): string {
  const plain = words
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .replaceAll("ß", "ss");
  const parts = plain.split(/[^A-Za-z0-9]+/).filter(Boolean);
  const [first = "", ...rest] = parts;
  const camel = first.slice(0, 1).toLowerCase() + first.slice(1) + rest.map(capitalized).join("");
  return camel.replace(/^[0-9]+/, "").slice(0, 64);
}

function capitalized(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

export function isName(name: string): boolean {
  return /^[a-z][A-Za-z0-9]{0,63}$/.test(name);
}

/** Replaces a state (the workflow as a whole has the empty path) and everything around it. */
export function withState(workflow: WorkflowJson, path: string, change: (state: StateJson) => StateJson): WorkflowJson {
  const { id, meta } = workflow;
  return { ...changeInside(asState(workflow), path === "" ? [] : path.split("."), change), id, meta };
}

function changeInside(state: StateJson, path: readonly string[], change: (state: StateJson) => StateJson): StateJson {
  const [name, ...rest] = path;
  if (name === undefined) return change(state);
  const child = state.states?.[name];
  if (child === undefined) return state;
  return { ...state, states: { ...state.states, [name]: changeInside(child, rest, change) } };
}

/** A new state beside or inside others. */
export function addState(workflow: WorkflowJson, parent: string, name: string, state: StateJson): WorkflowJson {
  return withState(workflow, parent, (around) => ({ ...around, states: { ...around.states, [name]: state } }));
}

export function setLabel(workflow: WorkflowJson, path: string, label: string | null): WorkflowJson {
  return withState(workflow, path, ({ meta, ...state }) => {
    const { label: _, ...rest } = meta ?? {};
    const changed = label === null ? rest : { ...rest, label };
    return Object.keys(changed).length === 0 ? state : { ...state, meta: changed };
  });
}

/** Gives a state another name; what leads to it, or into it, leads there still. */
export function renameState(workflow: WorkflowJson, path: string, name: string): WorkflowJson {
  const renamed = joined(parentOf(path), name);
  const old = path.split(".").at(-1)!;
  const moved = (at: string) => (isWithin(at, path) ? renamed + at.slice(path.length) : at);
  const targets = readChart(workflow).transitions.filter(({ target }) => target !== null && isWithin(target, path));
  const retargeted = targets.reduce(
    (changed, transition) =>
      setTransition(changed, transition, (json) => ({
        ...json,
        target: targetFor(workflow.id, moved(transition.source), moved(transition.target!)),
      })),
    workflow,
  );
  return withState(retargeted, parentOf(path), ({ states, ...around }) => ({
    ...around,
    ...(around.initial === old ? { initial: name } : {}),
    states: Object.fromEntries(Object.entries(states ?? {}).map(([key, state]) => [key === old ? name : key, state])),
  }));
}

/** Takes a state away with all that leads to it. */
export function removeState(workflow: WorkflowJson, path: string): WorkflowJson {
  const incoming = readChart(workflow)
    .transitions.filter(({ target, source }) => target !== null && isWithin(target, path) && !isWithin(source, path))
    // From the last to the first, so that the places of those before stay what they were.
    .toReversed();
  const without = incoming.reduce((changed, transition) => removeTransition(changed, transition), workflow);
  return withState(without, parentOf(path), (around) => {
    const { [path.split(".").at(-1)!]: _, ...states } = around.states ?? {};
    return { ...around, states };
  });
}

type Place = Pick<ChartTransition, "source" | "kind" | "name" | "index">;

function groupOf(state: StateJson, { kind, name }: Pick<Place, "kind" | "name">): TransitionsJson | undefined {
  return kind === "always" ? state.always : state[kind]?.[name];
}

function withGroup(
  state: StateJson,
  { kind, name }: Pick<Place, "kind" | "name">,
  list: readonly TransitionJson[],
): StateJson {
  const json = list.length === 1 ? list[0]! : list;
  if (kind === "always") {
    const { always: _, ...rest } = state;
    return list.length === 0 ? rest : { ...state, always: json };
  }
  const { [name]: _, ...others } = state[kind] ?? {};
  if (list.length > 0) return { ...state, [kind]: { ...state[kind], [name]: json } };
  const { [kind]: __, ...rest } = state;
  return Object.keys(others).length === 0 ? rest : { ...rest, [kind]: others };
}

export function transitionAt(workflow: WorkflowJson, place: Place): TransitionJson | undefined {
  const group = groupOf(stateAt(workflow, place.source) ?? {}, place);
  return group === undefined ? undefined : listOf(group)[place.index];
}

export function setTransition(
  workflow: WorkflowJson,
  place: Place,
  change: (transition: TransitionJson) => TransitionJson,
): WorkflowJson {
  return withState(workflow, place.source, (state) => {
    const list = listOf(groupOf(state, place) ?? []);
    return withGroup(
      state,
      place,
      list.map((each, index) => (index === place.index ? change(each) : each)),
    );
  });
}

/** The new one is tried after those that the event has already. */
export function addTransition(
  workflow: WorkflowJson,
  { source, kind, name }: { source: string; kind: TransitionKind; name: string },
  transition: TransitionJson,
): WorkflowJson {
  return withState(workflow, source, (state) => {
    const list = listOf(groupOf(state, { kind, name }) ?? []);
    return withGroup(state, { kind, name }, [...list, transition]);
  });
}

export function removeTransition(workflow: WorkflowJson, place: Place): WorkflowJson {
  return withState(workflow, place.source, (state) =>
    withGroup(
      state,
      place,
      listOf(groupOf(state, place) ?? []).filter((_, index) => index !== place.index),
    ),
  );
}

/** Puts a transition under another event, delay or state; what it does stays. */
export function moveTransition(
  workflow: WorkflowJson,
  from: Place,
  to: { source: string; kind: TransitionKind; name: string },
): WorkflowJson {
  const json = transitionAt(workflow, from);
  if (json === undefined) return workflow;
  const target = readChart(workflow).transitions.find((each) => isSame(each, from))?.target ?? null;
  const moved = target === null ? json : { ...json, target: targetFor(workflow.id, to.source, target) };
  return addTransition(removeTransition(workflow, from), to, moved);
}

export function isSame(one: Place, other: Place): boolean {
  return one.source === other.source && one.kind === other.kind && one.name === other.name && one.index === other.index;
}

/** Where the last transition of an event stands: that of one that was just added. */
export function lastPlace(workflow: WorkflowJson, at: Omit<Place, "index">): Place {
  const group = groupOf(stateAt(workflow, at.source) ?? {}, at);
  return { ...at, index: listOf(group ?? []).length - 1 };
}

interface Between {
  /** Of the new state. */
  name: string;
  label: string | null;
  /** What leads into it. */
  event: string;
  transition: TransitionJson;
}

/**
 * Puts a state into a transition's way: what led to the target leads there from the new state, and something new leads
 * into that one.
 */
export function addStateBetween(workflow: WorkflowJson, place: Place, between: Between): WorkflowJson {
  const parent = parentOf(place.source);
  const path = joined(parent, between.name);
  const state: StateJson = between.label === null ? {} : { meta: { label: between.label } };
  const added = addState(workflow, parent, between.name, state);
  const moved = moveTransition(added, place, { source: path, kind: place.kind, name: place.name });
  return addTransition(
    moved,
    { source: place.source, kind: "on", name: between.event },
    { ...between.transition, target: targetFor(workflow.id, place.source, path) },
  );
}

export function callJson({ name, params }: Call): CallJson {
  return Object.keys(params).length === 0 ? { type: name } : { type: name, params };
}

/** One step is written by itself, none not at all. */
export function callsJson(calls: readonly Call[]): CallJson | CallJson[] | undefined {
  const list = calls.map(callJson);
  return list.length > 1 ? list : list[0];
}

export function setDelay(workflow: WorkflowJson, name: string, duration: string): WorkflowJson {
  return { ...workflow, meta: { ...workflow.meta, delays: { ...workflow.meta.delays, [name]: duration } } };
}

/** Without the fields that say nothing, which the format does not allow to be undefined. */
export function dense<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Value;
}
