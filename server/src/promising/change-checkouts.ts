import type { AvailabilityIndex } from "../availability/public.ts";
import {
  type HeldUnits,
  type Hold,
  type LockedPosition,
  lockHolds,
  lockPositions,
  type PositionKey,
  positionKeyOf,
  readHolds,
} from "../inventory/public.ts";
import { Batcher, type Outcome } from "../platform/batching.ts";
import type { Clock } from "../platform/clock.ts";
import type { Database, Transaction } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { keyName, readKeptAnswers, tryNamedLocks } from "../platform/http/idempotency.ts";
import { common, type Fault, type Refusal } from "../platform/refusals.ts";
import { waitForName, type WaitsForName } from "../platform/wait-for-name.ts";
import type { Basket } from "./basket.ts";
import { type CheckoutRow, readCheckouts } from "./checkouts.sql.ts";
import { type PlaceQuote, type QuoteBasis, quoteBasket } from "./quote.ts";
import { refuse } from "./refusals.ts";
import { eligiblePositions, type Source, type Sourced, sourceBasket, Taken, takeAll } from "./source-basket.ts";
import { type CheckoutChange, type Decided, writeCheckouts } from "./write-checkouts.ts";

export interface CheckoutDependencies extends QuoteBasis {
  database: Database;
  clock: Clock;
  availability: AvailabilityIndex;
}

/** However often it is extended. */
const MAX_LIFE_MS = 24 * 3_600_000;
/** From this attempt on, all positions that could serve the basket are locked, and the decision is final. */
const FINAL_ATTEMPT = 2;

interface Item extends CheckoutChange, WaitsForName {
  attempts: number;
}

interface Proposal extends Sourced {
  quote: PlaceQuote[];
}

/** Baskets hold stock (I10, O4): many at once, decided in order of arrival, on the locked rows. Answers the ID of the checkout. */
export function createCheckoutChanges(dependencies: CheckoutDependencies): (change: CheckoutChange) => Promise<string> {
  const batcher = new Batcher<Item, string>({
    name: "changeCheckouts",
    // What has a key finds its answer; without one a change finds the state that it asked for, unless it asked for a version.
    isRepeatable: ({ kind, key, version }) => key !== null || (kind !== "begin" && version === null),
    run: (items) => changeBatch(dependencies, items),
  });
  return (change) => batcher.submit({ ...change, attempts: 0, waitingSince: 0 });
}

async function changeBatch(dependencies: CheckoutDependencies, items: readonly Item[]): Promise<Outcome<string>[]> {
  const { database, availability } = dependencies;
  const known = items.filter(({ kind }) => kind !== "begin").map(({ id }) => id);
  const [holds, checkouts] = await Promise.all([
    readHolds(database, known),
    readCheckouts(database, known),
    availability.ensure([
      ...new Set(
        items.flatMap(({ basket }) => basket?.places ?? []).flatMap(({ lines }) => lines.map(({ sku }) => sku.id)),
      ),
    ]),
  ]);
  const proposals = proposeAll(dependencies, items, holds, checkouts);
  return await database.transaction((transaction) =>
    changeInTransaction(dependencies, transaction, items, proposals, holds),
  );
}

/** On the availability index, in order of arrival; what a basket holds already is its own to take. */
function proposeAll(
  dependencies: CheckoutDependencies,
  items: readonly Item[],
  holds: ReadonlyMap<string, Hold>,
  checkouts: ReadonlyMap<string, CheckoutRow>,
): (Proposal | null)[] {
  const { free } = dependencies.availability;
  const taken = new Taken();
  return items.map(({ id, kind, basket }) => {
    if (basket === null) return null;
    takeAll(taken, holds.get(id)?.units ?? [], -1);
    if (kind !== "extend") return propose(dependencies, basket, free, taken);
    const sources = checkouts.get(id)?.sources ?? [];
    takeAll(taken, sources);
    return { sources, missing: [], quote: quoteOn(dependencies, basket, sources, free, taken) };
  });
}

type Free = (skuId: number, locationId: number) => number;

function propose(dependencies: CheckoutDependencies, basket: Basket, free: Free, taken: Taken): Proposal {
  const sourced = sourceBasket(dependencies, basket, free, taken);
  return { ...sourced, quote: quoteOn(dependencies, basket, sourced.sources, free, taken) };
}

