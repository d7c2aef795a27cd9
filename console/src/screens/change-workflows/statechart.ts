/** A workflow as its document says it (server/src/workflow/definition.ts), and as a flat picture that can be drawn. */

export type LocalText = string | Readonly<Record<string, string>>;
export type CallJson = string | { readonly type: string; readonly params?: Readonly<Record<string, unknown>> };
export type FieldType = "text" | "number" | "flag" | "choice" | "date";

export interface FieldJson {
  readonly name: string;
  readonly label: LocalText;
  readonly type: FieldType;
  readonly required?: boolean;
  /** Whether it may tell something of a person; texts do, unless this says false. */
  readonly personal?: boolean;
  readonly options?: readonly { readonly value: string; readonly label: LocalText }[];
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface ActionJson {
  readonly label: LocalText;
  readonly permission: string;
  readonly confirm?: LocalText;
  readonly form?: readonly FieldJson[];
  readonly whileHeld?: boolean;
}

export interface TransitionJson {
  readonly target?: string;
  readonly guard?: CallJson;
  readonly actions?: CallJson | readonly CallJson[];
  readonly reenter?: boolean;
  readonly description?: string;
  readonly meta?: { readonly userAction?: ActionJson };
}

export type TransitionsJson = string | TransitionJson | readonly (string | TransitionJson)[];
export type TransitionMap = Readonly<Record<string, TransitionsJson>>;

export interface StateJson {
  readonly type?: "final";
  readonly description?: string;
  readonly initial?: string;
  readonly states?: Readonly<Record<string, StateJson>>;
  readonly entry?: CallJson | readonly CallJson[];
  readonly exit?: CallJson | readonly CallJson[];
  readonly on?: TransitionMap;
  readonly always?: TransitionsJson;
  readonly after?: TransitionMap;
  readonly meta?: { readonly label?: string; readonly ignores?: readonly string[] };
}

export interface WorkflowJson extends Omit<StateJson, "meta" | "type"> {
  readonly id: string;
  readonly meta: {
    readonly entityType: string;
    readonly title: string;
    readonly delays?: Readonly<Record<string, string>>;
    readonly receives?: readonly string[];
  };
}

export interface Call {
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface ChartState {
  /** Names from the top, joined by dots; empty for the workflow as a whole. */
  readonly path: string;
  readonly name: string;
  /** Path of the state around it; null for the workflow as a whole. */
  readonly parent: string | null;
  readonly pointer: string;
  /** What it shows: its own label, or that of the nearest state around it. */
  readonly label: string | null;
  readonly ownLabel: string | null;
  readonly final: boolean;
  readonly initial: string | null;
  readonly children: readonly string[];
  readonly depth: number;
  readonly entry: readonly Call[];
  readonly exit: readonly Call[];
  readonly ignores: readonly string[];
  readonly description: string | null;
}

export type TransitionKind = "on" | "always" | "after";

export interface ChartTransition {
  readonly pointer: string;
  /** Path of the state that it belongs to. */
  readonly source: string;
  readonly kind: TransitionKind;
  /** The event, or the delay; empty for one that needs neither. */
  readonly name: string;
  /** Its place among those of the same event, which are tried in order. */
  readonly index: number;
  readonly count: number;
  /** Null: the state stays; the steps run all the same. */
  readonly target: string | null;
  /** A target that is no state of the workflow. */
  readonly lost: string | null;
  readonly guard: Call | null;
  readonly steps: readonly Call[];
  readonly action: ActionJson | null;
  readonly reenter: boolean;
  readonly description: string | null;
}

export interface Chart {
  readonly states: ReadonlyMap<string, ChartState>;
  readonly transitions: readonly ChartTransition[];
}

export function readChart(workflow: WorkflowJson): Chart {
  const states = new Map<string, ChartState>();
  const read = (json: StateJson, path: string, around: ChartState | null, pointer: string): void => {
    const ownLabel = json.meta?.label ?? null;
    const state: ChartState = {
      path,
      name: path.split(".").at(-1) ?? "",
      parent: around ? around.path : null,
      pointer,
      label: ownLabel ?? around?.label ?? null,
      ownLabel,
      final: json.type === "final",
      initial: json.initial ?? null,
      children: entriesOf(json.states).map(([name]) => joined(path, name)),
      depth: around ? around.depth + 1 : 0,
      entry: callsOf(json.entry),
      exit: callsOf(json.exit),
      ignores: json.meta?.ignores ?? [],
      description: json.description ?? null,
    };
    states.set(path, state);
    for (const [name, child] of entriesOf(json.states))
      read(child, joined(path, name), state, `${pointer}/states/${escaped(name)}`);
  };
  read(asState(workflow), "", null, "");
  const transitions = [...states.values()].flatMap((state) => transitionsOf(workflow, state, states));
  return { states, transitions };
}

/** The workflow as a whole, as the outermost state. Its own meta says other things than a state's. */
export function asState({ meta: _, ...rest }: WorkflowJson): StateJson {
  return rest;
}

export function stateAt(workflow: WorkflowJson, path: string): StateJson | undefined {
  let at: StateJson | undefined = asState(workflow);
  for (const name of path === "" ? [] : path.split(".")) at = at?.states?.[name];
  return at;
}

function transitionsOf(
  workflow: WorkflowJson,
  { path, pointer }: ChartState,
  states: ReadonlyMap<string, ChartState>,
): ChartTransition[] {
  const json = stateAt(workflow, path) ?? {};
  const groups: Group[] = [
    ...entriesOf(json.on).map(groupOf("on", `${pointer}/on`)),
    ...(json.always === undefined
      ? []
      : [{ kind: "always" as const, name: "", at: `${pointer}/always`, given: json.always }]),
    ...entriesOf(json.after).map(groupOf("after", `${pointer}/after`)),
  ];
  return groups.flatMap(({ kind, name, at, given }) => {
    const list = listOf(given);
    return list.map((json, index): ChartTransition => {
      const target = json.target === undefined ? null : resolve(workflow.id, path, json.target, states);
      return {
        pointer: Array.isArray(given) ? `${at}/${index}` : at,
        source: path,
        kind,
        name,
        index,
        count: list.length,
        target,
        lost: json.target !== undefined && target === null ? json.target : null,
        guard: json.guard === undefined ? null : callOf(json.guard),
        steps: callsOf(json.actions),
        action: json.meta?.userAction ?? null,
        reenter: json.reenter ?? false,
        description: json.description ?? null,
      };
    });
  });
}

/** Transitions that are tried in order when the same thing happens. */
interface Group {
  kind: TransitionKind;
  name: string;
  at: string;
  given: TransitionsJson;
}

function groupOf(kind: TransitionKind, pointer: string) {
  return ([name, given]: [string, TransitionsJson]): Group => ({
    kind,
    name,
    at: `${pointer}/${escaped(name)}`,
    given,
  });
}

/** As XState resolves it: a state beside, `.inside`, or `#workflow.path` from the top. Null when there is none. */
function resolve(id: string, source: string, target: string, states: ReadonlyMap<string, ChartState>): string | null {
  const from = target.startsWith(`#${id}.`)
    ? target.slice(id.length + 2)
    : target.startsWith(".")
      ? joined(source, target.slice(1))
      : joined(parentOf(source), target);
  return states.has(from) && from !== "" ? from : null;
}

/** How a target is written: by its name alone where it stands beside, else from the top. */
export function targetFor(id: string, source: string, target: string): string {
  if (source !== "" && parentOf(source) === parentOf(target)) return target.split(".").at(-1)!;
  return `#${id}.${target}`;
}

export function parentOf(path: string): string {
  return path.split(".").slice(0, -1).join(".");
}

export function joined(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

export function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`);
}

export function listOf(json: TransitionsJson): TransitionJson[] {
  const list = Array.isArray(json) ? (json as readonly (string | TransitionJson)[]) : [json as string | TransitionJson];
  return list.map((each) => (typeof each === "string" ? { target: each } : each));
}

export function callOf(json: CallJson): Call {
  return typeof json === "string" ? { name: json, params: {} } : { name: json.type, params: json.params ?? {} };
}

export function callsOf(json: CallJson | readonly CallJson[] | undefined): Call[] {
  if (json === undefined) return [];
  return (Array.isArray(json) ? (json as readonly CallJson[]) : [json as CallJson]).map(callOf);
}

export function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

function entriesOf<Value>(json: Readonly<Record<string, Value>> | undefined): [string, Value][] {
  return Object.entries(json ?? {});
}

/** States without others inside, in which something can stand: where a mapping may lead. */
export function restingStates({ states, transitions }: Chart): ChartState[] {
  const passing = new Set(
    transitions.filter(({ kind, guard }) => kind === "always" && !guard).map((one) => one.source),
  );
  return [...states.values()].filter(
    ({ path, children, final }) => path !== "" && children.length === 0 && !final && !passing.has(path),
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Drafts may be anything that somebody sent; what is not even shaped like a workflow cannot be drawn or edited here. */
export function asWorkflow(content: unknown): WorkflowJson | null {
  if (!isObject(content) || typeof content.id !== "string" || !isObject(content.meta)) return null;
  return isStateShaped(content) ? (content as unknown as WorkflowJson) : null;
}

function isStateShaped(json: unknown): boolean {
  if (!isObject(json)) return false;
  const { states = {}, on = {}, after = {}, meta = {} } = json;
  if (![states, on, after, meta].every(isObject)) return false;
  return Object.values(states as object).every(isStateShaped);
}
