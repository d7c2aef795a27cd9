import { type ChannelTerms, type ControlSet, QuotaRoom, type UsedOf } from "../availability/public.ts";
import type { SkuDirectory, SkuEntry } from "../catalog/public.ts";
import type { NetworkDirectory } from "../network/public.ts";
import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { quotasOf } from "./propose-sources.ts";

export interface FindDependencies {
  database: Database;
  network: NetworkDirectory;
  skus: SkuDirectory;
  availability: { ensure(skuIds: readonly number[]): Promise<void>; usedOf: UsedOf };
}

/** Orders that are looked at together: some 10 ms of PostgreSQL, and 1 of this process. */
const PAGE = 1_000;

const SOURCEABLE =
  "o.holds = 0 and not o.sourcing_deferred and not o.historical and o.status not in ('cancelled', 'complete')";

// Only orders for which some location of their channel (or their pickup store) has units free now: the others would be tried
// in vain. It starts from the waiting lines, which an index holds alone: starting from the orders, it took 25 to 70 ms every
// second with 15,000 orders of which none waited.
const SUPPLIABLE = `suppliable as materialized (
       select distinct l.order_id, l.sku_id, p.location_id, p.on_hand::bigint - p.damaged - p.reserved - p.allocated as free, l.lost is not null as lost
         from waiting l
         join orders.orders o on o.id = l.order_id and ${SOURCEABLE}
         join orders.fulfillment_choices c on c.order_id = l.order_id and c.number = l.choice_number
         join network.channels ch on ch.id = o.channel_id
         join network.network_locations m on m.network_id = ch.network_id and (c.location_id is null or m.location_id = c.location_id)
         join network.locations n on n.id = m.location_id and n.active and (o.type <> 'dropShip' or n.type = 'vendor')
         join inventory.positions p on p.sku_id = l.sku_id and p.location_id = m.location_id
        where p.on_hand::bigint - p.damaged - p.reserved - p.allocated > 0
          and not exists (select from orders.fulfillment_orders f where f.order_id = l.order_id and f.location_id = p.location_id and f.rejected_reason is not null))`;

const findWaiting = statement<{ id: string }>(
  "orders.findWaiting",
  `with waiting as materialized (select order_id, choice_number, sku_id, lost from orders.order_lines where backordered > 0),
     ${SUPPLIABLE}
   select o.id from orders.orders o where o.id in (select order_id from suppliable) and o.id <> all ($2::uuid[])
    order by o.priority desc, o.ordered_at, o.id limit $1::int`,
);

// All that wait for a SKU of which anything is free anywhere, by rank. What is free is looked up once for a SKU, and once for
// a page of orders: looking it up for every waiting line on each page cost 50,000 lines x 20 locations x 25 pages.
const rankWaiting = statement<{ id: string }>(
  "orders.rankWaiting",
  `with free as materialized (
     select s.sku_id from (select distinct sku_id from orders.order_lines where backordered > 0) s
      where exists (select from inventory.positions p where p.sku_id = s.sku_id and p.on_hand::bigint - p.damaged - p.reserved - p.allocated > 0))
   select o.id from orders.orders o
    where o.id in (select order_id from orders.order_lines where backordered > 0 and sku_id in (select sku_id from free))
      and ${SOURCEABLE} and o.id <> all ($1::uuid[])
    order by o.priority desc, o.ordered_at, o.id`,
);

interface WaitingRow {
  id: string;
  channel_id: number;
  /** SKU, location, free units and whether units of it were promised once, of each position that has some. */
  positions: [number, number, number, boolean][];
}

const findWaitingPositions = statement<WaitingRow>(
  "orders.findWaitingPositions",
  `with waiting as materialized (
       select order_id, choice_number, sku_id, lost from orders.order_lines where backordered > 0 and order_id = any ($1::uuid[])),
     ${SUPPLIABLE}
   select o.id, o.channel_id, json_agg(json_build_array(s.sku_id, s.location_id, s.free, s.lost)) as positions
     from suppliable s join orders.orders o on o.id = s.order_id
    group by o.id, o.channel_id, o.priority, o.ordered_at
    order by o.priority desc, o.ordered_at, o.id`,
);

/**
 * Orders that wait for something that is free and that rules leave to their channels, the first by rank. Those whose
 * units are all kept back are passed over however many they are: they stand in nobody's way, and cost no lock.
 */
export async function findServable(
  dependencies: FindDependencies,
  rules: ControlSet,
  limit: number,
  resting: readonly string[],
): Promise<string[]> {
  const leftOut = arrayLiteral("uuid", resting);
  if (rules.isEmpty) return (await dependencies.database.read(findWaiting, [limit, leftOut])).map(({ id }) => id);
  const found: string[] = [];
  const ranked = await dependencies.database.read(rankWaiting, [leftOut]);
  for (let from = 0; from < ranked.length && found.length < limit; from += PAGE) {
    const ids = ranked.slice(from, from + PAGE).map(({ id }) => id);
    const page = await dependencies.database.read(findWaitingPositions, [arrayLiteral("uuid", ids)]);
    const skuIds = [...new Set(page.flatMap(({ positions }) => positions.map(([skuId]) => skuId)))];
    const skus = await dependencies.skus.byIds(skuIds);
    if (page.length > 0 && rules.hasQuotas) await dependencies.availability.ensure(skuIds);
    for (const row of page) if (leavesSome(dependencies, rules, row, skus)) found.push(row.id);
  }
  return found.slice(0, limit);
}

function leavesSome(
  { network, availability }: FindDependencies,
  rules: ControlSet,
  { channel_id, positions }: WaitingRow,
  skus: ReadonlyMap<number, SkuEntry>,
): boolean {
  const channel = network.channelById(channel_id);
  if (channel === undefined) return true;
  const terms = new Map<number, ChannelTerms>();
  for (const [skuId] of positions) {
    const sku = skus.get(skuId);
    if (sku !== undefined) terms.set(skuId, rules.of(sku, channel));
  }
  const quotas = quotasOf(terms, channel_id, () => false);
  const room = new QuotaRoom(availability.usedOf);
  return positions.some(([skuId, locationId, free, lost]) => {
    const known = terms.get(skuId);
    if (known === undefined) return false;
    if (lost && (known.at(locationId)?.excludedBy ?? null) === null) return true;
    const quota = quotas?.at(skuId, locationId) ?? null;
    return known.promisable(locationId, free) > 0 && (quota === null || room.left(quota) > 0);
  });
}
