import type { Refusal } from "../platform/refusals.ts";
import type { Transition } from "./compiled.ts";

/** Where an entity's way ends in a run that begins anew: a step of this transition is known to fail after others have done their work. */
export interface Stop {
  readonly transition: Transition;
  /** How many transitions the entity has behind it in the run. */
  readonly pass: number;
  readonly step: string;
  readonly error: unknown;
}

/** What is known of a run from the attempts before. */
export interface Known {
  /** By entity; of one that the run starts, its place among those of its root about the same. */
  readonly stops: ReadonlyMap<string, Stop>;
  /** Roots that cannot go on now, and why. */
  readonly refused: ReadonlyMap<string, Refusal>;
}
export const NOTHING_KNOWN: Known = { stops: new Map(), refused: new Map() };

/** Nothing of the run may be written: it has to begin anew, in a transaction of its own, with what is known now. */
export class BeginAnew extends Error {
  readonly known: Known;

  constructor(known: Known) {
    super("The run begins anew without what cannot be done.");
    this.known = known;
  }
}

/** Each attempt ends earlier on some way, so a few suffice; more means that a run does not repeat itself. */
const MAX_ATTEMPTS = 100;

/** Lets a run begin anew until nothing in it is known to fail. */
export async function untilWhole<Done>(attempt: (known: Known) => Promise<Done>): Promise<Done> {
  let known = NOTHING_KNOWN;
  for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts++) {
    try {
      return await attempt(known);
    } catch (error) {
      if (!(error instanceof BeginAnew)) throw error;
      known = {
        stops: new Map([...known.stops, ...error.known.stops]),
        refused: new Map([...known.refused, ...error.known.refused]),
      };
    }
  }
  throw new Error(`A run began anew ${MAX_ATTEMPTS} times and found something else that fails each time.`);
}
