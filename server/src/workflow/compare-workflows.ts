import type { DocumentChange } from "../platform/documents/document-kind.ts";
import type { LocalText } from "../platform/local-text.ts";
import type { FormField, NamedCall, StateDefinition, TransitionDefinition, WorkflowDefinition } from "./definition.ts";
import { descendants, resolveTarget } from "./state-paths.ts";

/**
 * The differences of two sound definitions, as sentences for those who publish them: states, transitions with their
 * conditions and steps, timers, buttons. Descriptions and the order of fields mean nothing and are not mentioned. Pure.
 */
export function compareWorkflows(before: WorkflowDefinition, after: WorkflowDefinition): DocumentChange[] {
  return new Comparison(before, after).changes();
}

class Comparison {
  readonly #before: WorkflowDefinition;
  readonly #after: WorkflowDefinition;
  readonly #changes: DocumentChange[] = [];

  constructor(before: WorkflowDefinition, after: WorkflowDefinition) {
    this.#before = before;
    this.#after = after;
  }

  changes(): DocumentChange[] {
    this.#value("title", "/meta/title", "The workflow's name", this.#before.title, this.#after.title);
    this.#delays();
    this.#names("event", "/meta/receives", "from other systems", this.#before.receives, this.#after.receives);
    const before = statesOf(this.#before);
    const after = statesOf(this.#after);
    for (const state of before.values()) if (!after.has(state.path)) this.#removedState(state);
    for (const state of after.values()) {
      const known = before.get(state.path);
      if (known === undefined) this.#addedState(state);
      else this.#state(known, state);
    }
    return this.#changes;
  }

  #add(change: DocumentChange): void {
    this.#changes.push(change);
  }

  #value(part: string, pointer: string, what: string, before: unknown, after: unknown): void {
    if (before === after) return;
    const sentence = `${what} is now ${said(after)} instead of ${said(before)}.`;
    this.#add({ change: "changed", part, pointer, sentence, before, after });
  }

