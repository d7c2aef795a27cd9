import { CONDITIONS, type Definition, type Seen, type StateNode, type Step, type Transition } from "./definition.ts";
import {
  commonAround,
  DELAY_MS,
  isInside,
  labelOf,
  namesBetween,
  nodeOf,
  PARKED_MS,
  statesOf,
  timerName,
  valuesOf,
} from "./reading.ts";

// What a generated workflow means for one order, written without looking at the engine: it walks the document anew for
// every event. Slow, and meant to be read beside XState's rules.

export interface Happening {
  type: string;
  data: Readonly<Record<string, unknown>>;
}

export interface Fact {
  type: string;
  [field: string]: unknown;
}

interface Move {
  event: string;
  from: string | null;
  to: string;
  entered: boolean;
}

/** "no": the state does not take it. "failed": a guard or step failed, and nothing happened but an exception. */
export type Verdict = "taken" | "no" | "failed";

const UNITS = 2;
const MAX_NEWS = 32;

export class ModelOrder {
  readonly #definition: Definition;
  state: string | null = null;
  entry = 0;
  label = "";
  attributes: Record<string, unknown> = {};
  holds: string[] = [];
  waiting = UNITS;
  delivered = 0;
  cancelled = 0;
  facts: Fact[] = [];
  history: { event: string; from: string | null; to: string }[] = [];
  exceptions = new Set<string>();
  /** Of the current stay, by name. */
  timers = new Map<string, number>();
  /** Titles of open tasks. */
  tasks = new Set<string>();
  /** Calls under way. */
  calls: string[] = [];

  constructor(definition: Definition) {
    this.#definition = definition;
  }

  start(now: number): void {
    const { initial, states } = this.#definition;
    const steps: Step[] = [];
    const leaf = this.#enter([], initial, states[initial]!, steps);
    this.#change(now, { type: "start", data: {} }, { steps, to: leaf, entered: true }, true);
  }

