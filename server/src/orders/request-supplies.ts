import { supplyRequestEvents } from "../inventory/public.ts";
import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { newId } from "../platform/ids.ts";

const ORIGIN: Origin = { actor: "system:supply", requestId: null };
/** What free stock or a receipt can serve is promised within seconds; a request is for what nobody has. */
const PATIENCE_SECONDS = 30;
const BATCH = 1_000;

interface Needed {
  id: string | null;
  skuId: number;
  sku: string;
  version: number;
  quantity: number;
  orders: number;
  waitsSince: Date | null;
}

// Services need no stock, and what is made to order is made; the others wait for somebody to send it. Supplies of which
// something is left are promised by `promiseWaiting` first. It reads the index of waiting lines alone.
const findChanges = statement<Needed>(
  "orders.findSupplyRequests",
  `with needed as materialized (
     select l.sku_id, sum(l.backordered - coalesce(p.units, 0))::bigint as quantity, count(distinct l.order_id)::int as orders,
       min(o.ordered_at) as waits_since
     from orders.order_lines l
     join orders.orders o on o.id = l.order_id and not o.historical and o.status not in ('cancelled', 'complete')
       and o.type not in ('service', 'makeToOrder')
       and o.captured_at < now() - interval '${PATIENCE_SECONDS} seconds'
     left join lateral (select sum(waiting + arrived) as units from inventory.supply_promises p
        where l.supplied and p.order_id = l.order_id and p.line_number = l.number) p on true
     where l.backordered > coalesce(p.units, 0) and l.backordered > 0
     group by l.sku_id)
   select r.id, coalesce(r.sku_id, n.sku_id) as "skuId", (select code from catalog.skus where id = coalesce(r.sku_id, n.sku_id)) as sku,
     coalesce(r.version, 0) as version, coalesce(n.quantity, 0)::float8 as quantity, coalesce(n.orders, 0) as orders, n.waits_since as "waitsSince"
   from needed n full join (select * from orders.supply_requests where closed_at is null) r on r.sku_id = n.sku_id
   where (n.quantity, n.orders, n.waits_since) is distinct from (r.quantity, r.orders, r.waits_since)
   order by 2 limit $1::int`,
);

const writeRequests = statement(
  "orders.writeSupplyRequests",
  `insert into orders.supply_requests as request (id, sku_id, quantity, orders, waits_since)
   select * from unnest($1::uuid[], $2::int[], $3::bigint[], $4::int[], $5::timestamptz[])
   on conflict (sku_id) where closed_at is null do update
   set quantity = excluded.quantity, orders = excluded.orders, waits_since = excluded.waits_since, version = request.version + 1`,
);

const endRequests = statement(
  "orders.endSupplyRequests",
  `update orders.supply_requests set closed_at = now(), version = version + 1 where id = any ($1::uuid[]) and closed_at is null`,
);

/**
 * Keeps requests for what orders wait for in vain: opened by the first, changed with how many wait, ended when something is
 * to come or nobody waits. One process does it at a time. Answers whether there may be more.
 */
export async function requestSupplies(database: Database, clock: Clock): Promise<boolean> {
  const found = (await database.read(findChanges, [BATCH])).map((one) => ({ ...one, id: one.id ?? newId() }));
  if (found.length === 0) return false;
  const [needed, ended] = [
    found.filter(({ quantity }) => quantity > 0),
    found.filter(({ quantity }) => quantity === 0),
  ];
  await database.transaction(async (transaction) => {
    const ints = (value: (one: Needed) => number): string => arrayLiteral("int", needed.map(value));
    transaction.write(writeRequests, [
      arrayLiteral(
        "uuid",
        needed.map(({ id }) => id),
      ),
      ints(({ skuId }) => skuId),
      arrayLiteral(
        "bigint",
        needed.map(({ quantity }) => quantity),
      ),
      ints(({ orders }) => orders),
      arrayLiteral(
        "timestamptz",
        needed.map(({ waitsSince }) => waitsSince),
      ),
    ]);
    transaction.write(endRequests, [
      arrayLiteral(
        "uuid",
        ended.map(({ id }) => id),
      ),
    ]);
    supplyRequestEvents.record(
      transaction,
      found.map(({ id, version, sku, quantity, orders }) => ({
        type: quantity > 0 ? ("supply.requested" as const) : ("supply.requestEnded" as const),
        entityId: id,
        sequence: version + 1,
        occurredAt: clock.now(),
        origin: ORIGIN,
        data: { sku, quantity, orders },
      })),
    );
  });
  return found.length === BATCH;
}