function quoteOn(
  dependencies: CheckoutDependencies,
  basket: Basket,
  sources: readonly Source[],
  free: Free,
  taken: Taken,
): PlaceQuote[] {
  const beside: Free = (skuId, locationId) => free(skuId, locationId) - taken.of({ skuId, locationId });
  return quoteBasket(dependencies, basket, sources, beside, dependencies.clock.now());
}

const readNow = statement<{ now: Date }>("promising.readNow", "select now() as now");

async function changeInTransaction(
  dependencies: CheckoutDependencies,
  transaction: Transaction,
  items: readonly Item[],
  proposals: readonly (Proposal | null)[],
  seen: ReadonlyMap<string, Hold>,
): Promise<Outcome<string>[]> {
  const keys = items.flatMap(({ key }) => key ?? []);
  const known = items.filter(({ kind }) => kind !== "begin").map(({ id }) => id);
  // One round trip, locks in the one order: names, holds, positions.
  const [keyLocks, kept, holds, checkouts, positions, [time]] = await Promise.all([
    tryNamedLocks(transaction, keys.map(keyName)),
    readKeptAnswers(transaction, keys),
    lockHolds(transaction, known),
    readCheckouts(transaction, known),
    lockPositions(
      transaction,
      items.flatMap((item, index) => positionsToLock(dependencies, item, proposals[index]!, seen)),
    ),
    transaction.read(readNow),
  ]);
  dependencies.availability.apply(positions);
  const lockedKeys = new Set(keys.filter((_, index) => keyLocks[index]).map(keyName));
  const batch: Batch = {
    now: time!.now,
    locked: new Map(positions.map((position) => [positionKeyOf(position), position])),
    taken: new Taken(),
    holds,
    checkouts,
    busy: new Set(),
  };
  const decided: Decided[] = [];
  const outcomes = items.map((item, index): Outcome<string> => {
    const { key } = item;
    if (key !== null) {
      const answer = kept.get(keyName(key));
      if (answer instanceof Error) return { ok: false, error: answer };
      if (answer !== undefined) return { ok: true, value: (answer.response as { id: string }).id };
      if (!lockedKeys.has(keyName(key))) return waitForName(item);
    }
    // One change of a checkout, and one request of a key, in a batch: the next finds what this one leaves.
    const names = [item.id, ...(key === null ? [] : [keyName(key)])];
    if (names.some((name) => batch.busy.has(name))) return { again: true };
    const decision = decide(dependencies, batch, item, proposals[index]!);
    if (!("item" in decision)) return decision;
    for (const name of names) batch.busy.add(name);
    decided.push(decision);
    return { ok: true, value: item.id };
  });
  writeCheckouts(transaction, time!.now, decided, positions);
  return outcomes;
}

interface Batch {
  now: Date;
  locked: ReadonlyMap<number, LockedPosition>;
  taken: Taken;
  holds: ReadonlyMap<string, Hold>;
  checkouts: ReadonlyMap<string, CheckoutRow>;
  /** Checkouts and keys that were decided in this batch. */
  busy: Set<string>;
}

function positionsToLock(
  dependencies: CheckoutDependencies,
  item: Item,
  proposal: Proposal | null,
  seen: ReadonlyMap<string, Hold>,
): PositionKey[] {
  const own = seen.get(item.id)?.units ?? [];
  if (item.basket === null || proposal === null || item.kind === "extend") return own;
  if (proposal.missing.length === 0 && item.attempts < FINAL_ATTEMPT) return [...own, ...proposal.sources];
  return [...own, ...eligiblePositions(dependencies, item.basket)];
}

/** The locked rows decide. Pure, but for what it takes from the batch. */
function decide(
  dependencies: CheckoutDependencies,
  batch: Batch,
  item: Item,
  proposal: Proposal | null,
): Outcome<string> | Decided {
  const hold = batch.holds.get(item.id);
  if (item.kind !== "begin") {
    const refusal = refusalOfChange(item, hold, batch.checkouts.get(item.id));
    if (refusal !== null) return { ok: false, error: refusal };
    // Released twice is released.
    if (item.kind === "release" && hold!.state !== "held") return { ok: true, value: item.id };
  }
  const before = hold?.units ?? [];
  // It holds other units than when its positions were chosen.
  if (before.some((unit) => !batch.locked.has(positionKeyOf(unit)))) return { again: true };
  if (item.kind === "release") {
    takeAll(batch.taken, before, -1);
    return { item, expiresAt: null, sources: [], quote: [], before };
  }
  const expiresAt = expiryOf(item, batch.now, hold, batch.checkouts.get(item.id));
  const { sources: was = [] } = batch.checkouts.get(item.id) ?? {};
  if (item.kind === "extend") return { item, expiresAt, sources: was, quote: proposal!.quote, before };
  return decideUnits(dependencies, batch, item, proposal!, { before, expiresAt });
}

