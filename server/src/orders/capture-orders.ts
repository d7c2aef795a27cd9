import {
  type AvailabilityIndex,
  type ControlsInForce,
  type ControlSet,
  lockQuotas,
  type Quota,
  QuotaRoom,
} from "../availability/public.ts";
import {
  expectPositions,
  type LockedPosition,
  lockHolds,
  lockPositions,
  type PositionKey,
  positionsAfter,
  PositionsUnderWay,
  readHolds,
} from "../inventory/public.ts";
import type { NetworkDirectory } from "../network/public.ts";
import { Batcher, type Outcome } from "../platform/batching.ts";
import type { Clock } from "../platform/clock.ts";
import type { Database, Transaction } from "../platform/db/database.ts";
import { drawNumbers } from "./capture-rows.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { newId } from "../platform/ids.ts";
import { keepAnswers, keyName, type RequestKey } from "../platform/http/idempotency.ts";
import { readCheckouts } from "../promising/public.ts";
import type { SourcingPolicy } from "../sourcing/public.ts";
import type { TaskDesk } from "../tasks/public.ts";
import { type Engine, type Known, untilWhole } from "../workflow/public.ts";
import type { OrderAggregate } from "./aggregate.ts";
import { refusalOfStrange } from "./apply-runs.ts";
import { type Batch, fits, giveBack, keepEarlier } from "./capture-batch.ts";
import { lockAndReadEarlier, referenceOf } from "./earlier-captures.ts";
import { hasLeft, openPositionsOf, ownUnitsOf } from "./earlier-version.ts";
import { createSoldOutRefusal, unavailable } from "./refuse-sold-out.ts";
import { lockAwaited, NO_SUPPLIES, promiseCaptured } from "./expect-supplies.ts";
import { answerStoredOrder, capturedAnswer } from "./captured-answer.ts";
import type { DueAt } from "./create-fulfillment-orders.ts";
import { quotaIdsOf } from "./counted-units.ts";
import { lockReplaced } from "./lock-replaced.ts";
import type { LocationLoad } from "./location-load.ts";
import { newOrder } from "./new-order.ts";
import { contentHash } from "./order-content.ts";
import type { CapturePlan } from "./plan-capture.ts";
import { positionKey, type Proposal, UnitsTaken } from "./proposal.ts";
import { eligiblePositions, keepingOwn, promisableFor, quotasFor } from "./propose-sources.ts";
import { LockedQuotas, takeOver } from "./quota-limits.ts";
import { refuse, rulesUnknown, unknownCheckout } from "./refusals.ts";
import { isSameHold, type OwnHold, proposeItem, unitsOfHold } from "./take-held-units.ts";
import type { CapturedOrderAnswer } from "./answer-schemas.ts";
import { waitForName, type WaitsForName } from "../platform/wait-for-name.ts";
import { type Captured, writeCaptured } from "./write-captured.ts";

/** One order to capture, understood already (`planCapture`). */
export interface CaptureRequest {
  plan: CapturePlan;
  origin: Origin;
  key: RequestKey | null;
}

export interface CaptureDependencies {
  database: Database;
  clock: Clock;
  network: NetworkDirectory;
  availability: AvailabilityIndex;
  controls: ControlsInForce;
  policy: SourcingPolicy;
  load: LocationLoad;
  engine: Engine;
  dueAt: DueAt;
  desk: TaskDesk;
}

interface CaptureItem extends CaptureRequest, WaitsForName {
  /** Of the order that it becomes; the same however often its batch begins anew. */
  orderId: string;
  /** How often the index proposed what the locked rows no longer had. */
  attempts: number;
  /** What its checkout holds, as it was read before the transaction. */
  hold: OwnHold;
  /** The earlier version of this order, found under its reference, which this one replaces. */
  supersedes: string | null;
}

/** From this attempt on, all positions that could supply the order are locked, and the decision is final. */
const FINAL_ATTEMPT = 2;

/** Captures orders: those that arrive together are decided together, in arrival order, and share one commit (O1, O2, O11, I12). */
export function createOrderCapture(
  dependencies: CaptureDependencies,
): (request: CaptureRequest) => Promise<CapturedOrderAnswer> {
  const underWay = new PositionsUnderWay();
  const batcher = new Batcher<CaptureItem, Result>({
    name: "captureOrders",
    // The second time finds the first one under its reference.
    isRepeatable: () => true,
    run: (items) => captureBatch(dependencies, underWay, items),
  });
  const refuseSoldOut = createSoldOutRefusal(dependencies);
  return async (request) => {
    if (dependencies.controls.isOutOfDate && !request.plan.content.historical) throw rulesUnknown();
    const refusal = await refuseSoldOut(request);
    if (refusal !== null) throw refusal;
    const result = await batcher.submit({
      ...request,
      orderId: newId(dependencies.clock.now().getTime()),
      attempts: 0,
      waitingSince: 0,
      hold: null,
      supersedes: null,
    });
    return "captured" in result
      ? result.captured
      : await answerStoredOrder(dependencies.database, result.storedOrderId, request.plan);
  };
}

