import { type Condition, readComposed, sql } from "../platform/db/composed.ts";
import type { Database } from "../platform/db/database.ts";
import type { Principal } from "../platform/http/route.ts";
import { isId } from "../platform/ids.ts";
import { common } from "../platform/refusals.ts";
import { isOrderNumber } from "./get-order.ts";
import { scopeOf } from "./list-orders.ts";

/** The ID of an order that this caller may see; nothing is read for an ID from somebody who may see everything. */
export async function findVisibleOrder(database: Database, reference: string, principal: Principal): Promise<string> {
  return idAmong(await findVisibleOrders(database, [reference], principal), reference);
}

/** The IDs of these orders by their references, as far as this caller may see them: one statement for all that must be read. */
export async function findVisibleOrders(
  database: Database,
  references: readonly string[],
  principal: Principal,
): Promise<Map<string, string>> {
  const scope = scopeOf(principal);
  const distinct = [...new Set(references)];
  const known = scope.length === 0 ? distinct.filter(isId) : [];
  const found = new Map(known.map((id) => [id, id]));
  const unknown = distinct.filter((reference) => !found.has(reference));
  if (unknown.length === 0) return found;
  const conditions = scope.length === 0 ? sql`` : sql` where ${sql.join(scope, sql` and `)}`;
  const rows = await readComposed(
    database,
    sql<{ reference: string; id: string }>`select given.reference, o.id from (${givenIds(unknown)}) as given
      join orders.orders o on o.id = given.id${conditions}`,
  );
  for (const { reference, id } of rows) found.set(reference, id);
  return found;
}

/** Each reference with the ID that it means, as `idOf` understands a single one. */
function givenIds(references: readonly string[]): Condition {
  const ids = references.filter(isId);
  const numbers = references.filter((reference) => !isId(reference) && isOrderNumber(reference));
  const external = references.filter((reference) => !isId(reference) && reference.includes(":"));
  return sql`select reference, reference::uuid as id from unnest(${ids}::text[]) as reference
    union all
    select reference, x.id from unnest(${numbers}::text[]) as reference join orders.orders x on x.number = reference::bigint
    union all
    select reference, latest.id from unnest(${external}::text[]) as reference cross join lateral (
      select x.id from orders.orders x join network.channels xc on xc.id = x.channel_id
       where xc.code = split_part(reference, ':', 1) and x.external_reference = substr(reference, strpos(reference, ':') + 1)
       order by x.revision desc limit 1) as latest`;
}

export function idAmong(found: ReadonlyMap<string, string>, reference: string): string {
  const id = found.get(reference);
  if (id === undefined)
    throw common.refuse("notFound", { message: `There is no order ${reference} that you may see.` });
  return id;
}