function decideUnits(
  dependencies: CheckoutDependencies,
  batch: Batch,
  item: Item,
  proposal: Proposal,
  { before, expiresAt }: Pick<Decided, "before"> & { expiresAt: Date },
): Outcome<string> | Decided {
  const { taken, locked } = batch;
  const rows: Free = (skuId, locationId) => {
    const position = locked.get(positionKeyOf({ skuId, locationId }));
    return position === undefined ? 0 : position.onHand - position.damaged - position.reserved - position.allocated;
  };
  takeAll(taken, before, -1);
  const keep = (): void => takeAll(taken, before);
  let decided = proposal;
  if (proposal.missing.length > 0 || item.attempts >= FINAL_ATTEMPT) {
    const left = new Taken();
    const free: Free = (skuId, locationId) => rows(skuId, locationId) - taken.of({ skuId, locationId });
    decided = propose(dependencies, item.basket!, free, left);
  } else if (
    !fits(
      dependencies,
      item.basket!,
      proposal.sources,
      before,
      (key) => rows(key.skuId, key.locationId) - taken.of(key),
    )
  ) {
    item.attempts++;
    keep();
    return { again: true };
  }
  if (decided.missing.length > 0 && !item.allowPartial) {
    keep();
    return { ok: false, error: unavailable(item, decided) };
  }
  takeAll(taken, decided.sources);
  return { item, expiresAt, sources: decided.sources, quote: decided.quote, before };
}

/** Whether the positions still have what was proposed; what the basket holds there is its own, whatever rules have come since. */
function fits(
  { controls }: CheckoutDependencies,
  { channel, places }: Basket,
  sources: readonly Source[],
  before: readonly HeldUnits[],
  freeAt: (key: PositionKey) => number,
): boolean {
  const skus = new Map(places.flatMap(({ lines }) => lines.map(({ sku }) => [sku.id, sku] as const)));
  const [wanted, own] = [new Taken(), new Taken()];
  takeAll(wanted, sources);
  takeAll(own, before);
  return sources.every((source) => {
    const free = freeAt(source);
    const kept = Math.min(Math.max(0, free), own.of(source));
    const terms = controls.current.of(skus.get(source.skuId)!, channel);
    return kept + Math.max(0, terms.promisable(source.locationId, free - kept)) >= wanted.of(source);
  });
}

function refusalOfChange(
  { kind, version, id }: Item,
  hold: Hold | undefined,
  checkout: CheckoutRow | undefined,
): Refusal | null {
  if (hold === undefined || checkout === undefined) return common.refuse("notFound");
  const { state, orderId } = hold;
  if (state === "transferred" || (state !== "held" && kind !== "release"))
    return refuse("checkoutEnded", { details: { checkoutId: id, status: statusOf(state), orderId } });
  if (version !== null && version !== checkout.version)
    return common.refuse("versionConflict", { details: { version: checkout.version } });
  return null;
}

export type CheckoutStatus = "open" | "expired" | "released" | "ordered";

export function statusOf(state: Hold["state"]): CheckoutStatus {
  return state === "held" ? "open" : state === "transferred" ? "ordered" : state;
}

function expiryOf({ holdMinutes }: Item, now: Date, hold: Hold | undefined, checkout: CheckoutRow | undefined): Date {
  if (holdMinutes === null && hold !== undefined) return hold.expiresAt;
  const latest = (checkout?.createdAt ?? now).getTime() + MAX_LIFE_MS;
  return new Date(Math.min(now.getTime() + holdMinutes! * 60_000, latest));
}

function unavailable({ content }: Item, { missing }: Sourced): Refusal {
  const faults = missing.map(({ lineNumber, quantity }): Fault => {
    const place = content!.lines.findIndex((line, index) => (line.lineNumber ?? index + 1) === lineNumber);
    const wanted = content!.lines[place]!.quantity;
    return { pointer: `/lines/${place}/quantity`, message: `${wanted - quantity} of ${wanted} units can be held` };
  });
  return refuse("unavailable", { message: `${faults[0]!.pointer}: ${faults[0]!.message}.`, faults });
}
