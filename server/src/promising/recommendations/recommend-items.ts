import type { AvailabilityIndex, ControlsInForce } from "../../availability/public.ts";
import type { SkuDirectory, SkuEntry } from "../../catalog/public.ts";
import type { ChannelEntry, NetworkDirectory } from "../../network/public.ts";
import type { Database } from "../../platform/db/database.ts";
import { statement } from "../../platform/db/statements.ts";
import type { Principal } from "../../platform/http/route.ts";
import type { Place, SourcingPolicy } from "../../sourcing/public.ts";
import { recommendations } from "./refusals.ts";
import { type CompanionCount, rankCompanions } from "./rank-companions.ts";

/** Of what was bought with a SKU, so many of the most frequent are looked at in each period. */
const CANDIDATES = 200;
/** Of those that go with it best, so many are looked for where it would ship. */
const LOOKED_FOR = 100;

export interface RecommendDependencies {
  database: Database;
  network: NetworkDirectory;
  skus: SkuDirectory;
  availability: AvailabilityIndex;
  controls: ControlsInForce;
  policy: SourcingPolicy;
}

export interface RecommendQuestion {
  sku: string;
  channel: string;
  /** Where it is collected or sold from; null: where it would be shipped from. */
  location: string | null;
  destination: Place | null;
  limit: number;
}

export interface Recommendation {
  sku: string;
  name: string;
  imageUrl: string | null;
  quantity: number;
  orders: number;
  lift: number;
}

export interface Recommendations {
  sku: string;
  channel: string;
  location: string | null;
  items: Recommendation[];
}

interface Companion extends CompanionCount {
  skuId: number;
}

const readCompanions = statement<Companion>(
  "promising.readCompanions",
  `with newest as (select max(period) as period from promising.baskets),
     halves as (select period from newest union all select period - 1 from newest),
     total as (select sum(b.orders)::float8 as orders from halves join promising.baskets b using (period)),
     own as (select sum(b.orders)::int as orders from halves join promising.bought_skus b using (period) where b.sku_id = $1),
     most as (select distinct top.other_sku_id as sku_id from halves cross join lateral (
       select p.other_sku_id from promising.bought_pairs p where p.sku_id = $1 and p.period = halves.period
        order by p.orders desc limit $2) top)
   select most.sku_id as "skuId", total.orders as total, own.orders as own,
     (select sum(p.orders) from halves join promising.bought_pairs p using (period)
       where p.sku_id = $1 and p.other_sku_id = most.sku_id)::int as together,
     (select sum(b.orders) from halves join promising.bought_skus b using (period) where b.sku_id = most.sku_id)::int as other
   from most, own, total`,
);

/** What goes with a SKU and lies where it would leave, so that it costs no second parcel (R9). */
export async function recommendItems(
  dependencies: RecommendDependencies,
  question: RecommendQuestion,
  principal: Principal,
): Promise<Recommendations> {
  const { network, skus, database } = dependencies;
  const channel = network.channelByCode(question.channel);
  if (channel === undefined || !channel.active || principal.channelCodes?.has(channel.code) === false)
    throw recommendations.refuse("unknownChannel", {
      message: `There is no channel ${question.channel} that takes orders, or you may not see it.`,
    });
  const sku = (await skus.resolve([question.sku])).get(question.sku);
  if (sku === undefined) throw recommendations.refuse("unknownSku", { message: `There is no SKU ${question.sku}.` });
  const ranked = rankCompanions(await database.read(readCompanions, [sku.id, CANDIDATES])).slice(0, LOOKED_FOR);
  const [entries] = await Promise.all([
    skus.byIds(ranked.map(({ skuId }) => skuId)),
    dependencies.availability.ensure([sku.id, ...ranked.map(({ skuId }) => skuId)]),
  ]);
  const from = whereFrom(dependencies, channel, sku, question, principal);
  const items: Recommendation[] = [];
  for (const { skuId, together, lift } of ranked) {
    if (from === null || items.length === question.limit) break;
    const entry = entries.get(skuId);
    const quantity = entry === undefined ? 0 : unitsAt(dependencies, channel, entry, from.id);
    if (quantity > 0)
      items.push({
        sku: entry!.code,
        name: entry!.name,
        imageUrl: entry!.imageUrl,
        quantity,
        orders: together,
        lift: Math.round(lift * 100) / 100,
      });
  }
  return { sku: sku.code, channel: channel.code, location: from?.code ?? null, items };
}

interface From {
  id: number;
  code: string;
}

/** The location that is asked about, or the one that sourcing would choose for one unit; null: nobody has one. */
function whereFrom(
  { network, policy, ...dependencies }: RecommendDependencies,
  channel: ChannelEntry,
  sku: SkuEntry,
  { location: code, destination }: RecommendQuestion,
  { locationCodes }: Principal,
): From | null {
  if (code !== null) {
    const location = network.locationByCode(code);
    if (location === undefined || !channel.locationSet.has(location.id) || locationCodes?.has(code) === false)
      throw recommendations.refuse("unknownLocation", {
        message: `Channel ${channel.code} sells nothing from a location ${code}, or you may not see it.`,
      });
    return location;
  }
  const candidates = channel.locationIds.flatMap((id) => {
    const location = network.locationById(id);
    if (location === undefined || !location.active || locationCodes?.has(location.code) === false) return [];
    const { latitude, longitude, priority } = location;
    const usable = [unitsAt(dependencies, channel, sku, id)];
    return [{ locationId: id, latitude, longitude, priority, capacityLeft: null, usable }];
  });
  const lines = [{ lineNumber: 1, skuId: sku.id, quantity: 1 }];
  const [chosen] = policy({ lines, destination, candidates }).assignments;
  return chosen === undefined ? null : network.locationById(chosen.locationId)!;
}

function unitsAt(
  { availability, controls }: Pick<RecommendDependencies, "availability" | "controls">,
  channel: ChannelEntry,
  sku: SkuEntry,
  locationId: number,
): number {
  const free = availability.positionsOf(sku.id)?.freeOf(locationId) ?? 0;
  return free <= 0 || !sku.active ? 0 : controls.current.of(sku, channel).promisable(locationId, free);
}
