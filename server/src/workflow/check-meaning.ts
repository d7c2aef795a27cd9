import type { Fault } from "../platform/refusals.ts";
import type { DescribedEntityType, State, StepCall, Transition, Workflow } from "./compiled.ts";
import type { NamedCall, StateDefinition, TransitionDefinition, WorkflowDefinition } from "./definition.ts";
import { pointerTo } from "./parse-definition.ts";
import { descendants, isLeaf, upward } from "./state-paths.ts";

/** What the sentences of one definition are made from. */
interface Meaning {
  definition: WorkflowDefinition;
  workflow: Workflow;
  entityType: DescribedEntityType;
}

/**
 * What a sound definition says but cannot mean, as sentences for those who write it: faults for what would leave an entity
 * waiting for ever, warnings for what is probably not meant. Pure; the definition has been compiled without faults (which
 * finds states without a way in or to an end).
 */
export function checkMeaning(
  definition: WorkflowDefinition,
  workflow: Workflow,
  entityType: DescribedEntityType,
): { faults: Fault[]; warnings: Fault[] } {
  const meaning: Meaning = { definition, workflow, entityType };
  return {
    faults: [...unsentEvents(meaning), ...missingOutcomes(meaning), ...strayedSteps(meaning)],
    warnings: [
      ...repeatedConditions(meaning),
      ...shadowedTransitions(meaning),
      ...idleTimers(meaning),
      ...unusedDelays(meaning),
      ...endlessWaits(meaning),
    ],
  };
}

function* allStates({ definition }: Meaning): Generator<StateDefinition> {
  yield definition.root;
  yield* descendants(definition.root);
}

function actionsOf(meaning: Meaning): Set<string> {
  const events = [...meaning.workflow.states.values()].flatMap(({ userActions }) =>
    userActions.map(({ event }) => event),
  );
  return new Set(events);
}

function sentEvents(meaning: Meaning): Set<string> {
  const { entityType, definition } = meaning;
  const emitted = Object.values(entityType.steps).flatMap(({ emits }) => emits ?? []);
  const asked = transitionsOf(meaning.workflow).flatMap(({ steps }) =>
    steps.flatMap((step) => eventsOf(meaning, step)),
  );
  return new Set([
    ...Object.keys(entityType.events),
    ...emitted,
    ...asked,
    ...definition.receives,
    ...actionsOf(meaning),
  ]);
}

function eventsOf({ entityType }: Meaning, { name, params }: StepCall): readonly string[] {
  const step = entityType.steps[name];
  return [...(step?.emits ?? []), ...(step?.emitsOf?.(params) ?? [])];
}

/** A transition for an event that nothing sends is never taken, and who waits for it waits for ever. */
function unsentEvents(meaning: Meaning): Fault[] {
  const sent = sentEvents(meaning);
  return [...allStates(meaning)].flatMap(({ on, pointer }) =>
    [...on.keys()]
      .filter((event) => !sent.has(event))
      .map((event) => ({
        pointer: pointerTo(`${pointer}/on`, event),
        message: `is never taken: nobody sends ${event}. Make it a button (meta.userAction), or list it in meta.receives of the workflow when another system sends it`,
      })),
  );
}

/** A step that works on what an event carries has nothing to work on elsewhere, and would fail for every entity. */
function strayedSteps(meaning: Meaning): Fault[] {
  const isStray = ({ name }: NamedCall, event: string | null): boolean => {
    const worksOn = meaning.entityType.steps[name]?.worksOn;
    return worksOn !== undefined && (event === null || !worksOn.includes(event));
  };
  const faultOf = ({ name, pointer }: NamedCall): Fault => ({
    pointer,
    message: `${name} works on what the event carries, so it stands only on transitions for ${meaning.entityType.steps[name]!.worksOn!.join(" or ")}`,
  });
  return [...allStates(meaning)].flatMap(({ on, always, after, entry, exit }) => [
    ...[...on].flatMap(([event, transitions]) =>
      transitions.flatMap(({ steps }) => steps.filter((step) => isStray(step, event)).map(faultOf)),
    ),
    ...[entry, exit, ...[...always, ...[...after.values()].flat()].map(({ steps }) => steps)].flatMap((steps) =>
      steps.filter((step) => isStray(step, null)).map(faultOf),
    ),
  ]);
}

/** The states in which an entity may rest after a transition: its target, and where eventless ones lead from there. */
function restsOf(target: State): Set<State> {
  const found = new Set([target]);
  for (const state of found) for (const { to } of state.always) found.add(to);
  return found;
}

function transitionsOf(workflow: Workflow): Transition[] {
  const states = [...workflow.states.values()];
  return [workflow.initial, ...states.flatMap(({ on, always }) => [...[...on.values()].flat(), ...always])];
}

