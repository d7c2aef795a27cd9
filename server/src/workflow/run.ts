import type { Stop } from "./begin-anew.ts";
import type { StepCall, Timer, Transition, Workflow, WorkflowEvent } from "./compiled.ts";
import type { Params } from "./definition.ts";
import { type Moves, type NotAllowed, planTransition } from "./plan-transition.ts";
import { type OwnCall, runSteps, type StepGroup, type Track } from "./run-steps.ts";

/** Events that may follow from each other, step after step. More means that steps answer each other forever. */
export const MAX_ROUNDS = 32;

/** An entity whose root is locked, with what its guards and steps need. */
export interface Subject {
  readonly id: string;
  /** The entity whose lock covers it: an order for itself and for its fulfillment orders. */
  readonly root: string;
  readonly workflow: Workflow;
  /** Leaf state by path; null when it has not started. */
  readonly state: string | null;
  /** Read anew for every event, so that steps may change what it shows. */
  readonly context: unknown;
  /** Absent: nothing is known to fail. */
  readonly stop?: Stop | undefined;
}

export interface Request<S extends Subject> {
  readonly subject: S;
  readonly event: WorkflowEvent;
}

export interface StepItem<S extends Subject> {
  readonly subject: S;
  readonly event: WorkflowEvent;
  readonly params: Params;
  /** Where the definition says it, as a JSON pointer. */
  readonly pointer: string;
  /** On the way of which it runs. */
  readonly transition: Transition;
  /** How many transitions the entity has behind it in this run: who comes by the same place twice does its steps twice. */
  readonly pass: number;
}

export interface StepReport<S extends Subject> {
  /** News for these or other entities whose root is locked; a new entity is started by sending it START. */
  readonly emitted?: readonly Request<S>[];
  /** Entities for which the step did nothing, and why. Their run ends here; the others go on. */
  readonly failed?: readonly { readonly subject: S; readonly error: unknown }[];
}

/** Runs one step for many entities, in order of arrival. What it throws ends the whole run. */
export type ExecuteStep<S extends Subject> = (
  step: StepCall,
  items: readonly StepItem<S>[],
) => StepReport<S> | void | Promise<StepReport<S> | void>;

/** What became of a request: of its own transition, not of what followed from it (a later failure is the entity's progress). */
export type Outcome =
  | { readonly kind: "moved"; readonly transitions: readonly Transition[] }
  | { readonly kind: "refused"; readonly refusal: NotAllowed }
  | { readonly kind: "failed"; readonly failure: RunFailure };

export interface RunFailure {
  readonly event: WorkflowEvent;
  /** The step that failed; null when a guard threw or events went round in a circle. */
  readonly step: string | null;
  readonly error: unknown;
  /** Later events of this run that the entity did not get to see. */
  readonly unhandled: readonly WorkflowEvent[];
}

export interface Move {
  readonly transition: Transition;
  readonly event: WorkflowEvent;
}

/** What a run did to one entity. */
export interface Progress<S extends Subject> {
  readonly subject: S;
  /** The last consistent state: all steps on the way to it have run. Null when it never started. */
  readonly state: string | null;
  readonly label: string | null;
  readonly moves: readonly Move[];
  /** News from steps that its state does not take. */
  readonly ignored: readonly NotAllowed[];
  readonly failure: RunFailure | null;
}

export interface RunResult<S extends Subject> {
  /** One per request, in order. */
  readonly outcomes: readonly Outcome[];
  /** Everyone who got an event, in order of the first. */
  readonly progress: readonly Progress<S>[];
  /** Whose steps have failed after others of the same transition had done their work. */
  readonly halfDone: readonly { readonly subject: S; readonly stop: Stop }[];
}

/**
 * Takes many entities through their workflows at once. In each round every entity takes at most one event; then each step
 * runs once for all entities that need it; what steps emit comes back in the next round. Requests for entities of the same
 * root run one after the other, each to its end, in order of arrival: a shipment that came before a cancellation wins.
 * No clock and no database: `execute` may have both.
 * Measured with the shipped definitions and steps that only emit: 0.5 µs per transition when 256 orders are captured at
 * once, 0.65 µs when 256 ship (each three transitions), 2 µs for a single order.
 */
export async function runWorkflows<S extends Subject>(
  requests: readonly Request<S>[],
  execute: ExecuteStep<S>,
): Promise<RunResult<S>> {
  const run = new Run(requests, execute);
  while (await run.round());
  return run.result();
}

/** Timers of the state in which a run left an entity, if it entered it. Those of its earlier states are void. */
export function startedTimers(progress: Progress<Subject>): readonly Timer[] {
  return progress.moves.findLast(({ transition }) => transition.enters)?.transition.to.timers ?? [];
}

