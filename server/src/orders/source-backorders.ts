import { type AvailabilityIndex, type ChannelTerms, lockQuotas, QuotaRoom } from "../availability/public.ts";
import type { SkuDirectory, SkuEntry } from "../catalog/public.ts";
import { lockPositions } from "../inventory/public.ts";
import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { locationsThatRejected, type OrderAggregate, type OrderLine } from "./aggregate.ts";
import { type Known, untilWhole } from "../workflow/public.ts";
import { advance, definitionsOf, refusalOfStrange, writeRuns } from "./apply-runs.ts";
import type { ChangeDependencies } from "./change-orders.ts";
import { quotaIdsOf } from "./counted-units.ts";
import { findServable } from "./find-waiting.ts";
import { lockAndLoadOrders } from "./load-orders.ts";
import { newWork, orderEntity, type OrderRun } from "./order-run.ts";
import { suppliersOf } from "./order-types.ts";
import type { Promisable } from "./plan-capture.ts";
import { RestingOrders } from "./resting-orders.ts";
import { positionKey, type Proposal, type ProposedSource, type SourcingGroup, UnitsTaken } from "./proposal.ts";
import { groupForSourcing, proposeSources, quotasOf, type SourcingBasis } from "./propose-sources.ts";
import { LockedQuotas, type OrderQuotas } from "./quota-limits.ts";

export interface BackorderDependencies extends ChangeDependencies, SourcingBasis {
  availability: AvailabilityIndex;
  skus: SkuDirectory;
}

/** Sources the waiting lines of these orders, or, without IDs, of those that stock can be found for. Answers how many orders got some. */
export type SourceBackorders = (orderIds?: readonly string[]) => Promise<number>;

/** Orders of one transaction. */
const BATCH = 200;
const ORIGIN: Origin = { actor: "system:sourcing", requestId: null };

/**
 * Whatever made a line wait (no stock at capture, a rejection, a short), it is sourced again in one way: highest
 * priority first, then oldest, never from a location that has rejected the order, never while the order is held or its workflow has
 * put sourcing off.
 */
export function createBackorderSourcing(dependencies: BackorderDependencies): SourceBackorders {
  const resting = new RestingOrders(dependencies.clock);
  return async (orderIds) => {
    if (dependencies.controls.isOutOfDate) return 0;
    const ids = orderIds ?? (await findServable(dependencies, dependencies.controls.current, BATCH, resting.ids()));
    let sourced = 0;
    for (let from = 0; from < ids.length; from += BATCH)
      sourced += await sourceBatch(dependencies, ids.slice(from, from + BATCH), resting);
    return sourced;
  };
}

const readSkus = statement<{ sku_id: number; waits: boolean }>(
  "orders.readSkusOfWaiting",
  `select sku_id, bool_or(backordered > 0) as waits from orders.order_lines where order_id = any($1::uuid[]) group by sku_id`,
);

async function sourceBatch(
  dependencies: BackorderDependencies,
  orderIds: readonly string[],
  resting: RestingOrders,
): Promise<number> {
  const ids = arrayLiteral("uuid", orderIds);
  const rows = await dependencies.database.read(readSkus, [ids]);
  const waiting = rows.filter(({ waits }) => waits).map((row) => row.sku_id);
  if (waiting.length === 0) return 0;
  await dependencies.availability.ensure(waiting);
  const skus = await dependencies.skus.byIds(rows.map((row) => row.sku_id));
  return await untilWhole((known) => trySourcing(dependencies, { orderIds, skus, known, resting }));
}

interface WaitingProposal {
  order: OrderAggregate;
  proposal: Proposal;
  rules: WaitingRules;
}

/** What an order that waits may have of what is free. */
interface WaitingRules {
  promisable: Promisable;
  /** Of units that were promised once and got lost: only where nothing is sold at all they are not sourced either (ADR 0008). */
  ofLost: Promisable;
  quotas: OrderQuotas | null;
}

interface Sourcing {
  orderIds: readonly string[];
  skus: ReadonlyMap<number, SkuEntry>;
  known: Known;
  resting: RestingOrders;
}

