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

/** Orders that are looked at together: some 20 ms of PostgreSQL, and 2 of this process. */
const PAGE = 2_000;

// Only orders for which some location of their channel (or their pickup store) has units free now: the others would be tried
// in vain. It starts from the waiting lines, which an index holds alone: starting from the orders, it took 25 to 70 ms every
// second with 15,000 orders of which none waited.
const SUPPLIABLE = `with waiting as materialized (select order_id, choice_number, sku_id, lost from orders.order_lines where backordered > 0),
     suppliable as materialized (
       select distinct l.order_id, l.sku_id, p.location_id, p.on_hand - p.damaged - p.reserved - p.allocated as free, l.lost is not null as lost
         from waiting l
         join orders.orders o on o.id = l.order_id and o.holds = 0 and not o.sourcing_deferred and not o.historical and o.status not in ('cancelled', 'complete')
         join orders.fulfillment_choices c on c.order_id = l.order_id and c.number = l.choice_number
         join network.channels ch on ch.id = o.channel_id
         join network.network_locations m on m.network_id = ch.network_id and (c.location_id is null or m.location_id = c.location_id)
         join network.locations n on n.id = m.location_id and n.active and (o.type <> 'dropShip' or n.type = 'vendor')
         join inventory.positions p on p.sku_id = l.sku_id and p.location_id = m.location_id
        where p.on_hand - p.damaged - p.reserved - p.allocated > 0
          and not exists (select from orders.fulfillment_orders f where f.order_id = l.order_id and f.location_id = p.location_id and f.rejected_reason is not null))`;

const findWaiting = statement<{ id: string }>(
  "orders.findWaiting",
  `${SUPPLIABLE}
   select o.id from orders.orders o where o.id in (select order_id from suppliable) and o.id <> all ($2::uuid[])
    order by o.priority desc, o.ordered_at, o.id limit $1::int`,
);

interface WaitingRow {
  id: string;
  channel_id: number;
  /** The rank, for going on behind it; the moment as text, because a Date has no microseconds. */
  rank: number;
  ordered_at: string;
  /** SKU, location, free units and whether units of it were promised once, of each position that has some. */
  positions: [number, number, number, boolean][];
}

const findWaitingPositions = statement<WaitingRow>(
  "orders.findWaitingPositions",
  `${SUPPLIABLE}
   select o.id, o.channel_id, -o.priority as rank, o.ordered_at::text as ordered_at, s.positions
     from orders.orders o
     join (select order_id, json_agg(json_build_array(sku_id, location_id, free, lost)) as positions from suppliable group by order_id) s on s.order_id = o.id
    where o.id <> all ($2::uuid[])
      and ($3::int is null or (-o.priority, o.ordered_at, o.id) > ($3::int, $4::text::timestamptz, $5::uuid))
    order by o.priority desc, o.ordered_at, o.id limit $1::int`,
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
  let last: WaitingRow | undefined;
  do {
    const page: WaitingRow[] = await dependencies.database.read(findWaitingPositions, [
      PAGE,
      leftOut,
      last?.rank ?? null,
      last?.ordered_at ?? null,
      last?.id ?? null,
    ]);
    const ids = [...new Set(page.flatMap(({ positions }) => positions.map(([skuId]) => skuId)))];
    const skus = await dependencies.skus.byIds(ids);
    if (page.length > 0 && rules.hasQuotas) await dependencies.availability.ensure(ids);
    for (const row of page) if (leavesSome(dependencies, rules, row, skus)) found.push(row.id);
    last = page.length === PAGE ? page.at(-1) : undefined;
  } while (last !== undefined && found.length < limit);
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
