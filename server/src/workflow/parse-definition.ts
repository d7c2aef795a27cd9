import type { TSchema } from "typebox";
import type { Validator } from "typebox/compile";
import type { Fault } from "../platform/refusals.ts";
import {
  LIMITS,
  type NamedCall,
  shapes,
  type StateDefinition,
  type TransitionDefinition,
  type WorkflowDefinition,
} from "./definition.ts";
import { readUserAction, type UserActionJson } from "./user-actions.ts";

export type Parsed = { readonly definition: WorkflowDefinition } | { readonly faults: readonly Fault[] };

type Json = Readonly<Record<string, unknown>>;

/** A state while its children are read: children need their parent first. */
type OpenState = { -readonly [Key in keyof StateDefinition]: StateDefinition[Key] };

/**
 * Reads a workflow document (parsed JSON) into its uniform form. Every fault names its place; targets, guards, steps and
 * labels are only read here, compiling resolves them.
 */
export function parseDefinition(document: unknown): Parsed {
  const reader = new Reader();
  const definition = reader.definition(document);
  return definition && reader.faults.length === 0 ? { definition } : { faults: reader.faults };
}

/** One segment of a JSON pointer, escaped. */
export function pointerTo(pointer: string, segment: string | number): string {
  return `${pointer}/${String(segment).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Whole weeks, or days, hours, minutes and seconds, as ISO 8601 writes them: "P14D", "PT30M", "P1DT12H". A day has 24 hours. */
export function parseDurationMs(text: string): number | null {
  const weeks = /^P(\d{1,4})W$/.exec(text);
  if (weeks) return Number(weeks[1]) * 7 * 86_400_000;
  const match = /^P(?=.)(?:(\d{1,5})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?$/.exec(text);
  if (!match) return null;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

class Reader {
  readonly faults: Fault[] = [];
  #states = 0;

  definition(document: unknown): WorkflowDefinition | null {
    const shape = this.#shaped(document, shapes.definition, "");
    if (!shape) return null;
    const meta = shape["meta"] as { entityType: string; title: string; delays?: Json; receives?: string[] };
    const { meta: _, ...rootState } = shape;
    const root = this.#state(rootState, "", null, "");
    return {
      id: shape["id"] as string,
      title: meta.title,
      entityType: meta.entityType,
      delaysMs: this.#delays(meta.delays ?? {}, "/meta/delays"),
      receives: meta.receives ?? [],
      root,
    };
  }

  #delays(delays: Json, pointer: string): Map<string, number> {
    const found = new Map<string, number>();
    for (const [name, text] of Object.entries(delays)) {
      const at = pointerTo(pointer, name);
      const delayMs = typeof text === "string" ? parseDurationMs(text) : null;
      if (!shapes.name.Check(name)) this.#fault(at, "is not a name: a lower-case letter, then letters and digits");
      else if (delayMs === null) this.#fault(at, 'must be a duration such as "P14D", "PT30M" or "P1DT12H"');
      else if (delayMs < 1 || delayMs > LIMITS.delayMs) this.#fault(at, "must be between one second and ten years");
      else found.set(name, delayMs);
    }
    return found;
  }

  /** `json` has the shape of a state, or is the document itself for the root. */
  #state(json: Json, pointer: string, parent: StateDefinition | null, name: string): StateDefinition {
    const path = parent?.path ? `${parent.path}.${name}` : name;
    const children = new Map<string, StateDefinition>();
    const meta = json["meta"] as { label?: string; ignores?: string[] } | undefined;
    const state: OpenState = {
      name,
      path,
      pointer,
      parent,
      label: meta?.label ?? null,
      ignores: meta?.ignores ?? [],
      final: json["type"] === "final",
      initial: (json["initial"] as string | undefined) ?? null,
      children,
      entry: this.#calls(json["entry"], `${pointer}/entry`),
      exit: this.#calls(json["exit"], `${pointer}/exit`),
      on: this.#transitionsByKey(json["on"], `${pointer}/on`, shapes.name, "is not an event name such as startPicking"),
      always: json["always"] === undefined ? [] : this.#transitions(json["always"], `${pointer}/always`),
      after: this.#transitionsByKey(
        json["after"],
        `${pointer}/after`,
        shapes.delay,
        "is not milliseconds or a delay's name",
      ),
    };
    for (const [childName, childJson] of this.#entries(json["states"], `${pointer}/states`)) {
      const child = this.#childState(childJson, pointerTo(`${pointer}/states`, childName), state, childName);
      if (child) children.set(childName, child);
    }
    return state;
  }

  #childState(json: unknown, pointer: string, parent: StateDefinition, name: string): StateDefinition | null {
    if (!shapes.name.Check(name)) {
      this.#fault(pointer, "is not a state name: a lower-case letter, then letters and digits");
      return null;
    }
    this.#states += 1;
    if (this.#states > LIMITS.statesPerDefinition) {
      if (this.#states === LIMITS.statesPerDefinition + 1) {
        this.#fault(pointer, `is beyond the limit of ${LIMITS.statesPerDefinition} states`);
      }
      return null;
    }
    if (parent.path.split(".").length >= LIMITS.nesting) {
      this.#fault(pointer, `is nested deeper than ${LIMITS.nesting} levels`);
      return null;
    }
    const shape = this.#shaped(json, shapes.state, pointer);
    return shape && this.#state(shape, pointer, parent, name);
  }

  #transitionsByKey(
    json: unknown,
    pointer: string,
    keyShape: Validator<Record<never, never>, TSchema>,
    keyFault: string,
  ): Map<string, TransitionDefinition[]> {
    const found = new Map<string, TransitionDefinition[]>();
    const entries = this.#entries(json, pointer);
    if (entries.length > LIMITS.eventsPerState) {
      this.#fault(pointer, `must not have more than ${LIMITS.eventsPerState} entries`);
      return found;
    }
    for (const [key, value] of entries) {
      const at = pointerTo(pointer, key);
      if (keyShape.Check(key)) found.set(key, this.#transitions(value, at));
      else this.#fault(at, keyFault);
    }
    return found;
  }

  /** One target, one transition, or several that are tried in order until a guard agrees. */
  #transitions(json: unknown, pointer: string): TransitionDefinition[] {
    if (!Array.isArray(json)) return this.#transition(json, pointer);
    if (json.length < 1 || json.length > LIMITS.transitionsPerEvent) {
      this.#fault(pointer, `must have 1 to ${LIMITS.transitionsPerEvent} transitions`);
      return [];
    }
    return json.flatMap((item, index) => this.#transition(item, pointerTo(pointer, index)));
  }

  /** A list of one, or of none when it is faulty. */
  #transition(json: unknown, pointer: string): TransitionDefinition[] {
    if (typeof json === "string") {
      const target = this.#target(json, pointer);
      return [{ pointer, target, guard: null, steps: [], reenter: false, userAction: null }];
    }
    const shape = this.#shaped(json, shapes.transition, pointer);
    if (!shape) return [];
    const meta = shape["meta"] as { userAction?: UserActionJson } | undefined;
    return [
      {
        pointer,
        target: shape["target"] === undefined ? null : this.#target(shape["target"], `${pointer}/target`),
        guard: shape["guard"] === undefined ? null : this.#call(shape["guard"], `${pointer}/guard`),
        steps: this.#calls(shape["actions"], `${pointer}/actions`),
        reenter: shape["reenter"] === true,
        userAction:
          meta?.userAction === undefined
            ? null
            : readUserAction(meta.userAction, `${pointer}/meta/userAction`, this.faults),
      },
    ];
  }

  #target(json: unknown, pointer: string): string | null {
    if (shapes.target.Check(json)) return json as string;
    this.#fault(pointer, "must name one state");
    return null;
  }

  #calls(json: unknown, pointer: string): NamedCall[] {
    if (json === undefined) return [];
    if (!Array.isArray(json)) return [this.#call(json, pointer)].filter((call) => call !== null);
    if (json.length > LIMITS.stepsPerList) {
      this.#fault(pointer, `must not have more than ${LIMITS.stepsPerList} steps`);
      return [];
    }
    return json.map((item, index) => this.#call(item, pointerTo(pointer, index))).filter((call) => call !== null);
  }

  #call(json: unknown, pointer: string): NamedCall | null {
    const shape = this.#shaped(typeof json === "string" ? { type: json } : json, shapes.namedCall, pointer);
    if (!shape) return null;
    return { name: shape["type"] as string, params: (shape["params"] as Json | undefined) ?? {}, pointer };
  }

  #entries(json: unknown, pointer: string): [string, unknown][] {
    if (json === undefined) return [];
    if (isObject(json)) return Object.entries(json);
    this.#fault(pointer, "must be an object");
    return [];
  }

  #shaped(json: unknown, shape: Validator<Record<never, never>, TSchema>, pointer: string): Json | null {
    if (shape.Check(json)) return json as Json;
    for (const error of shape.Errors(json)) this.#shapeFault(error, pointer);
    return null;
  }

  #shapeFault(
    error: { keyword: string; instancePath: string; params: object; message: string },
    pointer: string,
  ): void {
    const at = pointer + error.instancePath;
    const params = error.params as { additionalProperties?: string[]; requiredProperties?: string[] };
    // A closed object reports an unknown field twice: as a field that nothing allows, and in the list of such fields.
    if (error.keyword === "boolean") return;
    if (error.keyword === "additionalProperties") {
      for (const name of params.additionalProperties ?? []) {
        this.#fault(pointerTo(at, name), "is not part of the workflow format");
      }
    } else if (error.keyword === "required") {
      for (const name of params.requiredProperties ?? []) this.#fault(pointerTo(at, name), "is required");
    } else {
      this.#fault(at, error.message);
    }
  }

  #fault(pointer: string, message: string): void {
    if (this.faults.length < 100) this.faults.push({ pointer, message });
  }
}

function isObject(json: unknown): json is Json {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
