import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import type { Origin } from "../platform/events/record-events.ts";
import {
  type Engine,
  move,
  type MoveEntities,
  type PlannedMove,
  type WorkflowEntity,
  writeMoves,
} from "../workflow/public.ts";
import { endQuestions } from "./customer-questions.ts";
import { findFulfillmentOrder } from "./advance-fulfillment-orders.ts";
import { relabel } from "./apply-runs.ts";
import type { ChangeOrder } from "./change-orders.ts";
import { collect, fulfillmentEntity, orderEntity, type OrderRun } from "./order-run.ts";
import { refuse } from "./refusals.ts";

export interface MoveDependencies {
  database: Database;
  engine: Engine;
  changeOrder: ChangeOrder;
}

/** Orders go on in another version of their workflow, under their locks (X5). */
export function moveOrders(dependencies: MoveDependencies): MoveEntities {
  return (moves, origin) =>
    moveAll(
      dependencies,
      moves,
      origin,
      (entityId) => entityId,
      (run) => orderEntity(run),
    );
}

const readOwners = statement<{ id: string; order_id: string }>(
  "orders.readOwnersToMove",
  "select id, order_id from orders.fulfillment_orders where id = any($1::uuid[])",
);

/** So do fulfillment orders, under the locks of their orders. */
export function moveFulfillmentOrders(dependencies: MoveDependencies): MoveEntities {
  return async (moves, origin) => {
    const ids = moves.map(({ entityId }) => entityId);
    const rows = await dependencies.database.read(readOwners, [arrayLiteral("uuid", ids)]);
    const owners = new Map(rows.map((row) => [row.id, row.order_id]));
    return moveAll(
      dependencies,
      moves,
      origin,
      (entityId) => owners.get(entityId)!,
      (run, entityId) => fulfillmentEntity(run, findFulfillmentOrder(run, entityId)),
    );
  };
}

async function moveAll(
  { database, engine, changeOrder }: MoveDependencies,
  moves: readonly PlannedMove[],
  origin: Origin,
  orderOf: (entityId: string) => string,
  entityOf: (run: OrderRun, entityId: string) => WorkflowEntity,
): Promise<(Error | null)[]> {
  await database.transaction((transaction) =>
    engine.ensure(transaction, [...new Set(moves.map(({ toDefinitionId }) => toDefinitionId))]),
  );
  const done = await Promise.allSettled(
    moves.map((planned) =>
      changeOrder({
        orderId: orderOf(planned.entityId),
        action: "migrateWorkflow",
        origin,
        key: null,
        occurredAt: null,
        plan: (run) => {
          const { place } = entityOf(run, planned.entityId);
          if (place.definitionId !== planned.fromDefinitionId || place.state !== planned.fromState)
            throw refuse("nothingToDo", { message: "It has moved on meanwhile." });
          return null;
        },
        finish: (run) => moveOne(engine, run, entityOf(run, planned.entityId), planned),
      }),
    ),
  );
  return done.map((one) => (one.status === "fulfilled" ? null : (one.reason as Error)));
}

function moveOne(engine: Engine, run: OrderRun, entity: WorkflowEntity, planned: PlannedMove): object {
  const { now } = run.work;
  const state = engine.workflowOf(planned.toDefinitionId).states.get(planned.toState)!;
  const { id: entityId, place, actor, withoutTimers } = entity;
  const { toDefinitionId: definitionId } = planned;
  collect(run.work, writeMoves, move({ entityId, place, definitionId, state, actor, now, withoutTimers }));
  relabel(entity, state.label, now);
  // Nobody can answer to a state that the order does not stand in any more.
  if (entity.entityType === "order")
    collect(run.work, endQuestions, { orderId: entityId, entry: place.entry, answer: null, by: "overtaken", actor });
  run.order.changed = true;
  return {};
}
