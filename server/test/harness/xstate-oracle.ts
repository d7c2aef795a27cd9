import { type AnyMachineSnapshot, createMachine, initialTransition, transition } from "xstate";
import { START, type Workflow } from "../../src/workflow/compiled.ts";
import { planTransition } from "../../src/workflow/plan-transition.ts";

// XState's own `transition()` decides what a workflow definition means. Guards are flags here: the same name is true or
// false for both sides.

export type Flags = Readonly<Record<string, boolean>>;

/** What one event does, as both sides show it. */
export interface Effect {
  state: string;
  steps: string[];
  /** "event delay in ms" of every timer that runs afterwards and did not before. */
  timers: string[];
}

type Step = [AnyMachineSnapshot, readonly { type: string; params: unknown }[]];

export class XStateOracle {
  readonly #machine;
  #snapshot: AnyMachineSnapshot;
  readonly initial: Effect;

  constructor(document: object, flags: Flags, delays: Readonly<Record<string, number>>) {
    const guards = Object.fromEntries(Object.keys(flags).map((name) => [name, () => flags[name] === true]));
    const allOf = (_: unknown, params: unknown) => (params as { guards: string[] }).guards.every((name) => flags[name]);
    this.#machine = createMachine(document, { guards: { ...guards, allOf }, delays });
    const [snapshot, actions] = initialTransition(this.#machine) as unknown as Step;
    this.#snapshot = snapshot;
    this.initial = effectOf(snapshot, actions);
  }

  /** Puts the machine into a state as if it had got there. */
  at(state: string): this {
    const value = state
      .split(".")
      .reduceRight<unknown>((inner, name) => (inner === null ? name : { [name]: inner }), null);
    this.#snapshot = this.#machine.resolveState({ value: value as string, context: {} }) as AnyMachineSnapshot;
    return this;
  }

  /** Null when no transition takes the event. */
  send(event: string): Effect | null {
    const taken = this.#machine.getTransitionData(this.#snapshot as never, { type: event } as never);
    if (taken.length === 0) return null;
    const step = transition(this.#machine, this.#snapshot as never, { type: event } as never) as unknown as Step;
    this.#snapshot = step[0];
    return effectOf(...step);
  }
}

function effectOf(snapshot: AnyMachineSnapshot, actions: Step[1]): Effect {
  const timers = new Map<string, number>();
  for (const { type, params } of actions) {
    if (type === "xstate.raise") {
      const { id, delay } = params as { id: string; delay: number };
      timers.set(id, delay);
    } else if (type === "xstate.cancel") {
      timers.delete((params as { sendId: string }).sendId);
    }
  }
  return {
    state: pathOf(snapshot.value),
    steps: actions.map(({ type }) => type).filter((type) => !type.startsWith("xstate.")),
    timers: [...timers].map(([id, delay]) => `${id} ${delay}`).sort(),
  };
}

function pathOf(value: AnyMachineSnapshot["value"]): string {
  if (typeof value === "string") return value;
  const [name, inner] = Object.entries(value)[0] as [string, AnyMachineSnapshot["value"]];
  return `${name}.${pathOf(inner)}`;
}

/** The same event by the compiled table; `state` is null for the start. */
export function effectInTable(workflow: Workflow, state: string | null, event: string, flags: Flags): Effect | null {
  const plan = planTransition(workflow, state, state === null ? START : { type: event }, flags);
  if (plan.kind === "failed") throw plan.error;
  if (plan.kind === "notAllowed") return null;
  const entered = plan.transitions.findLast(({ enters }) => enters);
  return {
    state: plan.transitions.at(-1)?.to.path ?? "",
    steps: plan.transitions.flatMap(({ steps }) => steps.map(({ name }) => name)),
    timers: (entered?.to.timers ?? []).map(({ event: id, delayMs }) => `${id} ${delayMs}`).sort(),
  };
}