/** Whether the entity still is where this transition has brought it: what its steps have begun for that state counts. */
export function isStillThere({ moves }: Progress<Subject>, transition: Transition): boolean {
  const entered = moves.findLastIndex((move) => move.transition.enters);
  return moves.findLastIndex((move) => move.transition === transition) >= Math.max(entered, 0);
}

type OpenProgress<S extends Subject> = {
  subject: S;
  state: string | null;
  label: string | null;
  moves: Move[];
  ignored: NotAllowed[];
  failure: (RunFailure & { unhandled: WorkflowEvent[] }) | null;
  /** A step failed: what the entity would do next is unknown, so it gets no further events in this run. */
  ended: boolean;
};

interface Pending<S extends Subject> {
  readonly progress: OpenProgress<S>;
  readonly event: WorkflowEvent;
  /** 1 for a request, one more for what follows from it. */
  readonly depth: number;
  /** Index of the request; null for news from steps. */
  readonly request: number | null;
}

interface Root<S extends Subject> {
  readonly requests: Pending<S>[];
  nextRequest: number;
  news: Pending<S>[];
}

interface RunTrack<S extends Subject> extends Track {
  readonly pending: Pending<S>;
  /** Why it goes no further than its transitions. */
  readonly stopped: { readonly error: unknown } | null;
  /** It is known that a step of the next transition fails. */
  readonly stop: Stop | null;
}

class Run<S extends Subject> {
  readonly #execute: ExecuteStep<S>;
  readonly #outcomes: Outcome[];
  readonly #progress = new Map<string, OpenProgress<S>>();
  readonly #roots = new Map<string, Root<S>>();
  readonly #halfDone: { subject: S; stop: Stop }[] = [];

  constructor(requests: readonly Request<S>[], execute: ExecuteStep<S>) {
    this.#execute = execute;
    this.#outcomes = new Array<Outcome>(requests.length);
    requests.forEach(({ subject, event }, request) => {
      const pending = { progress: this.#progressOf(subject), event, depth: 1, request };
      this.#rootOf(subject).requests.push(pending);
    });
  }

  /** False when nothing is left to do. */
  async round(): Promise<boolean> {
    const tracks: RunTrack<S>[] = [];
    let taken = false;
    for (const [name, root] of this.#roots) {
      const events = takeEvents(root);
      if (events.length === 0) this.#roots.delete(name);
      for (const pending of events) this.#plan(pending, tracks);
      taken ||= events.length > 0;
    }
    await runSteps(tracks, (group) => this.#runGroup(group));
    for (const track of tracks) this.#finish(track);
    return taken;
  }

  result(): RunResult<S> {
    return { outcomes: this.#outcomes, progress: [...this.#progress.values()], halfDone: this.#halfDone };
  }

  #progressOf(subject: S): OpenProgress<S> {
    const known = this.#progress.get(subject.id);
    if (known) return known;
    const { state } = subject;
    const label = state === null ? null : (subject.workflow.states.get(state)?.label ?? null);
    const progress: OpenProgress<S> = { subject, state, label, moves: [], ignored: [], failure: null, ended: false };
    this.#progress.set(subject.id, progress);
    return progress;
  }

  #rootOf(subject: S): Root<S> {
    const known = this.#roots.get(subject.root);
    if (known) return known;
    const root: Root<S> = { requests: [], nextRequest: 0, news: [] };
    this.#roots.set(subject.root, root);
    return root;
  }

  #plan(pending: Pending<S>, tracks: RunTrack<S>[]): void {
    const { progress, event, depth, request } = pending;
    if (progress.ended) return this.#leaveUnhandled(pending, progress.failure!);
    if (depth > MAX_ROUNDS) {
      return this.#fail(pending, null, new Error(`Events follow from each other for more than ${MAX_ROUNDS} rounds`));
    }
    const { workflow, context } = progress.subject;
    const plan = planTransition(workflow, progress.state, event, context);
    switch (plan.kind) {
      case "moves":
        return this.#track(pending, plan, tracks);
      case "notAllowed":
        if (request === null) progress.ignored.push(plan);
        else this.#outcomes[request] = { kind: "refused", refusal: plan };
        return;
      case "failed":
        this.#fail(pending, null, plan.error);
    }
  }

