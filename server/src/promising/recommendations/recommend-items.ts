import type { AvailabilityIndex, ControlsInForce } from "../../availability/public.ts";
import type { SkuDirectory, SkuEntry } from "../../catalog/public.ts";
import type { ChannelEntry, NetworkDirectory } from "../../network/public.ts";
import type { Database } from "../../platform/db/database.ts";
import { arrayLiteral, statement } from "../../platform/db/statements.ts";
import type { Principal } from "../../platform/http/route.ts";
import type { Place, SourcingPolicy } from "../../sourcing/public.ts";
import { recommendations } from "./refusals.ts";
import { Taken, usableIn } from "../source-basket.ts";
import { MOST_SKUS_OF_A_BASKET } from "./count-baskets.ts";
import { type CompanionCount, rankCompanions } from "./rank-companions.ts";

/** Of what was bought with the SKUs that are asked about, so many of the most frequent are looked at in each period. */
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
     own as (select b.sku_id, sum(b.orders)::int as orders from halves join promising.bought_skus b using (period)
       where b.sku_id = any ($1::int[]) group by b.sku_id),
     most as (select distinct asked.sku_id, top.other_sku_id from unnest($1::int[]) as asked (sku_id) cross join halves cross join lateral (
       select p.other_sku_id from promising.bought_pairs p where p.sku_id = asked.sku_id and p.period = halves.period
        order by p.orders desc limit $2) top)
   select most.other_sku_id as "skuId", total.orders as total,
     own.orders as own,
     (select sum(p.orders) from halves join promising.bought_pairs p using (period)
       where p.sku_id = most.sku_id and p.other_sku_id = most.other_sku_id)::int as together,
     (select sum(b.orders) from halves join promising.bought_skus b using (period) where b.sku_id = most.other_sku_id)::int as other
   from most join own using (sku_id) cross join total`,
);

/** What goes with a SKU and lies where it would leave, so that it costs no second parcel (R9). */
export async function recommendItems(
  dependencies: RecommendDependencies,
  question: RecommendQuestion,
  principal: Principal,
): Promise<Recommendations> {
  const { network, skus } = dependencies;
  const channel = network.channelByCode(question.channel);
  if (channel === undefined || !channel.active || principal.channelCodes?.has(channel.code) === false)
    throw recommendations.refuse("unknownChannel", {
      message: `There is no channel ${question.channel} that takes orders, or you may not see it.`,
    });
  const sku = (await skus.resolve([question.sku])).get(question.sku);
  if (sku === undefined) throw recommendations.refuse("unknownSku", { message: `There is no SKU ${question.sku}.` });
  const ranked = await companionsOf(dependencies, [sku.id]);
  await dependencies.availability.ensure([sku.id]);
  const from = whereFrom(dependencies, channel, sku, question, principal);
  const items = from === null ? [] : await lyingAt(dependencies, channel, ranked, [from.id], question.limit);
  return { sku: sku.code, channel: channel.code, location: from?.code ?? null, items };
}

export interface BoughtBasket {
  channel: string;
  skus: readonly string[];
  /** Where it leaves; a recommendation may lie at any of them. */
  locations: readonly string[];
}

/** What goes with an order and lies where it leaves, the strongest first; for pages and mails that confirm it. */
export async function recommendBeside(
  dependencies: RecommendDependencies,
  { channel: channelCode, skus: codes, locations }: BoughtBasket,
  limit: number,
): Promise<Recommendation[]> {
  const { network, skus } = dependencies;
  const channel = network.channelByCode(channelCode);
  const places = locations.flatMap((code) => network.locationByCode(code)?.id ?? []);
  if (channel === undefined || places.length === 0) return [];
  const bought = [...(await skus.resolve(codes)).values()].map(({ id }) => id);
  const ranked = await companionsOf(dependencies, bought.slice(0, MOST_SKUS_OF_A_BASKET));
  return await lyingAt(dependencies, channel, ranked, places, limit);
}

/** What goes with any of them and is none of them; once each, as the companion of what it goes with best. */
async function companionsOf({ database }: RecommendDependencies, skuIds: readonly number[]): Promise<Ranked[]> {
  const asked = new Set(skuIds);
  const best = new Map<number, Ranked>();
  const candidates = Math.ceil(CANDIDATES / Math.max(1, skuIds.length));
  for (const one of rankCompanions(await database.read(readCompanions, [arrayLiteral("int", skuIds), candidates])))
    if (!asked.has(one.skuId) && !best.has(one.skuId)) best.set(one.skuId, one);
  return [...best.values()].slice(0, LOOKED_FOR);
}

/** Those of them that the channel can promise from one of the places. */
async function lyingAt(
  dependencies: RecommendDependencies,
  channel: ChannelEntry,
  ranked: readonly Ranked[],
  places: readonly number[],
  limit: number,
): Promise<Recommendation[]> {
  const skuIds = ranked.map(({ skuId }) => skuId);
  const [entries] = await Promise.all([dependencies.skus.byIds(skuIds), dependencies.availability.ensure(skuIds)]);
  const unitsAt = promisableIn(dependencies, channel, entries.values());
  const items: Recommendation[] = [];
  for (const { skuId, together, lift } of ranked) {
    const entry = entries.get(skuId);
    if (entry === undefined) continue;
    const quantity = Math.max(...places.map((place) => unitsAt(entry, place)));
    if (quantity === 0) continue;
    const { code: sku, name, imageUrl } = entry;
    items.push({ sku, name, imageUrl, quantity, orders: together, lift: Math.round(lift * 100) / 100 });
    if (items.length === limit) break;
  }
  return items;
}

type Ranked = Companion & { lift: number };

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
  const unitsAt = promisableIn(dependencies, channel, [sku]);
  const candidates = channel.locationIds.flatMap((id) => {
    const location = network.locationById(id);
    if (location === undefined || !location.active || locationCodes?.has(location.code) === false) return [];
    const { latitude, longitude, priority } = location;
    const usable = [unitsAt(sku, id)];
    return [{ locationId: id, latitude, longitude, priority, capacityLeft: null, usable }];
  });
  const lines = [{ lineNumber: 1, skuId: sku.id, quantity: 1 }];
  const [chosen] = policy({ lines, destination, candidates }).assignments;
  return chosen === undefined ? null : network.locationById(chosen.locationId)!;
}

/** How many units of a SKU the channel can promise from a location, by its rules and what is left of its quotas. */
function promisableIn(
  { availability, controls }: Pick<RecommendDependencies, "availability" | "controls">,
  channel: ChannelEntry,
  skus: Iterable<SkuEntry>,
): (sku: SkuEntry, locationId: number) => number {
  const { free, usedOf } = availability;
  const lines = [...skus].map((sku) => ({ sku }));
  const usable = usableIn({ controls, usedOf }, channel, lines, free, new Taken());
  return (sku, locationId) => (sku.active ? usable({ sku }, locationId) : 0);
}
