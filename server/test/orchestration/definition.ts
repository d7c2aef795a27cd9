/** A workflow document as the generator writes it and the model reads it: plain JSON, targets always from the top. */
export interface Definition {
  id: string;
  initial: string;
  meta: { entityType: "order"; title: string; delays: Record<string, string>; receives: string[] };
  states: Record<string, StateNode>;
  on: Record<string, Transition[]>;
}

export interface StateNode {
  type?: "final";
  initial?: string;
  states?: Record<string, StateNode>;
  entry?: Step[];
  exit?: Step[];
  on?: Record<string, Transition[]>;
  always?: Transition[];
  after?: Record<string, Transition[]>;
  meta?: { label?: string; ignores?: string[] };
}

export interface Transition {
  target?: string;
  guard?: { type: "cel"; params: { expression: string } };
  actions?: Step[];
  reenter?: true;
  meta?: { userAction: { label: string; permission: string; whileHeld: boolean; form: object[] } };
}

export interface Step {
  type: string;
  params?: Record<string, unknown>;
}

/** What guards and values of generated definitions look at. */
export interface Seen {
  attributes: Readonly<Record<string, unknown>>;
  holds: readonly string[];
  event: { type: string; data: Readonly<Record<string, unknown>> };
}

function required(value: unknown): number {
  if (value === undefined) throw new Error("An expression asks for what is not there.");
  return value as number;
}

/** Every condition that is generated, and what it means. */
export const CONDITIONS: Readonly<Record<string, (seen: Seen) => boolean>> = {
  "order.held": ({ holds }) => holds.length > 0,
  "!order.held": ({ holds }) => holds.length === 0,
  '"doubt" in order.holds': ({ holds }) => holds.includes("doubt"),
  "has(order.attributes.flag)": ({ attributes }) => attributes["flag"] !== undefined,
  "!has(order.attributes.flag)": ({ attributes }) => attributes["flag"] === undefined,
  "has(order.attributes.count) && order.attributes.count > 2": ({ attributes }) => Number(attributes["count"] ?? 0) > 2,
  "has(event.data.score) && event.data.score > 5": ({ event }) => Number(event.data["score"] ?? 0) > 5,
  // Cannot be answered when nothing was said of it.
  "event.data.score > 5": ({ event }) => required(event.data["score"]) > 5,
};

/** Every value that is worked out, and what it means. */
export const VALUES: Readonly<Record<string, (seen: Seen) => unknown>> = {
  null: () => null,
  "has(order.attributes.count) ? order.attributes.count + 1.0 : 1.0": ({ attributes }) =>
    Number(attributes["count"] ?? 0) + 1,
  "event.data.score": ({ event }) => required(event.data["score"]),
};

export const USER_EVENTS = ["press0", "press1", "press2"] as const;
export const TOLD_EVENTS = ["told0", "told1"] as const;
export const OUTCOMES = ["outcome0", "outcome1"] as const;
export const CALL_EVENTS = ["callSucceeded", "callFailed"] as const;