  /** On its way, as far as it is not known to fail. */
  #track(pending: Pending<S>, { transitions, stopped }: Moves, tracks: RunTrack<S>[]): void {
    const { progress } = pending;
    const { stop = null } = progress.subject;
    const end = transitions.findIndex(
      (transition, index) => transition === stop?.transition && progress.moves.length + index === stop.pass,
    );
    const track = { pending, order: tracks.length, completed: 0, failed: false };
    if (end === -1 || stop === null) tracks.push({ ...track, transitions, stopped, stop: null });
    else if (end > 0) tracks.push({ ...track, transitions: transitions.slice(0, end), stopped: null, stop });
    else {
      this.#fail(pending, stop.step, stop.error);
      // What is new is there all the same, and none of its steps runs.
      if (progress.state === null)
        tracks.push({ ...track, failed: true, transitions: transitions.slice(0, 1), stopped: null, stop: null });
    }
  }

  #runGroup({ step, tracks, calls }: StepGroup<RunTrack<S>>): void | Promise<void> {
    const items = tracks.map(({ pending, completed }, index) => ({
      subject: pending.progress.subject,
      event: pending.event,
      params: calls[index]!.call.params,
      pointer: calls[index]!.call.pointer,
      transition: calls[index]!.transition,
      pass: pending.progress.moves.length + completed,
    }));
    const report = this.#execute(step, items);
    if (report instanceof Promise) return report.then((done) => this.#take(step, tracks, calls, items, done));
    this.#take(step, tracks, calls, items, report);
  }

  #take(
    step: StepCall,
    tracks: readonly RunTrack<S>[],
    calls: readonly OwnCall[],
    items: readonly StepItem<S>[],
    report: StepReport<S> | void,
  ): void {
    if (!report) return;
    for (const { subject, error } of report.failed ?? []) {
      const index = tracks.findIndex(({ pending }) => pending.progress.subject.id === subject.id);
      const track = tracks[index];
      if (!track)
        throw new Error(`Step ${step.key} reports a failure of ${subject.id}, which it was not asked to handle`);
      track.failed = true;
      const { call, transition } = calls[index]!;
      if (transition.steps.indexOf(call) > 0)
        this.#halfDone.push({ subject, stop: { transition, pass: items[index]!.pass, step: step.name, error } });
      this.#fail(track.pending, step.name, error);
    }
    if (!report.emitted?.length) return;
    const depthOf = depthsOf(tracks);
    for (const { subject, event } of report.emitted) {
      const depth = depthOf(subject.root) + 1;
      this.#rootOf(subject).news.push({ progress: this.#progressOf(subject), event, depth, request: null });
    }
  }

  /**
   * The entity now stands where all steps have run, also when a later step failed. What is new stands in its first state
   * even so: it is there, and whoever looks at the failure must find it.
   */
  #finish(track: RunTrack<S>): void {
    const { pending, transitions, failed, stopped, stop } = track;
    const { progress, event, request } = pending;
    const completed = Math.max(track.completed, progress.state === null ? 1 : 0);
    const taken = completed === transitions.length ? transitions : transitions.slice(0, completed);
    for (const transition of taken) {
      progress.moves.push({ transition, event });
      progress.state = transition.to.path;
      progress.label = transition.to.label;
    }
    // It stands where it can stand, and takes what comes next: an order that is stuck can still be cancelled.
    if (stopped !== null && !failed) progress.failure ??= { event, step: null, error: stopped.error, unhandled: [] };
    if (stop !== null && !failed) this.#fail({ ...pending, request: null }, stop.step, stop.error);
    if (request !== null && taken.length > 0) this.#outcomes[request] = { kind: "moved", transitions: taken };
  }

  #fail({ progress, event, request }: Pending<S>, step: string | null, error: unknown): void {
    const failure = { event, step, error, unhandled: [] };
    progress.failure = failure;
    progress.ended = true;
    if (request !== null) this.#outcomes[request] = { kind: "failed", failure };
  }

  #leaveUnhandled({ event, request }: Pending<S>, failure: NonNullable<OpenProgress<S>["failure"]>): void {
    if (request === null) failure.unhandled.push(event);
    else this.#outcomes[request] = { kind: "failed", failure };
  }
}

/** News first, one event per entity; only when nothing is under way, the root's next request. */
function takeEvents<S extends Subject>(root: Root<S>): readonly Pending<S>[] {
  if (root.news.length === 0) {
    const request = root.requests[root.nextRequest];
    root.nextRequest += 1;
    return request ? [request] : [];
  }
  if (root.news.length === 1) {
    const only = root.news;
    root.news = [];
    return only;
  }
  const taken: Pending<S>[] = [];
  const later: Pending<S>[] = [];
  const seen = new Set<string>();
  for (const pending of root.news) {
    const { id } = pending.progress.subject;
    (seen.has(id) ? later : taken).push(pending);
    seen.add(id);
  }
  root.news = later;
  return taken;
}

/** How deep the chain of events of a root is; news for a root that took no part continues the deepest chain. */
function depthsOf<S extends Subject>(tracks: readonly RunTrack<S>[]): (root: string) => number {
  const depths = new Map<string, number>();
  let deepest = 0;
  for (const { pending } of tracks) {
    const { root } = pending.progress.subject;
    depths.set(root, Math.max(depths.get(root) ?? 0, pending.depth));
    deepest = Math.max(deepest, pending.depth);
  }
  return (root) => depths.get(root) ?? deepest;
}
