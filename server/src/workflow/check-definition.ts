import type { TSchema } from "typebox";
import { Value } from "typebox/value";
import type { Fault } from "../platform/refusals.ts";
import type { EntityType, StepDeclaration } from "./compiled.ts";
import {
  LIMITS,
  type NamedCall,
  type Params,
  shapes,
  type StateDefinition,
  type TransitionDefinition,
  type WorkflowDefinition,
} from "./definition.ts";
import { pointerTo } from "./parse-definition.ts";
import { descendants, isLeaf, resolveTarget, upward } from "./state-paths.ts";

/** The guard that joins others; everything else is declared by entity types. */
export const ALL_OF = "allOf";

/** Everything that makes a definition meaningless or ambiguous, before it is compiled. Empty when it can be. */
export function checkDefinition(definition: WorkflowDefinition, entityType: EntityType): Fault[] {
  const faults: Fault[] = [];
  const fault = (pointer: string, message: string): void => {
    faults.push({ pointer, message });
  };
  if (definition.root.children.size === 0) fault("/states", "must have at least one state");
  checkState(definition.root, definition, entityType, fault);
  for (const state of descendants(definition.root)) checkState(state, definition, entityType, fault);
  return faults;
}

type Report = (pointer: string, message: string) => void;

function checkState(
  state: StateDefinition,
  definition: WorkflowDefinition,
  entityType: EntityType,
  fault: Report,
): void {
  checkStructure(state, fault);
  if (isLeaf(state) && state.parent) checkLabel(state, entityType, fault);
  for (const step of [...state.entry, ...state.exit]) checkStep(step, entityType, fault);
  const check = (transitions: readonly TransitionDefinition[]): void => {
    for (const transition of transitions) checkTransition(transition, state, definition, entityType, fault);
    checkOrder(transitions, fault);
  };
  for (const transitions of state.on.values()) check(transitions);
  check(state.always);
  for (const transition of state.always) {
    if (transition.target === null) fault(transition.pointer, "must have a target: it is tried again until it leaves");
  }
  for (const [delay, transitions] of state.after) {
    check(transitions);
    checkDelay(delay, pointerTo(`${state.pointer}/after`, delay), definition, fault);
  }
}

function checkStructure(state: StateDefinition, fault: Report): void {
  const { pointer } = state;
  if (state.final) {
    if (state.parent?.parent)
      fault(pointer, "is final inside another state; only a state at the top can end a workflow");
    const goesOn = state.on.size + state.always.length + state.after.size + state.exit.length + state.children.size;
    if (goesOn > 0 || state.initial !== null) fault(pointer, "is final and can have nothing but entry steps");
  } else if (isLeaf(state)) {
    if (state.initial !== null) fault(`${pointer}/initial`, "names a state, but there are none inside");
  } else {
    if (state.initial === null) fault(pointerTo(pointer, "initial"), "is required: the state has others inside");
    else if (!state.children.has(state.initial))
      fault(`${pointer}/initial`, `is none of the states inside: ${state.initial}`);
    // A timer is void when the stored state changes; inside a compound state it would end with every inner move.
    if (state.after.size > 0) fault(`${pointer}/after`, "is only allowed in a state without others inside");
  }
}

function checkLabel(state: StateDefinition, entityType: EntityType, fault: Report): void {
  const label = labelOf(state);
  const allowed = entityType.labels.join(", ");
  if (label === null)
    fault(pointerTo(state.pointer, "meta"), `needs a label, its own or of a state around it: ${allowed}`);
  else if (!entityType.labels.includes(label)) fault(`${state.pointer}/meta/label`, `must be one of ${allowed}`);
}

/** A state shows its own label or that of the nearest state around it. */
export function labelOf(state: StateDefinition): string | null {
  for (const at of upward(state)) if (at.label !== null) return at.label;
  return null;
}