async function trySourcing(
  dependencies: BackorderDependencies,
  { orderIds, skus, known, resting }: Sourcing,
): Promise<number> {
  const proposals: WaitingProposal[] = [];
  try {
    return await dependencies.database.transaction(async (transaction) => {
      const loaded = [...(await lockAndLoadOrders(transaction, orderIds)).values()];
      await dependencies.engine.ensure(transaction, loaded.flatMap(definitionsOf));
      const orders = loaded
        .filter((order) => order.holds === 0 && !order.sourcingDeferred)
        .filter(
          (order) =>
            refusalOfStrange(dependencies.engine, order, dependencies.clock.now()) === null &&
            !known.refused.has(order.id),
        )
        .sort((one, other) => other.priority - one.priority || one.orderedAt.getTime() - other.orderedAt.getTime());
      const taken = new UnitsTaken();
      const room = new QuotaRoom(dependencies.availability.usedOf);
      for (const order of orders) {
        const rules = rulesFor(dependencies, order, skus);
        proposals.push({ order, proposal: proposeFor(dependencies, order, rules, { taken, room }), rules });
      }
      if (!dependencies.controls.current.isEmpty) resting.note(proposals);
      return await sourceLocked(dependencies, transaction, proposals, { skus, known });
    });
  } finally {
    for (const { proposal } of proposals) dependencies.load.release(proposal.claimed);
  }
}

const readAttempts = statement<{ order_id: string; attempt: number }>(
  "orders.readSourcingAttempts",
  `select order_id, max(attempt) as attempt from orders.sourcing_decisions where order_id = any($1::uuid[]) group by order_id`,
);

/** The locked rows decide; what the index was wrong about stays waiting and is tried again with what is known now. */
async function sourceLocked(
  dependencies: BackorderDependencies,
  transaction: Transaction,
  proposals: readonly WaitingProposal[],
  { skus, known }: Pick<Sourcing, "skus" | "known">,
): Promise<number> {
  const [attempts, counters, locked] = await Promise.all([
    transaction.read(readAttempts, [
      arrayLiteral(
        "uuid",
        proposals.map(({ order }) => order.id),
      ),
    ]),
    lockQuotas(
      transaction,
      proposals.flatMap(({ rules }) => rules.quotas?.all ?? []),
      proposals.flatMap(({ order }) => quotaIdsOf(order)),
    ),
    lockPositions(
      transaction,
      proposals.flatMap(({ proposal }) => proposal.sources),
    ),
  ]);
  const lastAttempts = new Map(attempts.map((row) => [row.order_id, row.attempt]));
  dependencies.availability.apply(locked);
  dependencies.availability.applyQuotas(counters);
  const quotas = new LockedQuotas(counters);
  const room = new QuotaRoom(quotas.usedOf);
  const left = new Map(
    locked.map((row) => [
      positionKey(row.skuId, row.locationId),
      row.onHand - row.damaged - row.reserved - row.allocated,
    ]),
  );
  const now = dependencies.clock.now();
  const work = newWork({
    now,
    network: dependencies.network,
    dueAt: dependencies.dueAt,
    desk: dependencies.desk,
    skuCodes: new Map([...skus].map(([id, { code }]) => [id, code])),
    locked,
    lockedQuotas: counters,
  });
  const sourced: { run: OrderRun; proposal: Proposal }[] = [];
  for (const { order, proposal, rules } of proposals) {
    const own = { lost: new UnitsTaken(), others: new UnitsTaken() };
    const fits = ({ skuId, locationId, quantity, counts, owed }: ProposedSource): boolean => {
      const [promisable, mine] = owed ? [rules.ofLost, own.lost] : [rules.promisable, own.others];
      const key = positionKey(skuId, locationId);
      const free = left.get(key) ?? 0;
      const had = mine.of(skuId, locationId);
      if (promisable(skuId, locationId, free + had) - had < quantity) return false;
      if (counts !== undefined && room.left(counts.quota) < counts.units) return false;
      left.set(key, free - quantity);
      mine.take(skuId, locationId, quantity);
      if (counts !== undefined) room.take(counts.quota, counts.units);
      return true;
    };
    const sources = proposal.sources.filter(fits);
    if (sources.length === 0) continue;
    const pendingSources = quotas.named(sources);
    const run: OrderRun = { order, pendingSources, occurredAt: now, origin: ORIGIN, work };
    sourced.push({ run, proposal });
  }
  const result = await advance(
    dependencies.engine,
    transaction,
    sourced.map(({ run }) => ({ entity: orderEntity(run), event: { type: "sourced" } })),
    now,
    known,
  );
  // A state that does not take it leaves the order as it is: it counts as not sourced, so that the worker rests.
  const moved = sourced.filter((_, index) => result.outcomes[index]!.kind === "moved");
  for (const {
    run: { order },
    proposal,
  } of moved) {
    work.facts.decisions.push({
      orderId: order.id,
      attempt: 1 + (lastAttempts.get(order.id) ?? 0),
      decidedAt: now,
      explanation: proposal.explanations,
    });
  }
  transaction.afterCommit(() => dependencies.load.add(moved.flatMap(({ proposal }) => proposal.claimed)));
  void writeRuns(
    transaction,
    moved.map(({ run }) => run),
    work,
  );
  return moved.length;
}

