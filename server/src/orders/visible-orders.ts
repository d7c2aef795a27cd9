import { readComposed, sql } from "../platform/db/composed.ts";
import type { Database } from "../platform/db/database.ts";
import type { Principal } from "../platform/http/route.ts";
import { isId } from "../platform/ids.ts";
import { common } from "../platform/refusals.ts";
import { idOf } from "./get-order.ts";
import { scopeOf } from "./list-orders.ts";

/** The ID of an order that this caller may see; nothing is read for an ID from somebody who may see everything. */
export async function findVisibleOrder(database: Database, reference: string, principal: Principal): Promise<string> {
  const scope = scopeOf(principal);
  if (scope.length === 0 && isId(reference)) return reference;
  const conditions = scope.length === 0 ? sql`` : sql` and ${sql.join(scope, sql` and `)}`;
  const [row] = await readComposed(
    database,
    sql<{ id: string }>`select o.id from orders.orders o where o.id = (${idOf(reference)})${conditions}`,
  );
  if (row === undefined)
    throw common.refuse("notFound", { message: `There is no order ${reference} that you may see.` });
  return row.id;
}
