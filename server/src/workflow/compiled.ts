import type { TSchema } from "typebox";
import type { ExpressionContext } from "../platform/expressions/compile-expression.ts";
import type { Fault } from "../platform/refusals.ts";
import type { GuardInput } from "./condition-guard.ts";
import type { Params, UserAction } from "./definition.ts";

/** What happens to an entity: an operator's command, a carrier's scan, a step's news. `data` is the step's and guard's input. */
export interface WorkflowEvent {
  readonly type: string;
  readonly data?: Params;
}

/** Puts an entity that has no state yet into its workflow's first state. */
export const START: WorkflowEvent = { type: "start" };

/**
 * What a module declares for each kind of entity that runs workflows: the labels its states may show, and the guards and
 * steps a definition may name. Definitions are checked against it when they are published, not when an order runs.
 */
export interface EntityType<Context = never> {
  readonly name: string;
  readonly labels: readonly string[];
  readonly guards: Readonly<Record<string, GuardDeclaration<Context>>>;
  readonly steps: Readonly<Record<string, StepDeclaration>>;
}

/** With all that people need who write definitions: shown by the API, used by the checks. */
export interface DescribedEntityType<Context = never> extends EntityType<Context> {
  /** Singular, as screens name it. */
  readonly title: string;
  readonly guards: Readonly<Record<string, DescribedGuard<Context>>>;
  readonly steps: Readonly<Record<string, DescribedStep>>;
  /** What happens to it from outside its workflow: by code, by people, by other systems. */
  readonly events: Readonly<Record<string, EventDeclaration>>;
  /** What conditions may look at. */
  readonly conditions: ExpressionContext<GuardInput<Context>>;
}

export interface DescribedGuard<Context = never> extends GuardDeclaration<Context> {
  readonly description: string;
}

export interface DescribedStep extends StepDeclaration {
  readonly description: string;
  /** Events that the entity itself may get from it. */
  readonly emits?: readonly string[];
  /** Events whose data it works on: it stands on their transitions and nowhere else. Absent: anywhere. */
  readonly worksOn?: readonly string[];
  /** Further ones that its parameters name. */
  readonly emitsOf?: (params: Params) => readonly string[];
}

export interface EventDeclaration {
  readonly description: string;
}

export interface GuardDeclaration<Context = never> {
  /** Shape of the guard's parameters; without it the guard takes none. */
  readonly params?: TSchema;
  /** What the schema does not say of parameters that fit it; pointers are into them. */
  readonly check?: (params: Params) => readonly Fault[];
  /** What it is called where it refuses; its own name when absent. */
  readonly nameOf?: (params: Params) => string;
  /** Called once when a definition is compiled; an expression language parses here. */
  readonly prepare: (params: Params) => GuardTest<Context>;
}

/** Pure and fast: it sees the locked entity and the event, nothing else. If it throws, the entity does not move. */
export type GuardTest<Context = never> = (context: Context, event: WorkflowEvent) => boolean;

export interface StepDeclaration {
  /** Shape of the step's parameters; without it the step takes none. */
  readonly params?: TSchema;
  /** What the schema does not say of parameters that fit it; pointers are into them. */
  readonly check?: (params: Params) => readonly Fault[];
}

/** A definition compiled to a table: every leaf state with every event it takes, everything resolved. Immutable. */
export interface Workflow {
  readonly id: string;
  readonly title: string;
  readonly entityType: string;
  /** Leaf states by path, such as `open.picking`; the stored state of an entity is one of them. */
  readonly states: ReadonlyMap<string, State>;
  readonly initial: Transition;
}

export interface State {
  readonly path: string;
  readonly label: string;
  readonly final: boolean;
  /** Candidates in the order in which they are tried, own ones before those of enclosing states. */
  readonly on: ReadonlyMap<string, readonly Transition[]>;
  readonly always: readonly Transition[];
  /** To be started whenever the state is entered; void once it is left, so never stopped. */
  readonly timers: readonly Timer[];
  /** Events from outside that it may take, sorted; timers are none. */
  readonly events: readonly string[];
  readonly userActions: readonly (UserAction & { readonly event: string })[];
}

export interface Timer {
  /** Type of the event to send when it is due. */
  readonly event: string;
  readonly delayMs: number;
}

export interface Transition {
  /** Where the document says it; empty for the transition that starts an entity. */
  readonly pointer: string;
  /** Null for the transition that starts an entity. */
  readonly from: string | null;
  readonly to: State;
  /** All must agree; none means always. */
  readonly guards: readonly Guard[];
  /** Exit steps from inside out, the transition's own, entry steps from outside in. */
  readonly steps: readonly StepCall[];
  /** Whether `to` is entered: a new entry in the history, timers start. False when only steps run. */
  readonly enters: boolean;
}

export interface Guard {
  readonly name: string;
  readonly test: GuardTest<unknown>;
}

export interface StepCall {
  /** `entityType.name`: the same step of all entities runs together. */
  readonly key: string;
  /** Where the document says it. */
  readonly pointer: string;
  readonly entityType: string;
  readonly name: string;
  readonly params: Params;
}