/** Units that were promised once come first: of what is left after them the rules keep back what they keep back. */
function proposeFor(
  dependencies: BackorderDependencies,
  order: OrderAggregate,
  rules: WaitingRules,
  { taken, room }: { taken: UnitsTaken; room: QuotaRoom },
): Proposal {
  const channel = dependencies.network.channelById(order.channelId);
  const rejected = locationsThatRejected(order);
  const suppliers = suppliersOf(order.header.type, channel?.locationIds ?? [], dependencies.network);
  const eligible = suppliers.filter((id) => !rejected.has(id));
  const { free } = dependencies.availability;
  const groupsOf = (unitsOf: (line: OrderLine) => number): SourcingGroup[] =>
    waitingGroups(order, unitsOf).filter(
      ({ onlyLocationId }) => onlyLocationId === null || eligible.includes(onlyLocationId),
    );
  const limits = rules.quotas === null ? null : { at: rules.quotas.at, room, own: null };
  const others = groupsOf((line) => line.backordered - lostOf(line) - arrivedFor(order, line));
  const lost = groupsOf(lostOf);
  if (lost.length === 0) return proposeSources(dependencies, others, eligible, free, taken, rules.promisable, limits);
  const owed = proposeSources(dependencies, lost, eligible, free, taken, rules.ofLost);
  const rest = proposeSources(dependencies, others, eligible, free, taken, rules.promisable, limits);
  return {
    sources: [...owed.sources.map((source) => ({ ...source, owed: true as const })), ...rest.sources],
    unassigned: [...owed.unassigned, ...rest.unassigned],
    explanations: [...owed.explanations, ...rest.explanations],
    heldSources: 0,
    claimed: [...owed.claimed, ...rest.claimed],
    keptBack: rest.keptBack,
  };
}

/** Units that have come for the line already: they are allocated to it, and given to their location by `allocateArrivals`. */
function arrivedFor({ id, supplies }: OrderAggregate, { number, backordered, lost }: OrderLine): number {
  const arrived = (supplies?.promisesOf(id, number) ?? []).reduce((sum, promise) => sum + promise.arrived, 0);
  return Math.min(arrived, backordered - Math.min(lost?.units ?? 0, backordered));
}

function lostOf({ lost, backordered }: OrderLine): number {
  return lost === null ? 0 : Math.min(lost.units, backordered);
}

function waitingGroups(order: OrderAggregate, unitsOf: (line: OrderLine) => number): SourcingGroup[] {
  return groupForSourcing(
    [...order.lines.values()]
      .filter((line) => unitsOf(line) > 0)
      .map((line) => {
        const choice = order.choices.get(line.choiceNumber)!;
        return {
          lineNumber: line.number,
          skuId: line.skuId,
          quantity: unitsOf(line),
          choiceNumber: choice.number,
          latitude: choice.latitude,
          longitude: choice.longitude,
          onlyLocationId: choice.method === "pickup" ? choice.locationId : null,
        };
      }),
  );
}

const everythingFree: Promisable = (_sku, _location, free) => free;

/** What rules keep back from a channel is not for those who wait in it either, unless it had been promised to them. */
function rulesFor(
  { network, controls: { current } }: BackorderDependencies,
  order: OrderAggregate,
  skus: ReadonlyMap<number, SkuEntry>,
): WaitingRules {
  const channel = network.channelById(order.channelId);
  if (current.isEmpty || channel === undefined)
    return { promisable: everythingFree, ofLost: everythingFree, quotas: null };
  const terms = new Map<number, ChannelTerms>();
  for (const { skuId, backordered } of order.lines.values()) {
    const sku = skus.get(skuId);
    if (backordered > 0 && sku !== undefined) terms.set(skuId, current.of(sku, channel));
  }
  return {
    promisable: (skuId, locationId, free) => terms.get(skuId)?.promisable(locationId, free) ?? 0,
    ofLost: (skuId, locationId, free) => {
      const known = terms.get(skuId);
      return known === undefined || known.at(locationId)?.excludedBy != null ? 0 : free;
    },
    quotas: quotasOf(terms, channel.id, () => false),
  };
}
