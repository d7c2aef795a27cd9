import { CALL_EVENTS, type Definition, type Seen, type StateNode, VALUES } from "./definition.ts";

// How a generated workflow is read: paths, values, delays and what the other system answers.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Every delay and offset that is generated. */
export const DELAY_MS: Readonly<Record<string, number>> = {
  60000: MINUTE,
  3600000: HOUR,
  172800000: 2 * DAY,
  short: 5 * MINUTE,
  long: DAY,
  PT2M: 2 * MINUTE,
  PT90M: 90 * MINUTE,
  PT30H: 30 * HOUR,
};
/** How long a timer that fails waits until it is tried again. */
export const PARKED_MS = 10 * MINUTE;

export function timerName({ id }: Definition, delay: string, path: string): string {
  return `xstate.after.${delay}.${id}.${path}`;
}

/** What the other system answers: every other call fails. */
export function answerOfCall(call: string): { status: number; score: number } {
  const number = Number(call.slice("call".length));
  return { status: number % 2 === 0 ? 200 : 400, score: number };
}

export function eventOfCall(call: string): { type: string; data: Record<string, unknown> } {
  const { status, score } = answerOfCall(call);
  return { type: CALL_EVENTS[status === 200 ? 0 : 1], data: { score, call, status } };
}

export function valuesOf(given: unknown, seen: Seen): Record<string, unknown> {
  const values = Object.entries((given ?? {}) as Record<string, unknown>);
  return Object.fromEntries(
    values.map(([name, value]) => {
      const cel = (value as { cel?: string } | null)?.cel;
      return [name, cel === undefined ? value : VALUES[cel]!(seen)];
    }),
  );
}

export function nodeOf({ states }: Definition, path: string): StateNode {
  const [first, ...rest] = path.split(".");
  return rest.reduce((node, name) => node.states![name]!, states[first!]!);
}

export function statesOf(definition: Definition, path: string): Record<string, StateNode> {
  return path === "" ? definition.states : nodeOf(definition, path).states!;
}

export function labelOf(definition: Definition, path: string): string {
  return nodeOf(definition, path).meta!.label!;
}

export function isInside(path: string, domain: string): boolean {
  return domain === "" || path.startsWith(`${domain}.`);
}

/** The innermost state around both that is neither. */
export function commonAround(source: string, goal: string): string {
  const [one, other] = [source.split("."), goal.split(".")];
  let shared = 0;
  while (shared < Math.min(one.length, other.length) - 1 && one[shared] === other[shared]) shared++;
  return one.slice(0, shared).join(".");
}

export function namesBetween(domain: string, goal: string): string[] {
  if (domain === goal) return [];
  return (domain === "" ? goal : goal.slice(domain.length + 1)).split(".");
}