  /** Buttons of the state, with whether each may be pressed while the order is held. */
  offered(): Map<string, boolean> {
    const found = new Map<string, boolean>();
    for (const { on } of this.#upward())
      for (const [event, candidates] of Object.entries(on ?? {}))
        for (const { meta } of candidates)
          if (meta !== undefined && !found.has(event)) found.set(event, meta.userAction.whileHeld);
    return found;
  }

  /** Nothing is changed. */
  wouldTake(event: Happening): Verdict {
    try {
      return this.#select(event) === null ? "no" : "taken";
    } catch {
      return "failed";
    }
  }

  take(now: number, event: Happening, finish: () => void = () => {}): Verdict {
    let chosen: Chosen | null;
    try {
      chosen = this.#select(event);
    } catch {
      this.exceptions.add("workflowFailed");
      return "failed";
    }
    if (chosen === null) return "no";
    const before = structuredClone({ ...this.#memory() });
    const done = this.#change(now, event, chosen, false);
    if (!done) {
      Object.assign(this, before);
      this.exceptions.add("workflowFailed");
      return "failed";
    }
    finish();
    return "taken";
  }

  hold(reason: string): void {
    this.holds.push(reason);
    this.facts.push({ type: "order.held", reason });
  }

  release(index: number): void {
    this.holds.splice(index, 1);
    this.facts.push({ type: "order.holdReleased" });
  }

  /** The first timer that is due, taken; null when none is. */
  fire(now: number): string | null {
    const [first] = [...this.timers].filter(([, due]) => due <= now).sort((one, other) => one[1] - other[1]);
    if (first === undefined) return null;
    const [name] = first;
    this.timers.delete(name);
    // One that failed is tried again later, until somebody has mended it.
    if (this.take(now, { type: name, data: {} }) === "failed") this.timers.set(name, now + PARKED_MS);
    return name;
  }

  isFinal(): boolean {
    return this.state === "complete" || this.state === "cancelled";
  }

  #memory() {
    const { attributes, holds, waiting, delivered, cancelled, facts, history, timers, tasks, calls } = this;
    const { state, entry, label, exceptions } = this;
    return {
      attributes,
      holds,
      waiting,
      delivered,
      cancelled,
      facts,
      history,
      timers,
      tasks,
      calls,
      state,
      entry,
      label,
      exceptions,
    };
  }

  #seen(event: Happening): Seen {
    return { attributes: this.attributes, holds: this.holds, event };
  }

  /** The states around a path, the innermost first, the whole workflow last. */
  #upward(path: string = this.state!): (Pick<StateNode, "on" | "always" | "after" | "exit"> & { path: string })[] {
    const names = path.split(".");
    const found: (StateNode & { path: string })[] = [];
    let states = this.#definition.states;
    names.forEach((name, index) => {
      const state = states[name]!;
      found.unshift({ ...state, path: names.slice(0, index + 1).join(".") });
      states = state.states ?? {};
    });
    if (found[0]!.type === "final") return found;
    return [...found, { on: this.#definition.on, path: "" }];
  }

  #select(event: Happening): Chosen | null {
    for (const { path, on, after } of this.#upward()) {
      const timer = Object.entries(after ?? {}).find(
        ([delay]) => timerName(this.#definition, delay, path) === event.type,
      );
      for (const candidate of timer?.[1] ?? on?.[event.type] ?? [])
        if (this.#holds(candidate, event)) return this.#follow(this.state!, path, candidate);
    }
    return null;
  }

  #holds({ guard }: Transition, event: Happening): boolean {
    return guard === undefined || CONDITIONS[guard.params.expression]!(this.#seen(event));
  }

  /** Where a transition leads from a leaf, and the steps on its way: out, along, in. */
  #follow(leaf: string, source: string, { target, reenter, actions = [] }: Transition): Chosen {
    if (target === undefined) return { steps: actions, to: leaf, entered: false };
    const goal = target.slice(target.indexOf(".") + 1);
    const isOwn = reenter !== true && (goal === source || goal.startsWith(source === "" ? "" : `${source}.`));
    const domain = isOwn ? source : commonAround(source, goal);
    const left = this.#upward(leaf).filter(({ path }) => path !== "" && isInside(path, domain));
    const steps = [...left.flatMap(({ exit = [] }) => exit), ...actions];
    const way = namesBetween(domain, goal);
    let at = statesOf(this.#definition, domain);
    const around = domain === "" ? [] : domain.split(".");
    way.slice(0, -1).forEach((name) => {
      steps.push(...(at[name]!.entry ?? []));
      around.push(name);
      at = at[name]!.states ?? {};
    });
    const last = way.at(-1);
    if (last !== undefined) return { steps, to: this.#enter(around, last, at[last]!, steps), entered: true };
    // The source itself, without leaving it: what is inside begins anew.
    const self = nodeOf(this.#definition, goal);
    if (self.states === undefined) return { steps, to: leaf, entered: false };
    return { steps, to: this.#enter(around, self.initial!, self.states[self.initial!]!, steps), entered: true };
  }

  /** Into a state and on to the leaf that is its beginning. */
  #enter(around: readonly string[], name: string, state: StateNode, steps: Step[]): string {
    steps.push(...(state.entry ?? []));
    const path = [...around, name];
    if (state.states === undefined) return path.join(".");
    return this.#enter(path, state.initial!, state.states[state.initial!]!, steps);
  }

  /** One change: the event, what follows at once, and the news of its steps. False: not even its first transition was done. */
  #change(now: number, event: Happening, first: Chosen, isNew: boolean): boolean {
    const moves: Move[] = [];
    const news: Happening[] = [];
    const asked: Asked = { tasks: [], waits: [] };
    const status = this.label;
    let going = this.#run(now, event, first, { moves, news, asked, isNew });
    if (moves.length === 0) return false;
    for (let round = 1; going && news.length > 0; round++) {
      if (round > MAX_NEWS) throw new Error("The generator made a workflow that answers itself for ever.");
      const next = news.shift()!;
      let chosen: Chosen | null;
      try {
        chosen = this.#select(next);
      } catch {
        this.exceptions.add("workflowFailed");
        break;
      }
      if (chosen !== null) going = this.#run(now, next, chosen, { moves, news, asked, isNew: false });
    }
    this.#settle(now, moves, asked);
    if (!isNew && this.label !== status) this.facts.push({ type: "order.statusChanged", from: status, to: this.label });
    return true;
  }

  /** One event with the eventless transitions behind it, all of which see the order as it is before their steps. */
  #run(now: number, event: Happening, first: Chosen, { moves, news, asked, isNew }: Running): boolean {
    const chain = [first];
    let stopped = false;
    try {
      for (;;) {
        const { to } = chain.at(-1)!;
        const next = this.#eventless(to, event);
        if (next === null) break;
        chain.push(next);
      }
    } catch {
      stopped = true;
    }
    for (const [index, { steps, to, entered }] of chain.entries()) {
      const before = structuredClone({ memory: this.#memory(), news, asked });
      const failed = !steps.every((step) => this.#do(now, step, event, moves.length, news, asked));
      if (failed) {
        // Nothing of a transition is left of which a step fails.
        Object.assign(this, before.memory);
        news.splice(0, news.length, ...before.news);
        Object.assign(asked, before.asked);
      }
      // What is new stands in its first state even so.
      if (!failed || (isNew && index === 0)) {
        moves.push({ event: event.type, from: this.state, to, entered });
        this.state = to;
      }
      if (failed) {
        this.exceptions.add("workflowFailed");
        return false;
      }
    }
    if (stopped) this.exceptions.add("workflowFailed");
    return true;
  }

  #eventless(leaf: string, event: Happening): Chosen | null {
    for (const { path, always } of this.#upward(leaf))
      for (const candidate of always ?? [])
        if (this.#holds(candidate, event)) return this.#follow(leaf, path, candidate);
    return null;
  }

  /** Timers, tasks and history of a change that is over. */
  #settle(now: number, moves: readonly Move[], asked: Asked): void {
    const first = moves.find(({ entered }) => entered);
    const last = moves.findLastIndex(({ entered }) => entered);
    if (first !== undefined) {
      this.entry += 1;
      this.history.push({ event: first.event, from: first.from, to: this.state! });
      this.timers.clear();
      this.tasks.clear();
      for (const delay of Object.keys(nodeOf(this.#definition, this.state!).after ?? {}))
        this.timers.set(timerName(this.#definition, delay, this.state!), now + DELAY_MS[delay]!);
    }
    const counts = ({ move }: { move: number }): boolean => move >= Math.max(last, 0) && move < moves.length;
    for (const task of asked.tasks.filter(counts)) this.tasks.add(task.title);
    for (const wait of asked.waits.filter(counts)) this.timers.set("waitOver", wait.due);
    this.label = labelOf(this.#definition, this.state!);
  }

  /** False: it failed, and did nothing. */
  #do(
    now: number,
    { type, params = {} }: Step,
    event: Happening,
    move: number,
    news: Happening[],
    asked: Asked,
  ): boolean {
    const fact = (kind: string, fields: object = {}): void =>
      void this.facts.push({ type: `order.${kind}`, ...fields });
    const seen = this.#seen(event);
    try {
      switch (type) {
        case "hold":
          if (!this.holds.includes(params["reason"] as string)) this.hold(params["reason"] as string);
          return true;
        case "unhold":
          while (this.holds.includes(params["reason"] as string))
            this.release(this.holds.indexOf(params["reason"] as string));
          return true;
        case "setAttributes": {
          const given = Object.entries(valuesOf(params["attributes"], seen));
          const changed = given.filter(([name, value]) => (this.attributes[name] ?? null) !== value);
          for (const [name, value] of changed) {
            if (value === null) delete this.attributes[name];
            else this.attributes[name] = value;
          }
          if (changed.length > 0) fact("attributesSet", { attributes: Object.fromEntries(changed) });
          return true;
        }
        case "emitEvent":
          fact("signaled", { name: params["name"], data: valuesOf(params["data"], seen) });
          return true;
        case "raiseException":
          this.exceptions.add(params["kind"] as string);
          return true;
        case "sendMessage":
          fact("messageRequested", { trigger: params["trigger"] });
          return true;
        case "openTask":
          asked.tasks.push({ title: params["title"] as string, move });
          return true;
        case "waitUntil":
          asked.waits.push({ due: now + DELAY_MS[params["offset"] as string]!, move });
          return true;
        case "callWebhook":
          this.calls.push(params["call"] as string);
          return true;
        case "performUnits":
          if (this.waiting === 0) return true;
          fact("unitsPerformed", { units: this.waiting });
          this.delivered += this.waiting;
          this.waiting = 0;
          news.push({ type: "progressed", data: {} });
          return true;
        case "cancelUnits":
          fact("unitsCancelled", { units: this.waiting });
          this.cancelled += this.waiting;
          this.waiting = 0;
          news.push({ type: "progressed", data: {} });
          return true;
        default:
          throw new TypeError(`The model does not know ${type}.`);
      }
    } catch (error) {
      if (error instanceof TypeError) throw error;
      return false;
    }
  }
}

interface Chosen {
  steps: Step[];
  to: string;
  entered: boolean;
}

interface Asked {
  tasks: { title: string; move: number }[];
  waits: { due: number; move: number }[];
}

interface Running {
  moves: Move[];
  news: Happening[];
  asked: Asked;
  isNew: boolean;
}