type Result = { captured: CapturedOrderAnswer } | { storedOrderId: string };

async function captureBatch(
  dependencies: CaptureDependencies,
  underWay: PositionsUnderWay,
  items: readonly CaptureItem[],
): Promise<Outcome<Result>[]> {
  const checkouts = items.flatMap(({ plan }) => plan.checkoutId ?? []);
  const [holds] = await Promise.all([
    readHolds(dependencies.database, checkouts),
    dependencies.availability.ensure([...new Set(items.flatMap((item) => item.plan.lines.map((line) => line.sku.id)))]),
  ]);
  for (const item of items) item.hold = holds.get(item.plan.checkoutId ?? "") ?? null;
  const rules = dependencies.controls.current;
  const proposals = proposeAll(dependencies, items);
  const keys = items.flatMap((item, index) => positionsToLock(item, proposals[index]!, new Map()));
  const quotas = items.flatMap((item) => quotasFor(dependencies.controls, item.plan)?.all ?? []);
  // An earlier version that an order replaces has positions of its own, which are known only when it is locked. Counters of
  // quotas and what checkouts hold are locked before positions and decided on as well: a batch that needs some locks all
  // that it needs (ADR 0009).
  const isAlone = checkouts.length > 0 || quotas.length > 0 || items.some((item) => item.supersedes !== null);
  const expectable = isAlone ? null : underWay.expected(keys);
  const capture = (expectable: Promise<LockedPosition[] | null> | null): Promise<Outcome<Result>[]> =>
    underWay.during(keys, async (offer) => {
      // Waits before it holds anything that the one waited for might need.
      const expected = await expectable;
      return await untilWhole((known) =>
        dependencies.database.transaction((transaction) =>
          captureInTransaction(dependencies, transaction, { items, proposals, quotas, rules, expected, offer, known }),
        ),
      );
    });
  try {
    return await capture(expectable).catch((error: unknown) => {
      if (expectable !== null && underWay.wasWrong(error)) return capture(null);
      throw error;
    });
  } finally {
    for (const { claimed } of proposals) dependencies.load.release(claimed);
  }
}

/** Before the transaction: sourcing on the availability index, in arrival order. */
function proposeAll(dependencies: CaptureDependencies, items: readonly CaptureItem[]): Proposal[] {
  const { availability, controls } = dependencies;
  const taken = new UnitsTaken();
  const room = new QuotaRoom(availability.usedOf);
  return items.map(({ plan, hold }) => {
    const quotas = quotasFor(controls, plan);
    const limits = quotas === null ? null : { at: quotas.at, room, own: null };
    return proposeItem(dependencies, { plan, hold, limits }, availability.free, taken, promisableFor(controls, plan));
  });
}

interface CaptureAttempt {
  items: readonly CaptureItem[];
  proposals: readonly Proposal[];
  /** Those that the rules set its orders; mostly none. */
  quotas: readonly Quota[];
  rules: ControlSet;
  /** What the batch before this one is about to leave, if all that this one needs is in its hands. Else locked and read here. */
  expected: LockedPosition[] | null;
  /** Tells what becomes of the positions before it is committed. */
  offer: (positions: readonly LockedPosition[]) => void;
  known: Known;
}

