import type { StateDefinition, WorkflowDefinition } from "./definition.ts";

/** From the state itself up to the root. */
export function* upward(state: StateDefinition): Generator<StateDefinition> {
  for (let at: StateDefinition | null = state; at; at = at.parent) yield at;
}

/** All states below, in document order; the root itself is not among them. */
export function* descendants(state: StateDefinition): Generator<StateDefinition> {
  for (const child of state.children.values()) {
    yield child;
    yield* descendants(child);
  }
}

export function isLeaf(state: StateDefinition): boolean {
  return state.children.size === 0;
}

export function isInside(state: StateDefinition, outer: StateDefinition): boolean {
  for (let at = state.parent; at; at = at.parent) if (at === outer) return true;
  return false;
}

/** The leaf that is entered when `state` is. The initial states must have been checked. */
export function initialLeaf(state: StateDefinition): StateDefinition {
  let at = state;
  while (!isLeaf(at)) {
    const child = at.initial === null ? undefined : at.children.get(at.initial);
    if (!child) throw new Error(`State ${at.path} has no initial state`);
    at = child;
  }
  return at;
}

/**
 * The state that a target means, as XState resolves it: `sibling` or `sibling.child`, `.child` of the source itself, or
 * `#workflow-id.path` from the top. Null when there is none.
 */
export function resolveTarget(
  definition: WorkflowDefinition,
  source: StateDefinition,
  target: string,
): StateDefinition | null {
  if (target.startsWith("#")) {
    const [id, ...path] = target.slice(1).split(".");
    return id === definition.id && path.length > 0 ? descend(definition.root, path) : null;
  }
  if (target.startsWith(".")) return descend(source, target.slice(1).split("."));
  return source.parent && descend(source.parent, target.split("."));
}

function descend(from: StateDefinition, path: readonly string[]): StateDefinition | null {
  let at: StateDefinition | undefined = from;
  for (const name of path) at = at?.children.get(name);
  return at ?? null;
}

/**
 * The innermost state that a transition does not leave. Everything inside it is left and entered anew; a transition into
 * the source's own inside therefore keeps the source, unless it says `reenter`.
 */
export function domainOf(source: StateDefinition, target: StateDefinition, reenter: boolean): StateDefinition {
  if (!reenter && (target === source || isInside(target, source))) return source;
  for (let at = target.parent; at; at = at.parent) if (isInside(source, at)) return at;
  let root = source;
  while (root.parent) root = root.parent;
  return root;
}

/** The states between `domain` (not included) and `leaf` (included), from outside in. */
export function entered(domain: StateDefinition, leaf: StateDefinition): StateDefinition[] {
  const path: StateDefinition[] = [];
  for (let at: StateDefinition | null = leaf; at && at !== domain; at = at.parent) path.unshift(at);
  return path;
}