/** What a step tells its entity must mean something wherever the entity may be by then. */
function missingOutcomes(meaning: Meaning): Fault[] {
  const { workflow } = meaning;
  const ignored = ignoredEvents(meaning);
  const pointers = pointersOf(meaning);
  const faults = new Map<string, Fault>();
  for (const { steps, to } of transitionsOf(workflow)) {
    for (const step of steps) {
      const { name } = step;
      for (const event of eventsOf(meaning, step)) {
        for (const { path, final, on } of restsOf(to)) {
          if (final || on.has(event) || ignored.get(path)?.has(event) || faults.has(`${event} ${path}`)) continue;
          const pointer = pointers.get(path) ?? "/states";
          const message = `does not react to ${event}, which the step ${name} may tell on the way here: say what happens then; if nothing, list ${event} in its meta.ignores`;
          faults.set(`${event} ${path}`, { pointer, message });
        }
      }
    }
  }
  return [...faults.values()];
}

function pointersOf({ definition }: Meaning): Map<string, string> {
  return new Map([...descendants(definition.root)].map(({ path, pointer }) => [path, pointer]));
}

function ignoredEvents({ definition }: Meaning): Map<string, Set<string>> {
  const leaves = [...descendants(definition.root)].filter(isLeaf);
  return new Map(leaves.map((leaf) => [leaf.path, new Set([...upward(leaf)].flatMap(({ ignores }) => ignores))]));
}

/** Of two transitions under the same condition the second one is never taken. */
function repeatedConditions(meaning: Meaning): Fault[] {
  return [...allStates(meaning)].flatMap((state) =>
    [...state.on.values(), state.always, ...state.after.values()].flatMap((list) => repeatedIn(list)),
  );
}

function repeatedIn(list: readonly TransitionDefinition[]): Fault[] {
  const seen = new Set<string>();
  return list.flatMap(({ guard, pointer }) => {
    if (guard === null) return [];
    const condition = conditionOf(guard);
    if (seen.has(condition)) return [{ pointer, message: "is never taken: one before it has the same condition" }];
    seen.add(condition);
    return [];
  });
}

function conditionOf({ name, params }: NamedCall): string {
  return JSON.stringify([name, params]);
}

/** A transition of a state around others is hidden when each of these has its own, without a condition. */
function shadowedTransitions({ workflow, definition }: Meaning): Fault[] {
  const taken = new Set(transitionsOf(workflow).map(({ pointer }) => pointer));
  return [...descendants(definition.root), definition.root].flatMap((state) =>
    [...state.on].flatMap(([event, list]) =>
      list
        .filter(({ pointer }) => !taken.has(pointer))
        .map(({ pointer }) => ({
          pointer,
          message: `is never taken: every state inside has its own ${event} without a condition`,
        })),
    ),
  );
}

/** A timer that runs out without a way on does not come back. */
function idleTimers({ definition }: Meaning): Fault[] {
  return [...descendants(definition.root)].flatMap(({ after, pointer }) =>
    [...after].flatMap(([delay, list]): Fault[] => {
      const at = pointerTo(`${pointer}/after`, delay);
      if (list.every(({ target }) => target === null))
        return [
          {
            pointer: at,
            message: "leads nowhere: the timer runs out once, and the entity stays in this state without it",
          },
        ];
      if (list.every(({ guard }) => guard !== null))
        return [
          {
            pointer: at,
            message: "may come to nothing: when none of its conditions holds, the timer is over and does not come back",
          },
        ];
      return [];
    }),
  );
}

function unusedDelays({ definition }: Meaning): Fault[] {
  const used = new Set([...descendants(definition.root)].flatMap(({ after }) => [...after.keys()]));
  return [...definition.delaysMs.keys()]
    .filter((delay) => !used.has(delay))
    .map((delay) => ({ pointer: pointerTo("/meta/delays", delay), message: "is used by no state" }));
}

/** Where only people can go on, and nothing happens when nobody comes (X4). */
function endlessWaits(meaning: Meaning): Fault[] {
  const pointers = pointersOf(meaning);
  return [...meaning.workflow.states.values()].flatMap((state) => {
    if (state.final || state.timers.length > 0 || state.always.length > 0) return [];
    const buttons = new Set(state.userActions.map(({ event }) => event));
    const goesOn = [...state.on].filter(([, list]) => list.some(({ to }) => to !== state));
    if (goesOn.length === 0 || !goesOn.every(([event]) => buttons.has(event))) return [];
    const message = `waits for a person (${goesOn.map(([event]) => event).join(", ")}) for as long as nobody comes: give it a timer`;
    return [{ pointer: pointers.get(state.path) ?? "/states", message }];
  });
}
