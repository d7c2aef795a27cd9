import type { Origin } from "../../platform/events/record-events.ts";
import {
  comparePromises,
  dueOf,
  type Supply,
  type SupplyMovement,
  type SupplyMovementKind,
  type SupplyPromise,
} from "./supply.ts";

interface Change {
  kind: SupplyMovementKind;
  expectedOn?: string | undefined;
  confidence?: number | undefined;
  supplier?: string | null | undefined;
  quantity?: number | undefined;
  received?: number | undefined;
  cancelled?: number | undefined;
  lateToldOn?: string;
  promised?: number | undefined;
  lost?: number;
  reason?: string | null | undefined;
  origin: Origin;
}

/** Units that have come for a line of an order: to be allocated to it where they are. */
export interface Arrival {
  promise: SupplyPromise;
  units: number;
}

/**
 * Locked supplies with their promises, and what becomes of them: pure, several changes of one supply one after the other.
 * What is promised of a supply never exceeds what is to come: who comes last loses it in the same movement.
 */
export class SupplyBook {
  readonly #supplies: Map<string, Supply>;
  readonly #promises: Map<string, SupplyPromise[]>;
  readonly movements: SupplyMovement[] = [];
  readonly changedPromises = new Set<SupplyPromise>();

  constructor(supplies: readonly Supply[], promises: readonly SupplyPromise[]) {
    this.#supplies = new Map(supplies.map((supply) => [supply.id, supply]));
    this.#promises = Map.groupBy(promises, ({ supplyId }) => supplyId);
    for (const ofSupply of this.#promises.values()) ofSupply.sort(comparePromises);
  }

  get(id: string): Supply | undefined {
    return this.#supplies.get(id);
  }

  /** What a line of an order has been promised, the latest day first. */
  promisesOf(orderId: string, lineNumber: number): SupplyPromise[] {
    return [...this.#promises.values()]
      .flat()
      .filter((promise) => promise.orderId === orderId && promise.lineNumber === lineNumber)
      .sort((one, other) => (this.#of(one.supplyId).expectedOn < this.#of(other.supplyId).expectedOn ? 1 : -1));
  }

  get all(): Supply[] {
    return [...this.#supplies.values()];
  }

  /** Changes what is expected. A later day than promised, or fewer units, upsets those who wait for them. */
  change(
    id: string,
    change: Omit<Change, "kind" | "promised" | "lost" | "received">,
    kind: SupplyMovementKind = "change",
  ): void {
    const before = this.#of(id);
    const after = { ...before, ...definedOf(change) };
    const lost = this.#cut(id, before.promised - dueOf(after));
    for (const promise of this.#promises.get(id) ?? []) {
      if (promise.waiting === 0 || promise.promisedOn >= after.expectedOn) continue;
      promise.upset = true;
      this.changedPromises.add(promise);
    }
    this.#move(id, { ...change, kind, promised: -lost, lost });
  }

  /** Its day has passed and not all of it has come: who waits for it is upset, once for each day. */
  tellLate(id: string, origin: Origin): void {
    const { expectedOn } = this.#of(id);
    for (const promise of this.#promises.get(id) ?? []) {
      if (promise.waiting === 0) continue;
      promise.upset = true;
      this.changedPromises.add(promise);
    }
    this.#move(id, { kind: "lateness", lateToldOn: expectedOn, origin });
  }

  /** Units that have come, first for those who wait for them, in order; `usable` of them can be sold. The rest will not come when `complete`. */
  receive(
    id: string,
    {
      units,
      usable,
      complete,
      reason,
      origin,
    }: {
      units: number;
      usable: number;
      complete: boolean;
      reason: string | null;
      origin: Origin;
    },
  ): Arrival[] {
    const before = this.#of(id);
    const arrivals: Arrival[] = [];
    let left = usable;
    for (const promise of this.#promises.get(id) ?? []) {
      const come = Math.min(promise.waiting, left);
      if (come === 0) continue;
      left -= come;
      promise.waiting -= come;
      promise.arrived += come;
      this.changedPromises.add(promise);
      arrivals.push({ promise, units: come });
    }
    const arrived = usable - left;
    const received = before.received + units;
    const missing = complete ? dueOf({ ...before, received }) : 0;
    const cancelled = before.cancelled + missing;
    const lost = this.#cut(id, before.promised - arrived - dueOf({ ...before, received, cancelled }));
    this.#move(id, { kind: "receipt", received, cancelled, promised: -arrived - lost, lost, reason, origin });
    return arrivals;
  }

  /** Promises units; the caller has looked that they are to come. One row for each line of an order. */
  promise(promise: SupplyPromise, units: number, origin: Origin): void {
    const ofSupply = this.#promises.get(promise.supplyId) ?? [];
    const known = ofSupply.find(
      ({ orderId, lineNumber }) => orderId === promise.orderId && lineNumber === promise.lineNumber,
    );
    const row = known ?? promise;
    if (known === undefined) this.#promises.set(promise.supplyId, [...ofSupply, promise].sort(comparePromises));
    row.waiting += units;
    row.promisedOn = promise.promisedOn;
    this.changedPromises.add(row);
    this.#move(promise.supplyId, { kind: "promise", promised: units, origin });
  }

  /** Takes units off a promise that still wait. */
  release(promise: SupplyPromise, units: number, origin: Origin): void {
    promise.waiting -= units;
    this.changedPromises.add(promise);
    this.#move(promise.supplyId, { kind: "release", promised: -units, origin });
  }

  /** Arrived units that the order does not hold as its own any more: a fulfillment order does, or nobody. */
  takeArrived(promise: SupplyPromise, units: number): void {
    promise.arrived -= units;
    this.changedPromises.add(promise);
  }

  /** The order has been told what became of its promise. */
  settleUpset(promise: SupplyPromise): void {
    promise.lost = 0;
    promise.upset = false;
    promise.promisedOn = this.#of(promise.supplyId).expectedOn;
    this.changedPromises.add(promise);
  }

  /** Takes promised units away, from whoever comes last; answers how many. */
  #cut(id: string, units: number): number {
    let left = Math.max(0, units);
    const cut = left;
    for (const promise of (this.#promises.get(id) ?? []).toReversed()) {
      const lost = Math.min(promise.waiting, left);
      if (lost === 0) continue;
      left -= lost;
      promise.waiting -= lost;
      promise.lost += lost;
      promise.upset = true;
      this.changedPromises.add(promise);
    }
    if (left > 0) throw new Error(`Of supply ${id} more is promised than its promises say.`);
    return cut;
  }

  #of(id: string): Supply {
    const supply = this.#supplies.get(id);
    if (supply === undefined) throw new Error(`The supply ${id} is not locked.`);
    return supply;
  }

  #move(id: string, { kind, promised = 0, lost = 0, reason = null, origin, ...counters }: Change): void {
    const before = this.#of(id);
    const after: Supply = {
      ...before,
      ...definedOf(counters),
      promised: before.promised + promised,
      version: before.version + 1,
      eventSequence: before.eventSequence + (kind === "promise" || kind === "release" ? 0 : 1),
    };
    this.#supplies.set(id, after);
    this.movements.push({
      kind,
      after,
      deltaQuantity: after.quantity - before.quantity,
      deltaReceived: after.received - before.received,
      deltaCancelled: after.cancelled - before.cancelled,
      deltaPromised: promised,
      lost,
      reason,
      origin,
    });
  }
}

/** The counters and terms of a change that it says something of. */
function definedOf({
  expectedOn,
  confidence,
  supplier,
  quantity,
  received,
  cancelled,
  lateToldOn,
}: Omit<Change, "kind" | "origin">): Partial<Supply> {
  return {
    ...(expectedOn === undefined ? {} : { expectedOn }),
    ...(confidence === undefined ? {} : { confidence }),
    ...(supplier === undefined ? {} : { supplier }),
    ...(quantity === undefined ? {} : { quantity }),
    ...(received === undefined ? {} : { received }),
    ...(cancelled === undefined ? {} : { cancelled }),
    ...(lateToldOn === undefined ? {} : { lateToldOn }),
  };
}
