import type { Clock } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import { arrayLiteral, statement } from "../../platform/db/statements.ts";
import { recordAudit } from "../../platform/events/record-audit.ts";
import type { Origin } from "../../platform/events/record-events.ts";
import { answerOnce, readKeptAnswers, type RequestKey } from "../../platform/http/idempotency.ts";
import type { Principal } from "../../platform/http/route.ts";
import { newId } from "../../platform/ids.ts";
import { enqueueJobs } from "../../platform/jobs/enqueue-jobs.ts";
import { common } from "../../platform/refusals.ts";
import type { Params } from "../../workflow/public.ts";
import { findOrders, type OrderFilter } from "../list-orders.ts";
import { refuse } from "../refusals.ts";
import type { ShipmentQueries } from "../shipment-queries.ts";
import { MASS_ACTION_JOB, rightsOf, type WorkingState } from "./mass-action.ts";

/** One statement writes them, one person decides on them; who has more narrows the filter, for example by time. */
export const MAX_ORDERS = 50_000;

export interface BeginMassAction {
  /** `hold`, `release`, `cancel`, or an event that the orders' workflows offer. */
  action: string;
  data: Params;
  reason: string;
  filter: OrderFilter;
  principal: Principal;
  origin: Origin;
  key: RequestKey | null;
}

export interface MassActionDependencies {
  database: Database;
  clock: Clock;
  shipments: ShipmentQueries;
}

const ENDED: ReadonlySet<string> = new Set(["cancelled", "expired", "complete"]);

const insertMassAction = statement(
  "orders.insertMassAction",
  `insert into orders.mass_actions (id, action, data, reason, filter, state, order_count, skipped_count, rights, begun_by, begun_at)
   values ($1::uuid, $2, $3::jsonb, $4, $5::jsonb, $6, $7::int, $8::int, $9::jsonb, $10, $11::timestamptz)`,
);

const insertItems = statement(
  "orders.insertMassActionItems",
  `insert into orders.mass_action_items (mass_action_id, position, order_id)
   select $1::uuid, given.position, given.order_id from unnest($2::uuid[]) with ordinality as given (order_id, position)`,
);

/**
 * Notes which orders the filter finds now, and sets the workers on them: whatever else is to happen, they are held first,
 * so that nothing goes out while somebody looks at the preview (O19). Holding and releasing need no decision.
 */
export async function beginMassAction(
  { database, clock, shipments }: MassActionDependencies,
  request: BeginMassAction,
): Promise<{ id: string }> {
  const { principal, origin } = request;
  if (request.action === "cancel" && !principal.permissions.has("orders:cancel"))
    throw common.refuse("forbidden", {
      message: "This needs the permission orders:cancel.",
      details: { permission: "orders:cancel" },
    });
  // A repetition is answered as before, whatever the filter would find by now.
  const kept = await database.transaction((transaction) =>
    readKeptAnswers(transaction, request.key ? [request.key] : []),
  );
  for (const answer of kept.values()) {
    if (answer instanceof Error) throw answer;
    return answer.response as { id: string };
  }
  const found = await findOrders(database, shipments, request.filter, principal, MAX_ORDERS + 1);
  if (found.length > MAX_ORDERS)
    throw refuse("tooManyOrders", {
      message: `The filter finds more than ${MAX_ORDERS} orders; narrow it.`,
      faults: [{ pointer: "/filter", message: `finds more than ${MAX_ORDERS} orders` }],
    });
  const open = found.filter(({ status }) => !ENDED.has(status));
  if (open.length === 0) throw refuse("nothingToDo", { message: "The filter finds no order that is under way." });
  const state: WorkingState = request.action === "hold" || request.action === "release" ? "running" : "holding";
  return await database.transaction((transaction) =>
    answerOnce(transaction, request.key, 201, async () => {
      const id = newId();
      transaction.write(insertMassAction, [
        id,
        request.action,
        JSON.stringify(request.data),
        request.reason,
        JSON.stringify(withoutPeople(request.filter)),
        state,
        open.length,
        found.length - open.length,
        JSON.stringify(rightsOf(principal)),
        origin.actor,
        clock.now(),
      ]);
      transaction.write(insertItems, [
        id,
        arrayLiteral(
          "uuid",
          open.map((order) => order.id),
        ),
      ]);
      enqueueJobs(transaction, [{ kind: MASS_ACTION_JOB, orderingKey: id, payload: { massActionId: id, state } }]);
      recordAudit(transaction, [
        {
          origin,
          action: "beginMassAction",
          entityType: "massAction",
          entityId: id,
          details: { action: request.action, orders: open.length },
        },
      ]);
      return { id };
    }),
  );
}

/** What names a person is told as having been asked, not what. */
function withoutPeople({ customer, query, ...rest }: OrderFilter): object {
  return {
    ...rest,
    ...(customer === undefined ? {} : { customer: "…" }),
    ...(query === undefined ? {} : { query: "…" }),
  };
}
