import type { ControlSet } from "../availability/public.ts";
import type { SkuEntry } from "../catalog/public.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import type { Transaction } from "../platform/db/database.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { raiseExceptions } from "../tasks/public.ts";
import { type Known, untilWhole } from "../workflow/public.ts";
import { locationsThatRejected, type OrderAggregate } from "./aggregate.ts";
import { advance, definitionsOf, refusalOfStrange, writeRuns } from "./apply-runs.ts";
import { mayBeSupplied } from "./expect-supplies.ts";
import { lockAndLoadOrders } from "./load-orders.ts";
import { collect, newWork, orderEntity, type OrderRun } from "./order-run.ts";
import { suppliersOf } from "./order-types.ts";
import type { SupplyNeed } from "./promise-from-supplies.ts";
import { type LaterLine, promiseAnew, tellUpset, upsetOf } from "./promise-anew.ts";
import { tellSupplied } from "./settle-supplies.ts";
import type { BackorderDependencies } from "./source-backorders.ts";

const ORIGIN: Origin = { actor: "system:supply", requestId: null };
const BATCH = 200;
const DEADLINE_MS = 24 * 60 * 60 * 1000;
/** The event that workflows may take when a promise of theirs is broken. */
export const SUPPLY_CHANGED = "supplyChanged";

// Orders that have to be told first; then those of which units wait that nobody has promised, while some are to come. It
// starts from supplies that have units left: mostly none of a SKU that somebody waits for.
const findUnpromised = statement<{ id: string }>(
  "orders.findUnpromised",
  `with upset as (select distinct order_id as id from inventory.supply_promises where upset limit ${BATCH}),
     open as materialized (
       select sku_id, location_id from inventory.supplies
        where due > 0 and expected_on >= (now() - interval '1 day')::date and due::bigint * confidence / 100 > promised),
     waiting as (
       select distinct o.priority, o.ordered_at, o.id from open
         join orders.order_lines l on l.sku_id = open.sku_id and l.backordered > 0
         join orders.orders o on o.id = l.order_id and not o.historical and o.type <> 'service' and o.status not in ('cancelled', 'complete')
         join orders.fulfillment_choices c on c.order_id = l.order_id and c.number = l.choice_number
           and (c.location_id is null or c.location_id = open.location_id)
         join network.channels ch on ch.id = o.channel_id
         join network.network_locations m on m.network_id = ch.network_id and m.location_id = open.location_id
        where l.backordered > (select coalesce(sum(p.waiting + p.arrived), 0) from inventory.supply_promises p
            where l.supplied and p.order_id = l.order_id and p.line_number = l.number)
          and ($1::uuid is null or (-o.priority, o.ordered_at, o.id) > ($2::int, $3::timestamptz, $1::uuid))
        order by o.priority desc, o.ordered_at, o.id limit ${BATCH})
   select id from upset union all select id from waiting where id not in (select id from upset)`,
);

const readPlace = statement<{ id: string; rank: number; ordered_at: Date }>(
  "orders.readPlaceOfWaiting",
  `select id, -priority as rank, ordered_at from orders.orders where id = $1::uuid`,
);

const readSkus = statement<{ sku_id: number }>(
  "orders.readSkusOfUnpromised",
  `select distinct sku_id from orders.order_lines where order_id = any($1::uuid[]) and backordered > 0`,
);

/** Answers how many orders were promised something, or told. */
export type PromiseWaiting = () => Promise<number>;

/**
 * Promises what waits of what is to come, highest priority first, then oldest; and tells orders whose units are lost or late,
 * after it has looked for others. Orders for which nothing was found are passed by: it goes on behind them.
 */
export function createWaitingPromises(dependencies: BackorderDependencies): PromiseWaiting {
  let last: { id: string; rank: number; ordered_at: Date } | null = null;
  return async () => {
    const { database, skus } = dependencies;
    const rows = await database.read(findUnpromised, [last?.id ?? null, last?.rank ?? null, last?.ordered_at ?? null]);
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) {
      last = null;
      return 0;
    }
    const waiting = await database.read(readSkus, [arrayLiteral("uuid", ids)]);
    const entries = await skus.byIds(waiting.map(({ sku_id }) => sku_id));
    const done = await untilWhole((known) =>
      database.transaction((transaction) => promiseLocked(dependencies, transaction, { ids, entries, known })),
    );
    last = done > 0 || ids.length < BATCH ? null : ((await database.read(readPlace, [ids.at(-1)!]))[0] ?? null);
    return done;
  };
}