async function captureInTransaction(
  dependencies: CaptureDependencies,
  transaction: Transaction,
  { items, proposals, quotas, rules, expected, offer, known }: CaptureAttempt,
): Promise<Outcome<Result>[]> {
  const named = items.flatMap(({ plan }) => plan.checkoutId ?? []);
  const { superseded, heldBefore } = await lockReplaced(dependencies.engine, transaction, items, named);
  // One round trip: locks in the one order (names, holds, supplies, quotas, positions), and everything the decision needs.
  const [earlier, holds, checkouts, book, counters, locked, numbers] = await Promise.all([
    lockAndReadEarlier(transaction, items),
    heldBefore ?? lockHolds(transaction, named),
    // Behind the locks of the holds, which every change of a checkout takes.
    readCheckouts(transaction, named),
    // Who replaces an order has locked the supplies of that one, and may not lock others after them: it is promised some later.
    superseded.size > 0 ? NO_SUPPLIES : lockAwaited(transaction, dependencies.availability, items, proposals),
    lockQuotas(transaction, quotas, [...superseded.values()].flatMap(quotaIdsOf)),
    expected ??
      lockPositions(
        transaction,
        items.flatMap((item, index) => positionsToLock(item, proposals[index]!, superseded)),
      ),
    transaction.read(drawNumbers, [items.length]),
  ]);
  const lockedQuotas = new LockedQuotas(counters);
  const batch: Batch = {
    now: dependencies.clock.now(),
    locked: new Map(locked.map((position) => [positionKey(position.skuId, position.locationId), position])),
    taken: new UnitsTaken(),
    holds,
    checkouts,
    released: new UnitsTaken(),
    rules,
    supplies: book,
    quotas: lockedQuotas,
    room: new QuotaRoom(lockedQuotas.usedOf),
    earlier,
    seen: new Set(),
    superseded,
  };
  const isHeld = expected === null ? Promise.resolve(true) : expectPositions(transaction, expected);
  if (expected === null) dependencies.availability.apply(locked);
  dependencies.availability.applyQuotas(counters);

  const captured: Captured[] = [];
  const work: number[] = [];
  const outcomes = items.map((item, index): Outcome<Result> | Captured => {
    const refused = known.refused.get(item.orderId) ?? known.refused.get(item.supersedes ?? "");
    if (refused !== undefined) return { ok: false, error: refused };
    const decision = earlier.holdsNames(index)
      ? decideCapture(dependencies, batch, item, proposals[index]!, numbers[index]!.number)
      : waitForName(item);
    if ("order" in decision) {
      captured.push(decision);
      if (!item.plan.content.historical) work.push(...proposals[index]!.claimed);
    }
    return decision;
  });
  transaction.afterCommit(() => dependencies.load.add(work));
  const moved = await writeCaptured(dependencies, transaction, captured, {
    locked,
    counters,
    now: batch.now,
    known,
  });
  void isHeld.then((held) => held && offer(positionsAfter(locked, moved)));
  const answers = new Map(captured.map((one) => [one, capturedAnswer(one, dependencies.network)]));
  keepAnswers(
    transaction,
    captured.flatMap((one) => (one.key ? [{ key: one.key, status: 201, response: answers.get(one)! }] : [])),
  );
  return outcomes.map((outcome) =>
    "order" in outcome ? { ok: true, value: { captured: answers.get(outcome)! } } : outcome,
  );
}

/** What the index proposed; everything eligible when it proposed too little or was wrong twice. */
function positionsToLock(
  item: CaptureItem,
  proposal: Proposal,
  superseded: ReadonlyMap<string, OrderAggregate>,
): PositionKey[] {
  const earlier = item.supersedes === null ? undefined : superseded.get(item.supersedes);
  const own = [...(earlier === undefined ? [] : openPositionsOf(earlier)), ...unitsOfHold(item.hold)];
  const isEnough = proposal.unassigned.length === 0 && item.attempts < FINAL_ATTEMPT;
  if (own.length === 0) return isEnough ? proposal.sources : eligiblePositions(item.plan);
  return [...own, ...(isEnough ? [] : eligiblePositions(item.plan)), ...proposal.sources];
}

