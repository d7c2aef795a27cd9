import type { Transaction } from "../../platform/db/database.ts";
import { arrayLiteral, statement } from "../../platform/db/statements.ts";
import type { EngineRequest, StepRun } from "../../workflow/public.ts";
import type { OrderAggregate } from "../aggregate.ts";
import { collect, type OrderRun, progressOf, recordFact } from "../order-run.ts";
import type { OwnStep } from "./step.ts";

/** Steps of orders that say when units are promised, or that none of a stock are needed. */
export const sourcingSteps: Readonly<Record<string, OwnStep>> = {
  deferSourcing: {
    description:
      "Lets no location be asked yet: all units wait, though there may be stock, until the step source. Put it into the entry steps of the state that waits.",
    run: forOrders((run) => defer(run, true)),
  },
  source: {
    description:
      "Lets units that wait be promised: as soon as a location has them, the order gets sourced. Without deferSourcing before, it changes nothing.",
    run: forOrders((run) => defer(run, false)),
  },
  performUnits: {
    description:
      "Books all units that wait as done and received, for services: no location and no stock is asked. Only for orders of the type service.",
    emits: ["progressed"],
    run: forOrders((run) => performUnits(run)),
  },
};

function forOrders(step: (run: OrderRun) => EngineRequest[]): StepRun {
  return (items) => {
    const emitted: EngineRequest[] = [];
    const failed = [];
    for (const { subject } of items) {
      try {
        emitted.push(...step(subject.entity.context as OrderRun));
      } catch (error) {
        failed.push({ subject, error });
      }
    }
    return { emitted, failed };
  };
}

function defer(run: OrderRun, isDeferred: boolean): EngineRequest[] {
  // What capture has found for it is left to others.
  if (isDeferred) run.pendingSources = [];
  if (run.order.sourcingDeferred === isDeferred) return [];
  run.order.sourcingDeferred = isDeferred;
  run.order.changed = true;
  collect(run.work, writeDeferrals, run.order);
  return [];
}

const updateDeferrals = statement(
  "orders.updateSourcingDeferrals",
  `update orders.orders o set sourcing_deferred = u.deferred from unnest($1::uuid[], $2::boolean[]) as u (id, deferred) where o.id = u.id`,
);

function writeDeferrals(transaction: Transaction, changed: readonly OrderAggregate[]): void {
  const orders = [...new Set(changed)];
  transaction.write(updateDeferrals, [
    arrayLiteral(
      "uuid",
      orders.map(({ id }) => id),
    ),
    arrayLiteral(
      "boolean",
      orders.map(({ sourcingDeferred }) => sourcingDeferred),
    ),
  ]);
}

function performUnits(run: OrderRun): EngineRequest[] {
  const { order } = run;
  if (order.header.type !== "service") throw new Error("Only a service can be done without handing anything over.");
  const lines = [...order.lines.values()].filter(({ backordered }) => backordered > 0);
  if (lines.length === 0) return [];
  const units = lines.map(({ number, backordered }) => ({ lineNumber: number, quantity: backordered }));
  for (const line of lines) {
    line.shipped += line.backordered;
    line.delivered += line.backordered;
    line.backordered = 0;
    line.changed = true;
  }
  order.changed = true;
  recordFact(run, "order.unitsPerformed", { lines: units });
  return progressOf(run);
}
