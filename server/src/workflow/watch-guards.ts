import type { Guard, State, Transition, Workflow, WorkflowEvent } from "./compiled.ts";

/** A guard was asked, and what it said. */
export interface AskedGuard {
  transition: Transition;
  guard: string;
  context: unknown;
  event: WorkflowEvent;
  /** Null: it failed. */
  holds: boolean | null;
  error: unknown;
}

type OpenState = { -readonly [Key in keyof State]: State[Key] };

/** The same workflow, telling of every guard that is asked; for rehearsals. */
export function watchGuards(workflow: Workflow, tell: (asked: AskedGuard) => void): Workflow {
  const states = new Map<string, OpenState>([...workflow.states].map(([path, state]) => [path, { ...state }]));
  const watched = (transition: Transition): Transition => ({
    ...transition,
    to: states.get(transition.to.path)!,
    guards: transition.guards.map((guard) => watchedGuard(guard, transition, tell)),
  });
  for (const state of states.values()) {
    state.on = new Map([...state.on].map(([event, candidates]) => [event, candidates.map(watched)]));
    state.always = state.always.map(watched);
  }
  return { ...workflow, states, initial: watched(workflow.initial) };
}

function watchedGuard({ name, test }: Guard, transition: Transition, tell: (asked: AskedGuard) => void): Guard {
  return {
    name,
    test: (context, event) => {
      const asked = { transition, guard: name, context, event };
      try {
        const holds = test(context, event);
        tell({ ...asked, holds, error: null });
        return holds;
      } catch (error) {
        tell({ ...asked, holds: null, error });
        throw error;
      }
    },
  };
}
