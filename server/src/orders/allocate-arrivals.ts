import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { isPassing, Refusal } from "../platform/refusals.ts";
import type { ChangeOrder } from "./change-orders.ts";
import { orderEntity, type OrderRun } from "./order-run.ts";
import { takeArrived } from "./settle-supplies.ts";

const ORIGIN: Origin = { actor: "system:sourcing", requestId: null };
const BATCH = 200;

// What has come stays allocated to an order that is held, or whose workflow does not want it yet.
const findArrived = statement<{ id: string }>(
  "orders.findArrived",
  `select o.id from (select distinct order_id from inventory.supply_promises where arrived > 0) as arrived
     join orders.orders o on o.id = arrived.order_id and o.holds = 0 and not o.sourcing_deferred and o.status not in ('cancelled', 'complete')
    order by o.priority desc, o.ordered_at, o.id limit ${BATCH}`,
);

/**
 * Gives units that have come with a supply, and are allocated to the lines they were promised to since then, to the
 * location as work: no location has to be chosen, and nothing can be missing. Answers how many orders got some.
 */
export async function allocateArrivals(database: Database, changeOrder: ChangeOrder): Promise<number> {
  const rows = await database.read(findArrived);
  const done = await Promise.allSettled(rows.map(({ id }) => allocateArrived(changeOrder, id)));
  for (const one of done) if (one.status === "rejected" && !isExpected(one.reason)) throw one.reason;
  return done.filter((one) => one.status === "fulfilled" && one.value).length;
}

/** It has gone on meanwhile, its state does not take it, or the moment is wrong: it is found again if it has to be. */
function isExpected(error: unknown): boolean {
  return (
    error instanceof Refusal &&
    (isPassing(error) || error.code === "transitionNotAllowed" || error.code === "workflowFailed")
  );
}

async function allocateArrived(changeOrder: ChangeOrder, orderId: string): Promise<boolean> {
  const waited = new Map<number, number>();
  const answer = await changeOrder({
    orderId,
    action: "allocateArrivals",
    origin: ORIGIN,
    key: null,
    occurredAt: null,
    plan: (run) => {
      run.pendingSources = arrivedSources(run);
      for (const { number, backordered } of run.order.lines.values()) waited.set(number, backordered);
      return run.pendingSources.length === 0 ? null : { entity: orderEntity(run), event: { type: "sourced" } };
    },
    finish: (run) => ({ units: handOver(run, waited) }),
  });
  return answer.units > 0;
}

function arrivedSources({ order }: OrderRun): OrderRun["pendingSources"] {
  return [...order.lines.values()].flatMap(({ number, skuId, choiceNumber, backordered }) => {
    let left = order.holds > 0 || order.sourcingDeferred ? 0 : backordered;
    return (order.supplies?.promisesOf(order.id, number) ?? []).flatMap(({ locationId, arrived }) => {
      const quantity = Math.min(left, arrived);
      left -= quantity;
      return quantity === 0 ? [] : [{ choiceNumber, lineNumber: number, skuId, locationId, quantity }];
    });
  });
}

/** What fulfillment orders have taken of the arrived units is theirs now. */
function handOver(run: OrderRun, waited: ReadonlyMap<number, number>): number {
  let units = 0;
  for (const { number, backordered } of run.order.lines.values()) {
    let taken = (waited.get(number) ?? 0) - backordered;
    for (const promise of run.order.supplies?.promisesOf(run.order.id, number) ?? []) {
      const own = Math.min(promise.arrived, taken);
      if (own <= 0) continue;
      takeArrived(run, run.work, promise, own);
      taken -= own;
      units += own;
    }
  }
  return units;
}