function checkTransition(
  transition: TransitionDefinition,
  source: StateDefinition,
  definition: WorkflowDefinition,
  entityType: EntityType,
  fault: Report,
): void {
  const { pointer, target } = transition;
  if (target !== null && !resolveTarget(definition, source, target)) {
    const hint = source.parent
      ? `a state beside, ".inside" or "#${definition.id}.path"`
      : 'from the top, write ".state"';
    fault(pointer, `leads to no state: ${target} (${hint})`);
  }
  if (transition.reenter && target === null) fault(`${pointer}/reenter`, "needs a target");
  if (transition.reenter && !source.parent) fault(`${pointer}/reenter`, "is not possible for the whole workflow");
  for (const step of transition.steps) checkStep(step, entityType, fault);
  if (transition.guard) checkGuard(transition.guard, entityType, fault);
}

function checkOrder(transitions: readonly TransitionDefinition[], fault: Report): void {
  const open = transitions.findIndex((transition) => transition.guard === null);
  if (open === -1) return;
  for (const transition of transitions.slice(open + 1)) {
    fault(transition.pointer, "can never be taken: one before it has no guard");
  }
}

function checkDelay(delay: string, pointer: string, definition: WorkflowDefinition, fault: Report): void {
  const isNumber = /^\d/.test(delay);
  if (isNumber && Number(delay) > LIMITS.delayMs) fault(pointer, "must be at most ten years");
  if (!isNumber && !definition.delaysMs.has(delay)) fault(pointer, "is not among the delays in meta");
}

function checkStep(step: NamedCall, entityType: EntityType, fault: Report): void {
  const declaration = Object.hasOwn(entityType.steps, step.name) ? entityType.steps[step.name] : undefined;
  if (!declaration) fault(step.pointer, `is no step of ${entityType.name}: ${step.name}`);
  else checkCall(step, declaration, fault);
}

function checkGuard(guard: NamedCall, entityType: EntityType, fault: Report): void {
  if (guard.name === ALL_OF) {
    const parts = partsOf(guard);
    if (parts.length === 0) fault(guard.pointer, "needs params.guards: a list of guards");
    for (const part of parts) checkGuard(part, entityType, fault);
    return;
  }
  const declaration = Object.hasOwn(entityType.guards, guard.name) ? entityType.guards[guard.name] : undefined;
  if (!declaration) return fault(guard.pointer, `is no guard of ${entityType.name}: ${guard.name}`);
  checkCall(guard, declaration, fault);
}

function checkCall(call: NamedCall, declaration: Pick<StepDeclaration, "params" | "check">, fault: Report): void {
  if (!checkParams(call, declaration.params, fault)) return;
  for (const { pointer, message } of declaration.check?.(call.params) ?? [])
    fault(`${call.pointer}/params${pointer}`, message);
}

/** The guards that an `allOf` joins, each a name or a call; empty when its parameters are not a list of these. */
export function partsOf(guard: NamedCall): NamedCall[] {
  const given = guard.params["guards"];
  if (!Array.isArray(given)) return [];
  const parts = given.map((part: unknown, index): NamedCall | null => {
    const pointer = `${guard.pointer}/params/guards/${index}`;
    if (typeof part === "string") return { name: part, params: {}, pointer };
    if (!shapes.namedCall.Check(part)) return null;
    const { type, params } = part as { type: string; params?: Params };
    return { name: type, params: params ?? {}, pointer };
  });
  return parts.every((part) => part !== null && part.name !== ALL_OF) ? (parts as NamedCall[]) : [];
}

/** False when they are not of the right form. */
function checkParams(call: NamedCall, schema: TSchema | undefined, fault: Report): boolean {
  if (!schema) {
    if (Object.keys(call.params).length === 0) return true;
    fault(`${call.pointer}/params`, `${call.name} takes no parameters`);
    return false;
  }
  const errors = Value.Errors(schema, call.params);
  for (const error of errors) fault(`${call.pointer}/params${error.instancePath}`, error.message);
  return errors.length === 0;
}
