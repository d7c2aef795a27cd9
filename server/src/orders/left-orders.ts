import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";

const findLeft = statement<{ id: string }>(
  "orders.findLeftOrders",
  `select given.id from unnest($1::uuid[]) as given (id) where exists (
     select from workflow.instances i
      where i.definition_id = any($2::int[]) and i.entity_id in (
        select given.id union all select f.id from orders.fulfillment_orders f where f.order_id = given.id))`,
);

/** Those of these orders of which any part runs on one of the definitions `left`: they are a newer release's. */
export async function findLeftOrders(
  database: Database,
  orderIds: readonly string[],
  left: readonly number[],
): Promise<ReadonlySet<string>> {
  if (left.length === 0) return new Set();
  const rows = await database.read(findLeft, [arrayLiteral("uuid", orderIds), arrayLiteral("int", left)]);
  return new Set(rows.map(({ id }) => id));
}