  #delays(): void {
    const before = this.#before.delaysMs;
    const after = this.#after.delaysMs;
    for (const [name, delayMs] of before)
      if (!after.has(name))
        this.#part("removed", "delay", `/meta/delays/${name}`, `The delay ${name}`, inWords(delayMs));
    for (const [name, delayMs] of after) {
      const known = before.get(name);
      const pointer = `/meta/delays/${name}`;
      if (known === undefined) this.#part("added", "delay", pointer, `The delay ${name}`, inWords(delayMs));
      else this.#value("delay", pointer, `The delay ${name}`, inWords(known), inWords(delayMs));
    }
  }

  #part(change: "added" | "removed", part: string, pointer: string, what: string, value: unknown): void {
    const sentence = change === "added" ? `${what} is new: ${said(value)}.` : `${what} is gone; it was ${said(value)}.`;
    this.#add({
      change,
      part,
      pointer,
      sentence,
      before: change === "added" ? null : value,
      after: change === "added" ? value : null,
    });
  }

  #names(part: string, pointer: string, where: string, before: readonly string[], after: readonly string[]): void {
    for (const name of after.filter((one) => !before.includes(one)))
      this.#add({
        change: "added",
        part,
        pointer,
        sentence: `The event ${name} ${where} is new.`,
        before: null,
        after: name,
      });
    for (const name of before.filter((one) => !after.includes(one)))
      this.#add({
        change: "removed",
        part,
        pointer,
        sentence: `The event ${name} ${where} is gone.`,
        before: name,
        after: null,
      });
  }

  #addedState(state: StateDefinition): void {
    const sentence = `State ${shown(state)} is new.`;
    this.#add({ change: "added", part: "state", pointer: state.pointer, sentence, before: null, after: state.path });
    this.#inside(emptyOf(state), state);
  }

  #removedState(state: StateDefinition): void {
    const sentence = `State ${shown(state)} is gone.`;
    this.#add({ change: "removed", part: "state", pointer: state.pointer, sentence, before: state.path, after: null });
  }

  #state(before: StateDefinition, after: StateDefinition): void {
    const { pointer } = after;
    const where = after.path === "" ? "The workflow" : `State ${after.path}`;
    this.#value("label", `${pointer}/meta/label`, `The label of ${lower(where)}`, before.label, after.label);
    this.#value("initial", `${pointer}/initial`, `The first state of ${lower(where)}`, before.initial, after.initial);
    if (before.final !== after.final) {
      const sentence = `${where} ${after.final ? "ends the workflow now" : "does not end the workflow any more"}.`;
      this.#add({ change: "changed", part: "state", pointer, sentence, before: before.final, after: after.final });
    }
    this.#names("event", `${pointer}/meta/ignores`, `that ${lower(where)} ignores`, before.ignores, after.ignores);
    this.#inside(before, after);
  }

  /** Steps and transitions of a state; those of a new one are all new. */
  #inside(before: StateDefinition, after: StateDefinition): void {
    this.#steps(`On entering ${after.path}`, `${after.pointer}/entry`, before.entry, after.entry);
    this.#steps(`On leaving ${after.path}`, `${after.pointer}/exit`, before.exit, after.exit);
    for (const event of union(before.on, after.on))
      this.#transitions(before, after, `on ${event}`, before.on.get(event) ?? [], after.on.get(event) ?? []);
    this.#transitions(before, after, "at once", before.always, after.always);
    for (const delay of union(before.after, after.after)) {
      const trigger = `after ${/^\d/.test(delay) ? inWords(Number(delay)) : delay}`;
      this.#transitions(before, after, trigger, before.after.get(delay) ?? [], after.after.get(delay) ?? []);
    }
  }

  #transitions(
    from: StateDefinition,
    state: StateDefinition,
    trigger: string,
    before: readonly TransitionDefinition[],
    after: readonly TransitionDefinition[],
  ): void {
    const where = state.path === "" ? `Everywhere, ${trigger}` : `In ${state.path}, ${trigger}`;
    const targetBefore = (one: TransitionDefinition) => targetOf(this.#before, from, one);
    const targetAfter = (one: TransitionDefinition) => targetOf(this.#after, state, one);
    const pairs = pair(before, after, targetBefore, targetAfter);
    const gone = before.filter((one) => !pairs.some(([was]) => was === one));
    for (const one of gone) this.#transition("removed", where, one, targetBefore(one));
    for (const one of after) {
      const was = pairs.find(([, is]) => is === one)?.[0];
      if (was === undefined) this.#transition("added", where, one, targetAfter(one));
      else this.#changed(where, was, one, targetBefore(was), targetAfter(one));
    }
    const kept = pairs.map(([was]) => before.indexOf(was));
    if (kept.some((place, index) => index > 0 && place < kept[index - 1]!)) {
      const pointer = after[0]!.pointer.replace(/\/\d+$/, "");
      const sentence = `${where}: the conditions are tried in another order.`;
      this.#add({ change: "changed", part: "transition", pointer, sentence, before: null, after: null });
    }
  }

  #transition(change: "added" | "removed", where: string, one: TransitionDefinition, target: string | null): void {
    const what = describeTransition(one, target);
    const sentence = change === "added" ? `${where}: new: ${what}.` : `${where}: gone: ${what}.`;
    const { pointer } = one;
    this.#add({
      change,
      part: "transition",
      pointer,
      sentence,
      before: change === "added" ? null : what,
      after: change === "added" ? what : null,
    });
  }

  #changed(
    where: string,
    before: TransitionDefinition,
    after: TransitionDefinition,
    targetBefore: string | null,
    targetAfter: string | null,
  ): void {
    const { pointer } = after;
    const name = targetAfter === null ? where : `${where} to ${targetAfter}`;
    this.#value(
      "transition",
      pointer,
      `${where}: the next state`,
      targetBefore ?? "the same",
      targetAfter ?? "the same",
    );
    this.#value(
      "guard",
      `${pointer}/guard`,
      `${name}: the condition`,
      conditionOf(before.guard),
      conditionOf(after.guard),
    );
    this.#steps(name, `${pointer}/actions`, before.steps, after.steps);
    this.#value(
      "transition",
      `${pointer}/reenter`,
      `${name}: whether the state begins anew`,
      before.reenter,
      after.reenter,
    );
    this.#value("button", `${pointer}/meta/userAction`, `${name}: the button`, buttonOf(before), buttonOf(after));
  }

  #steps(where: string, pointer: string, before: readonly NamedCall[], after: readonly NamedCall[]): void {
    const was = before.map(callOf);
    const is = after.map(callOf);
    if (JSON.stringify(was) === JSON.stringify(is)) return;
    const sentence = `${where}: the steps are now ${listed(is)} instead of ${listed(was)}.`;
    this.#add({ change: "changed", part: "steps", pointer, sentence, before: was, after: is });
  }
}

function statesOf({ root }: WorkflowDefinition): Map<string, StateDefinition> {
  return new Map([root, ...descendants(root)].map((state) => [state.path, state]));
}

function emptyOf(state: StateDefinition): StateDefinition {
  return { ...state, entry: [], exit: [], on: new Map(), always: [], after: new Map() };
}

