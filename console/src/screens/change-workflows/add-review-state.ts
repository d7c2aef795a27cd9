import { addState, dense, withState } from "./edit-statechart.ts";
import {
  type Call,
  type CallJson,
  type ChartTransition,
  joined,
  listOf,
  parentOf,
  readChart,
  stateAt,
  type StateJson,
  targetFor,
  type TransitionJson,
  type WorkflowJson,
} from "./statechart.ts";

/** People are asked before something goes on as it would. */
export interface Review {
  /** Of the new state. */
  readonly name: string;
  readonly label: string | null;
  /** Null: everything is reviewed. */
  readonly guard: CallJson | null;
  /** What is done when it begins, the task last, and when it is over. */
  readonly entry: readonly CallJson[];
  readonly exit: readonly CallJson[];
  readonly accept: string;
  readonly reject: string;
  /** Where a refusal leads; null: it stays, and its steps end it. */
  readonly rejectTarget: string | null;
  readonly rejectSteps: readonly CallJson[];
}

type Place = Pick<ChartTransition, "source" | "kind" | "name">;

/**
 * Puts a review before whatever an event, a delay or the mere arrival in a state leads to. It is tried first and only if
 * its condition holds; what else would have been tried is tried when somebody accepts. While people look, everything can
 * happen that can happen in the state before.
 */
export function addReview(workflow: WorkflowJson, place: Place, review: Review): WorkflowJson {
  const { source, kind, name } = place;
  const path = joined(parentOf(source), review.name);
  const before = readChart(workflow).transitions.filter(
    (each) => each.source === source && each.kind === kind && each.name === name,
  );
  const state = stateAt(workflow, source) ?? {};
  const group = listOf((kind === "always" ? state.always : state[kind]?.[name]) ?? []);
  const accepted = group.map(
    ({ meta: _, ...json }, index): TransitionJson => ({
      ...json,
      target: targetFor(workflow.id, path, before[index]?.target ?? source),
    }),
  );
  const { [kind === "on" ? name : ""]: __, ...others } = state.on ?? {};
  const waiting: StateJson = dense({
    ...(review.label === null ? {} : { meta: { label: review.label } }),
    entry: oneOrMany(review.entry),
    exit: oneOrMany(review.exit),
    on: {
      ...others,
      [review.accept]: accepted.length === 1 ? accepted[0]! : accepted,
      [review.reject]: dense({
        target: review.rejectTarget === null ? undefined : targetFor(workflow.id, path, review.rejectTarget),
        actions: oneOrMany(review.rejectSteps),
      }) as TransitionJson,
    },
  } as StateJson);
  const first = dense({
    target: targetFor(workflow.id, source, path),
    guard: review.guard ?? undefined,
    meta: group[0]?.meta,
  }) as TransitionJson;
  const list = review.guard === null ? [first] : [first, ...group];
  const added = addState(workflow, parentOf(source), review.name, waiting);
  return withState(added, source, (json) => {
    const value = list.length === 1 ? list[0]! : list;
    return kind === "always" ? { ...json, always: value } : { ...json, [kind]: { ...json[kind], [name]: value } };
  });
}

function oneOrMany(calls: readonly CallJson[]): CallJson | readonly CallJson[] | undefined {
  return calls.length > 1 ? calls : calls[0];
}

/** Whether what a transition leads to promises units to locations, which a review then does before it. */
export function promisesUnits(steps: readonly Call[]): boolean {
  return steps.some(({ name }) => name === "createFulfillmentOrders");
}
