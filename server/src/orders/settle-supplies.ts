import type { SupplyBook, SupplyPromise } from "../inventory/public.ts";
import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { collect, type OrderRun, type OrderWork, recordFact, skuCode } from "./order-run.ts";
import type { SuppliedUnits } from "./promise-from-supplies.ts";

/**
 * A line is promised of supplies at most what of it waits: what was cancelled, or came from elsewhere, is given back, what is
 * still to come before what is here. Answers the supplies that were locked for these orders, to be written.
 */
export function settleSupplies(runs: readonly OrderRun[], work: OrderWork): SupplyBook[] {
  const books = new Set<SupplyBook>();
  for (const run of runs) {
    const { supplies, lines, id } = run.order;
    if (supplies === null) continue;
    books.add(supplies);
    for (const { number, backordered } of lines.values()) {
      const promises = supplies.promisesOf(id, number);
      let excess = promises.reduce((sum, { waiting, arrived }) => sum + waiting + arrived, 0) - backordered;
      for (const promise of promises) {
        const units = Math.min(promise.waiting, excess);
        if (units <= 0) continue;
        supplies.release(promise, units, run.origin);
        excess -= units;
      }
      for (const promise of promises) {
        const units = Math.min(promise.arrived, excess);
        if (units <= 0) continue;
        takeArrived(run, work, promise, units);
        excess -= units;
      }
    }
  }
  return [...books];
}

/** Units that have arrived for the order leave its hands: they are in a fulfillment order now, or free. */
export function takeArrived(
  { order, occurredAt, origin }: OrderRun,
  work: OrderWork,
  promise: SupplyPromise,
  units: number,
): void {
  order.supplies!.takeArrived(promise, units);
  work.movements.push({
    skuId: promise.skuId,
    locationId: promise.locationId,
    kind: "release",
    allocated: -units,
    occurredAt,
    source: "orders",
    sourceDocument: order.id,
    origin,
  });
}

const markSupplied = statement(
  "orders.markSupplied",
  `update orders.order_lines l set supplied = true from unnest($1::uuid[], $2::int[]) as u (order_id, number)
   where l.order_id = u.order_id and l.number = u.number and not l.supplied`,
);

/** Units of the order were promised of what is to come: it says so, and looks for them from now on. */
export function tellSupplied(run: OrderRun, supplied: readonly SuppliedUnits[]): void {
  if (supplied.length === 0) return;
  for (const { lineNumber } of supplied) collect(run.work, writeSupplied, { orderId: run.order.id, lineNumber });
  recordFact(run, "order.supplyPromised", {
    lines: supplied.map(({ lineNumber, skuId, supplyId, location, quantity, expectedOn }) => ({
      lineNumber,
      sku: skuCode(run, skuId),
      supplyId,
      location,
      quantity,
      expectedOn,
    })),
  });
}

/** From now on whoever locks the order looks for its promises. */
function writeSupplied(transaction: Transaction, lines: readonly { orderId: string; lineNumber: number }[]): void {
  transaction.write(markSupplied, [
    arrayLiteral(
      "uuid",
      lines.map(({ orderId }) => orderId),
    ),
    arrayLiteral(
      "int",
      lines.map(({ lineNumber }) => lineNumber),
    ),
  ]);
}
