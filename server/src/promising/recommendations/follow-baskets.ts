import type { Database, Transaction } from "../../platform/db/database.ts";
import { statement } from "../../platform/db/statements.ts";
import type { FeedConsumer } from "../../platform/events/follow-feed.ts";
import type { FeedEvent } from "../../platform/events/read-feed.ts";
import { type Basket, countBaskets } from "./count-baskets.ts";

/** Reading the events of orders for this alone is work beside capture: it is done in larger pieces, twice a minute. */
const PAUSE_MS = 30_000;
/** Baskets of a turn: each is up to 380 pairs, and a turn has to end well within the time that a statement may take. */
const BATCH = 500;
/** Deleted per turn: worth about 50 ms. */
const FORGOTTEN_AT_ONCE = 5_000;

const addBaskets = statement(
  "promising.addBaskets",
  `insert into promising.baskets as b (period, orders) select * from unnest($1::int[], $2::int[])
   on conflict (period) do update set orders = b.orders + excluded.orders`,
);

// A code that the catalog does not know any more is left out: nobody could be shown it.
const addSkus = statement(
  "promising.addBoughtSkus",
  `insert into promising.bought_skus as b (period, sku_id, orders)
   select counted.period, s.id, counted.orders
     from unnest($1::int[], $2::text[], $3::int[]) as counted (period, sku, orders) join catalog.skus s on s.code = counted.sku
   on conflict (period, sku_id) do update set orders = b.orders + excluded.orders`,
);

const addPairs = statement(
  "promising.addBoughtPairs",
  `insert into promising.bought_pairs as b (period, sku_id, other_sku_id, orders)
   select counted.period, s.id, o.id, counted.orders
     from unnest($1::int[], $2::text[], $3::text[], $4::int[]) as counted (period, sku, other, orders)
     join catalog.skus s on s.code = counted.sku join catalog.skus o on o.code = counted.other
   on conflict (period, sku_id, other_sku_id) do update set orders = b.orders + excluded.orders`,
);

/** Counts what is bought together. Exactly once: with the move of the consumer's cursor. */
export const basketConsumer: FeedConsumer = {
  name: "baskets",
  types: ["order.captured"],
  startAt: "beginning",
  batch: BATCH,
  pauseMs: PAUSE_MS,
  handle: async (transaction, events) => addCounts(transaction, events.flatMap(basketOf)),
};

interface CapturedOrder {
  type: string;
  lines: readonly { sku: string }[];
}

/** What is sent in exchange was not chosen beside the rest. */
function basketOf({ data, occurredAt }: FeedEvent): Basket[] {
  const { type, lines } = data as unknown as CapturedOrder;
  return type === "exchange" ? [] : [{ occurredAt, skus: lines.map(({ sku }) => sku) }];
}

function addCounts(transaction: Transaction, baskets: readonly Basket[]): void {
  if (baskets.length === 0) return;
  const counts = countBaskets(baskets);
  transaction.write(addBaskets, [[...counts.baskets.keys()], [...counts.baskets.values()]]);
  const { skus, pairs } = counts;
  const periodsOf = (rows: readonly { period: number }[]): number[] => rows.map(({ period }) => period);
  const codesOf = (rows: readonly { sku: string }[]): string[] => rows.map(({ sku }) => sku);
  const ordersOf = (rows: readonly { orders: number }[]): number[] => rows.map(({ orders }) => orders);
  transaction.write(addSkus, [periodsOf(skus), codesOf(skus), ordersOf(skus)]);
  if (pairs.length === 0) return;
  const others = pairs.map(({ other }) => other);
  transaction.write(addPairs, [periodsOf(pairs), codesOf(pairs), others, ordersOf(pairs)]);
}

// What is recommended counts the newest two periods; the one before stays, in case a wrong clock has made a newest one.
const forget = statement<{ deleted: number }>(
  "promising.forgetBaskets",
  `with old as (select max(period) - 3 as period from promising.baskets),
     pairs as (delete from promising.bought_pairs where ctid = any(array(
       select p.ctid from promising.bought_pairs p, old where p.period <= old.period limit $1)) returning 1),
     skus as (delete from promising.bought_skus where ctid = any(array(
       select s.ctid from promising.bought_skus s, old where s.period <= old.period limit $1)) returning 1)
   select (select count(*) from pairs)::int + (select count(*) from skus)::int as deleted`,
);

/** Deletes what is too old to be recommended by; true when there may be more. */
export async function forgetBaskets(database: Database): Promise<boolean> {
  const [row] = await database.transaction((transaction) => transaction.read(forget, [FORGOTTEN_AT_ONCE]));
  return row!.deleted >= FORGOTTEN_AT_ONCE;
}
