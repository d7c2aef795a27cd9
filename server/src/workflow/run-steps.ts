import type { StepCall, Transition } from "./compiled.ts";

/** Something on its way through the steps of its transitions. */
export interface Track {
  /** Steps run for their items in this order: the order in which the events arrived. */
  readonly order: number;
  readonly transitions: readonly Transition[];
  /** Transitions all of whose steps have run. */
  completed: number;
  failed: boolean;
}

export interface StepGroup<T extends Track> {
  readonly step: StepCall;
  readonly tracks: readonly T[];
  /** Each track's own call and the transition that it belongs to, in the same order. */
  readonly calls: readonly OwnCall[];
}

export interface OwnCall {
  readonly call: StepCall;
  readonly transition: Transition;
}

/**
 * Runs the steps of many tracks: each track's in its own order, the same step of all tracks together. A step runs once
 * unless two tracks need it in contradicting orders. A track that `run` marks as failed runs no further steps.
 */
export async function runSteps<T extends Track>(
  tracks: readonly T[],
  run: (group: StepGroup<T>) => void | Promise<void>,
): Promise<void> {
  const lanes = lanesOf(tracks);
  for (let group = nextGroup(lanes); group !== null; group = nextGroup(lanes)) {
    const running = run(group.group);
    if (running) await running;
    for (const lane of group.lanes) advance(lane);
  }
}

/** Tracks that take the same transitions run the same steps, so they are handled as one. */
interface Lane<T extends Track> {
  readonly steps: readonly StepCall[];
  /** For each transition, how many of `steps` have run when it is complete. */
  readonly ends: readonly number[];
  readonly tracks: T[];
  position: number;
}

function lanesOf<T extends Track>(tracks: readonly T[]): Lane<T>[] {
  const lanes: Lane<T>[] = [];
  const byTransition = new Map<Transition, Lane<T>>();
  for (const track of tracks) {
    const only = track.transitions.length === 1 ? track.transitions[0] : undefined;
    let lane = only ? byTransition.get(only) : lanes.find((other) => sameTransitions(other.tracks[0], track));
    if (!lane) {
      lane = laneOf(track.transitions);
      lanes.push(lane);
      if (only) byTransition.set(only, lane);
    }
    lane.tracks.push(track);
  }
  for (const lane of lanes) complete(lane);
  return lanes;
}

function laneOf<T extends Track>(transitions: readonly Transition[]): Lane<T> {
  let count = 0;
  const ends = transitions.map(({ steps }) => {
    count += steps.length;
    return count;
  });
  return { steps: transitions.flatMap(({ steps }) => steps), ends, tracks: [], position: 0 };
}

function sameTransitions(one: Track | undefined, other: Track): boolean {
  if (one?.transitions.length !== other.transitions.length) return false;
  return one.transitions.every((transition, index) => transition === other.transitions[index]);
}

function advance<T extends Track>(lane: Lane<T>): void {
  lane.position += 1;
  complete(lane);
}

function complete<T extends Track>(lane: Lane<T>): void {
  let completed = 0;
  while (completed < lane.ends.length && (lane.ends[completed] as number) <= lane.position) completed += 1;
  for (const track of lane.tracks) if (!track.failed) track.completed = completed;
}

/** The next step that nobody needs later than now; when all are needed later by someone, the first one anyway. */
function nextGroup<T extends Track>(lanes: readonly Lane<T>[]): { group: StepGroup<T>; lanes: Lane<T>[] } | null {
  const waiting = lanes.filter(
    (lane) => lane.position < lane.steps.length && lane.tracks.some(({ failed }) => !failed),
  );
  const first = waiting[0];
  if (!first) return null;
  const chosen = waiting.find((lane) => !waiting.some((other) => needsLater(other, headOf(lane).key))) ?? first;
  const step = headOf(chosen);
  const together = waiting.filter((lane) => headOf(lane).key === step.key);
  return { group: groupOf(step, together), lanes: together };
}

function headOf<T extends Track>(lane: Lane<T>): StepCall {
  return lane.steps[lane.position] as StepCall;
}

function needsLater<T extends Track>(lane: Lane<T>, key: string): boolean {
  if (headOf(lane).key === key) return false;
  for (let i = lane.position + 1; i < lane.steps.length; i++) if (lane.steps[i]?.key === key) return true;
  return false;
}

function groupOf<T extends Track>(step: StepCall, lanes: readonly Lane<T>[]): StepGroup<T> {
  const entries = lanes.flatMap((lane) => {
    const call = { call: headOf(lane), transition: transitionOf(lane) };
    return lane.tracks.filter(({ failed }) => !failed).map((track) => ({ track, call }));
  });
  if (lanes.length > 1) entries.sort((a, b) => a.track.order - b.track.order);
  return { step, tracks: entries.map(({ track }) => track), calls: entries.map(({ call }) => call) };
}

/** The one whose step is next. */
function transitionOf<T extends Track>(lane: Lane<T>): Transition {
  const index = lane.ends.findIndex((end) => end > lane.position);
  return lane.tracks[0]!.transitions[index]!;
}