interface Waiting {
  ids: readonly string[];
  entries: ReadonlyMap<number, SkuEntry>;
  known: Known;
}

async function promiseLocked(
  dependencies: BackorderDependencies,
  transaction: Transaction,
  { ids, entries, known }: Waiting,
): Promise<number> {
  const { engine, network, clock, controls } = dependencies;
  const loaded = [...(await lockAndLoadOrders(transaction, ids, [...entries.keys()])).values()];
  await engine.ensure(transaction, loaded.flatMap(definitionsOf));
  const now = clock.now();
  const orders = loaded
    .filter((order) => refusalOfStrange(engine, order, now) === null && !known.refused.has(order.id))
    .sort((one, other) => other.priority - one.priority || one.orderedAt.getTime() - other.orderedAt.getTime());
  const skuCodes = new Map([...entries].map(([id, { code }]) => [id, code]));
  const { dueAt, desk } = dependencies;
  const work = newWork({ now, network, dueAt, desk, skuCodes, locked: undefined });
  const touched: { run: OrderRun; worse: LaterLine[] }[] = [];
  for (const order of orders) {
    const run: OrderRun = { order, pendingSources: [], occurredAt: now, origin: ORIGIN, work };
    const upset = upsetOf(run);
    const needs = needsOf(dependencies, order, entries, controls.current);
    const promised = promiseAnew(run, upset, needs);
    if (upset.length === 0 && promised.length === 0) continue;
    tellSupplied(run, promised);
    touched.push({ run, worse: tellUpset(run, upset, promised) });
  }
  const worse = touched.filter((one) => one.worse.length > 0);
  const requests = worse.map(({ run, worse: lines }) => ({
    entity: orderEntity(run),
    event: { type: SUPPLY_CHANGED, data: { lines } },
  }));
  const { outcomes } = await advance(engine, transaction, requests, now, known);
  for (const [index, { run }] of worse.entries()) if (outcomes[index]!.kind !== "moved") raiseUntaken(run);
  void writeRuns(
    transaction,
    touched.map(({ run }) => run),
    work,
  );
  return touched.length;
}

function needsOf(
  { network }: BackorderDependencies,
  order: OrderAggregate,
  entries: ReadonlyMap<number, SkuEntry>,
  controls: ControlSet,
): SupplyNeed[] {
  const channel = network.channelById(order.channelId);
  if (channel === undefined || !mayBeSupplied(order.header.type, order.historical)) return [];
  const rejected = locationsThatRejected(order);
  const eligible = suppliersOf(order.header.type, channel.locationIds, network).filter((id) => !rejected.has(id));
  return [...order.lines.values()].flatMap(({ number, skuId, choiceNumber, backordered }) => {
    const promised = order
      .supplies!.promisesOf(order.id, number)
      .reduce((sum, { waiting, arrived }) => sum + waiting + arrived, 0);
    const sku = entries.get(skuId);
    if (sku === undefined || backordered === 0) return [];
    const terms = controls.of(sku, channel);
    const choice = order.choices.get(choiceNumber)!;
    const only = choice.method === "pickup" ? choice.locationId : null;
    return [
      {
        orderId: order.id,
        lineNumber: number,
        skuId,
        units: Math.max(0, backordered - promised),
        priority: order.priority,
        waitsSince: order.orderedAt,
        locationIds: only === null ? eligible : eligible.filter((id) => id === only),
        isExcluded: (locationId: number) => terms.at(locationId)?.excludedBy != null,
      },
    ];
  });
}

/** No state of its workflow deals with it: somebody has to. */
function raiseUntaken({ order, work }: OrderRun): void {
  collect(work, raiseExceptions, {
    kind: "supplyChanged",
    entityType: "order",
    entityId: order.id,
    reason: "Units that were promised of an expected receipt come later, or not at all.",
    nextAction: "Ask the customer to wait, to take something else or to cancel; stock that comes is used by itself.",
    details: { orderNumber: order.number },
    ownerTeam: "customer-service",
    dueAt: new Date(work.now.getTime() + DEADLINE_MS),
  });
}