function targetOf(definition: WorkflowDefinition, state: StateDefinition, one: TransitionDefinition): string | null {
  if (one.target === null) return null;
  return resolveTarget(definition, state, one.target)?.path ?? one.target;
}

/** Which transition became which: those that say the same, then those with the same target, then what is left, in order. */
function pair(
  before: readonly TransitionDefinition[],
  after: readonly TransitionDefinition[],
  targetBefore: (one: TransitionDefinition) => string | null,
  targetAfter: (one: TransitionDefinition) => string | null,
): [TransitionDefinition, TransitionDefinition][] {
  const pairs = new Map<TransitionDefinition, TransitionDefinition>();
  const match = (alike: (was: TransitionDefinition, is: TransitionDefinition) => boolean): void => {
    for (const is of after) {
      if (pairs.has(is)) continue;
      const taken = new Set(pairs.values());
      const was = before.find((one) => !taken.has(one) && alike(one, is));
      if (was !== undefined) pairs.set(is, was);
    }
  };
  match((was, is) => targetBefore(was) === targetAfter(is) && sayingOf(was) === sayingOf(is));
  match((was, is) => targetBefore(was) === targetAfter(is));
  match((was, is) => sayingOf(was) === sayingOf(is));
  return after.flatMap((is): [TransitionDefinition, TransitionDefinition][] => {
    const was = pairs.get(is);
    return was === undefined ? [] : [[was, is]];
  });
}

function sayingOf(one: TransitionDefinition): string {
  return JSON.stringify([conditionOf(one.guard), one.steps.map(callOf), one.reenter, buttonOf(one)]);
}

function describeTransition(one: TransitionDefinition, target: string | null): string {
  const to = target === null ? "stay" : `go to ${target}`;
  const condition = one.guard === null ? "" : ` when ${conditionOf(one.guard)}`;
  const steps = one.steps.length === 0 ? "" : `, with ${listed(one.steps.map(callOf))}`;
  const button = one.userAction === null ? "" : `, by the button ${buttonOf(one)}`;
  return `${to}${condition}${steps}${button}`;
}

function conditionOf(guard: NamedCall | null): string {
  if (guard === null) return "always";
  return guard.name === "cel" ? String(guard.params["expression"]) : callOf(guard);
}

function callOf({ name, params }: NamedCall): string {
  return Object.keys(params).length === 0 ? name : `${name} ${JSON.stringify(params)}`;
}

function buttonOf({ userAction }: TransitionDefinition): string {
  if (userAction === null) return "none";
  const { label, permission, confirm, form, whileHeld } = userAction;
  const more = [
    ...(whileHeld ? [", also while held"] : []),
    ...(confirm === null ? [] : [`, which asks first: ${labelOf(confirm)}`]),
    ...(form.length === 0 ? [] : [`, with the form ${form.map(fieldOf).join(", ")}`]),
  ];
  return `${labelOf(label)} (${permission})${more.join("")}`;
}

function fieldOf({ name, label, type, required, personal, options, maxLength, minimum, maximum }: FormField): string {
  const said = [
    `${name}: ${type}`,
    ...(required ? ["required"] : []),
    ...(personal ? ["personal"] : []),
    ...options.map((option) => `${option.value}: ${labelOf(option.label)}`),
    ...(type === "text" ? [`up to ${maxLength} characters`] : []),
    ...(minimum === null ? [] : [`at least ${minimum}`]),
    ...(maximum === null ? [] : [`at most ${maximum}`]),
  ];
  return `${labelOf(label)} (${said.join(", ")})`;
}

/** "Reject", or "en: Reject, de: Ablehnen" where it is said per language. */
function labelOf(label: LocalText): string {
  if (typeof label === "string") return label;
  return Object.entries(label)
    .map(([language, text]) => `${language}: ${text}`)
    .join(", ");
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", then ");
}

function shown({ path, label }: StateDefinition): string {
  return label === null ? path : `${path} (shown as ${label})`;
}

function lower(text: string): string {
  return text[0]!.toLowerCase() + text.slice(1);
}

function said(value: unknown): string {
  return value === null || value === undefined ? "none" : String(value);
}

function union<Value>(one: ReadonlyMap<string, Value>, other: ReadonlyMap<string, Value>): string[] {
  return [...new Set([...one.keys(), ...other.keys()])];
}

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
  ["millisecond", 1],
] as const;

/** "2 days 4 hours". */
function inWords(delayMs: number): string {
  let left = delayMs;
  const parts = UNITS.flatMap(([unit, milliseconds]) => {
    const count = Math.floor(left / milliseconds);
    left -= count * milliseconds;
    return count === 0 ? [] : [`${count} ${unit}${count === 1 ? "" : "s"}`];
  });
  return parts.join(" ");
}