/** The locked rows decide. Pure, but for what it takes from the batch. */
function decideCapture(
  dependencies: CaptureDependencies,
  batch: Batch,
  item: CaptureItem,
  proposal: Proposal,
  number: number,
): Outcome<Result> | Captured {
  const { plan, key } = item;
  const keptAnswer = key === null ? undefined : batch.earlier.kept.get(keyName(key));
  if (keptAnswer instanceof Error) return { ok: false, error: keptAnswer };
  if (keptAnswer !== undefined)
    return { ok: true, value: { captured: { ...(keptAnswer.response as CapturedOrderAnswer), replayed: true } } };
  const reference = referenceOf(plan);
  const stored = batch.earlier.stored.get(reference);
  const replaces = stored === undefined ? null : (batch.superseded.get(stored.id) ?? null);
  if (
    stored !== undefined &&
    (plan.channel.whenChanged === "refuse" || stored.content_hash.equals(contentHash(plan.content)))
  )
    return { ok: true, value: { storedOrderId: stored.id } };
  if (stored !== undefined && replaces === null) {
    item.supersedes = stored.id;
    return { again: true };
  }
  const strange = replaces === null ? null : refusalOfStrange(dependencies.engine, replaces, batch.now);
  if (strange !== null) return { ok: false, error: strange };
  if (replaces !== null && hasLeft(replaces))
    return {
      ok: false,
      error: refuse("tooLate", {
        message: `The earlier version, order ${replaces.number}, has left already; it cannot be replaced.`,
        details: { orderId: replaces.id },
      }),
    };
  if (batch.seen.has(reference)) return { again: true };

  const checkout = plan.checkoutId === null ? null : (batch.checkouts.get(plan.checkoutId) ?? null);
  // A later version of an order may name one that has been forgotten since.
  const isForgotten = checkout === null && (plan.checkoutId === null || replaces !== null);
  if (!isForgotten && checkout?.channelId !== plan.channel.id)
    return { ok: false, error: unknownCheckout(plan.checkoutId!) };
  const hold = checkout === null ? null : (batch.holds.get(checkout.id) ?? null);
  if (hold !== null && hold.state === "transferred" && hold.orderId !== replaces?.id)
    return { ok: false, error: refuse("checkoutOrdered", { details: { orderId: hold.orderId } }) };
  // It was changed or has expired since it was read: the next batch reads it again.
  const ofCheckout = `checkout ${plan.checkoutId}`;
  if (!isSameHold(hold, item.hold) || batch.seen.has(ofCheckout)) return { again: true };

  const quotas = quotasFor(dependencies.controls, plan);
  // Rules that came while the batch was on its way: it has proposed by other quotas, and locked other counters.
  const isCounted = quotas !== null || proposal.sources.some(({ counts }) => counts !== undefined);
  if (isCounted && batch.rules !== dependencies.controls.current) return { again: true };

  const everythingLocked = proposal.unassigned.length > 0 || item.attempts >= FINAL_ATTEMPT;
  const free = (skuId: number, locationId: number): number => {
    const position = batch.locked.get(positionKey(skuId, locationId));
    return position === undefined ? 0 : position.onHand - position.damaged - position.reserved - position.allocated;
  };
  // What is held gives way to no other hold, only to what is not there.
  const there = ({ skuId, locationId }: PositionKey): number => {
    const reserved = batch.locked.get(positionKey(skuId, locationId))?.reserved ?? 0;
    return (
      free(skuId, locationId) + reserved - batch.taken.of(skuId, locationId) - batch.released.of(skuId, locationId)
    );
  };
  giveBack(batch, replaces, hold);
  const byRules = promisableFor(dependencies.controls, plan);
  const promisable = replaces === null ? byRules : keepingOwn(byRules, openPositionsOf(replaces));
  const own = replaces === null ? null : ownUnitsOf(replaces);
  const limits = quotas === null ? null : { at: quotas.at, room: batch.room.copy(), own };
  let decided = proposal;
  if (everythingLocked) {
    // `proposePlan` takes its units from a copy first: a refused order must not keep them from the next one. The capacity
    // that the first proposal has claimed is its own to claim again.
    dependencies.load.release(proposal.claimed);
    decided = proposeItem(
      dependencies,
      { plan, hold, limits },
      (skuId, locationId) => free(skuId, locationId) - batch.taken.of(skuId, locationId),
      new UnitsTaken(),
      promisable,
      there,
    );
    proposal.claimed = decided.claimed;
  } else if (!fits(proposal, batch, free, promisable, there)) {
    item.attempts++;
    keepEarlier(batch, replaces, hold);
    return { again: true };
  }
  if (decided.unassigned.length > 0 && plan.mayBeRefused) {
    keepEarlier(batch, replaces, hold);
    return { ok: false, error: unavailable(plan, decided) };
  }
  for (const { skuId, locationId, quantity, counts } of decided.sources) {
    batch.taken.take(skuId, locationId, quantity);
    if (counts !== undefined) batch.room.take(counts.quota, counts.units);
  }
  batch.seen.add(reference);
  if (hold !== null) batch.seen.add(ofCheckout);
  const order = newOrder(item.orderId, plan, number, batch.now);
  const supplied = promiseCaptured(batch.supplies, item, decided.unassigned, { ...batch, ...dependencies });
  if (supplied.length > 0) order.supplies = batch.supplies;
  return {
    origin: item.origin,
    key,
    plan,
    revision: stored === undefined ? 1 : stored.revision + 1,
    order,
    supplied,
    sources: takeOver(batch.quotas.named(decided.sources), replaces === null ? [] : openPositionsOf(replaces)),
    explanations: decided.explanations,
    replaces,
    hold: hold?.state === "held" ? hold : null,
    checkout: hold?.state === "held" ? checkout : null,
  };
}
