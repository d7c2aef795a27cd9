import type { Database, Transaction } from "../../platform/db/database.ts";
import { arrayLiteral, bulkInsert, statement } from "../../platform/db/statements.ts";
import { type Quota, type QuotaCounter, quotaKeyOf } from "./quota.ts";

const create = statement(
  "availability.createQuotas",
  `insert into availability.quotas (sku_id, channel_id, rule, period, ends_at)
   select * from unnest($1::int[], $2::int[], $3::text[], $4::text[], $5::timestamptz[]) as given (sku_id, channel_id, rule, period, ends_at)
   where not exists (select from availability.quotas q
     where (q.sku_id, q.channel_id, q.rule, q.period) = (given.sku_id, given.channel_id, given.rule, given.period))
   order by 1, 2, 3, 4
   on conflict do nothing`,
);

const COUNTER = `q.id, q.sku_id as "skuId", q.channel_id as "channelId", q.rule, q.period, q.used, q.version`;

// In the order of their IDs, whoever locks them and however they are named.
const lockNamed = statement<QuotaCounter>(
  "availability.lockQuotas",
  `select ${COUNTER} from availability.quotas q
   where q.id = any (array(
       select known.id from unnest($1::int[], $2::int[], $3::text[], $4::text[]) as given (sku_id, channel_id, rule, period)
         join availability.quotas known using (sku_id, channel_id, rule, period)
       union all select unnest($5::bigint[])))
   order by q.id for no key update`,
);

const readNamed = statement<QuotaCounter>(
  "availability.readQuotas",
  `select ${COUNTER} from unnest($1::int[], $2::int[], $3::text[], $4::text[]) as given (sku_id, channel_id, rule, period)
     join availability.quotas q using (sku_id, channel_id, rule, period)`,
);

/**
 * Locks these counters, those that are not there yet among them, and others by their IDs. Their class comes after orders
 * and before positions in the one lock order (design, "Many at once").
 */
export async function lockQuotas(
  transaction: Transaction,
  quotas: readonly Quota[],
  ids: readonly number[] = [],
): Promise<QuotaCounter[]> {
  if (quotas.length === 0 && ids.length === 0) return [];
  const distinct = [...new Map(quotas.map((quota) => [quotaKeyOf(quota), quota])).values()];
  const names = nameParameters(distinct);
  const ends = distinct.map(({ endsAt }) => endsAt);
  if (distinct.length > 0) transaction.write(create, [...names, arrayLiteral("timestamptz", ends)]);
  return await transaction.read(lockNamed, [...names, arrayLiteral("bigint", ids)]);
}

/** As they are at one moment after the call; counters of which nothing was ever used are absent. */
export async function readQuotas(database: Database, quotas: readonly Quota[]): Promise<QuotaCounter[]> {
  return quotas.length === 0 ? [] : await database.read(readNamed, nameParameters(quotas));
}

function nameParameters(quotas: readonly Quota[]): [string, string, string, string] {
  return [
    arrayLiteral(
      "int",
      quotas.map(({ skuId }) => skuId),
    ),
    arrayLiteral(
      "int",
      quotas.map(({ channelId }) => channelId),
    ),
    arrayLiteral(
      "text",
      quotas.map(({ rule }) => rule),
    ),
    arrayLiteral(
      "text",
      quotas.map(({ period }) => period),
    ),
  ];
}

/** Units that an order takes of a quota; negative ones are given back. */
export interface QuotaUse {
  quotaId: number;
  orderId: string;
  units: number;
}

const update = statement(
  "availability.updateQuotas",
  `update availability.quotas q set used = moved.used, version = moved.version
   from unnest($1::bigint[], $2::int[], $3::bigint[]) as moved (id, used, version) where q.id = moved.id`,
);

const insertUses = bulkInsert<{ quota_id: number; order_id: string; delta: number; used: number; version: number }>(
  "availability.insertQuotaUses",
  "availability.quota_uses",
  { quota_id: "bigint", order_id: "uuid", delta: "int", used: "int", version: "bigint" },
);

/**
 * Moves counters and writes their ledger. Whoever has locked them hands over what it has read; they are locked otherwise,
 * so this goes before positions are locked. What an order gives back and takes at once is no use of it.
 */
export function useQuotas(transaction: Transaction, uses: readonly QuotaUse[], locked?: readonly QuotaCounter[]): void {
  const folded = foldUses(uses);
  if (folded.length === 0) return;
  const ids = [...new Set(folded.map(({ quotaId }) => quotaId))];
  const counters = locked === undefined ? lockQuotas(transaction, [], ids) : Promise.resolve(locked);
  const moved = counters.then((before) => moveCounters(transaction, folded, before));
  transaction.beforeCommit(moved);
  const announced = moved.catch(() => []);
  transaction.afterCommit(() => {
    const ofDatabase = listeners.get(transaction.database);
    if (ofDatabase === undefined || ofDatabase.size === 0) return;
    void announced.then((rows) => {
      for (const listener of ofDatabase) listener(rows);
    });
  });
}

function foldUses(uses: readonly QuotaUse[]): QuotaUse[] {
  const folded = new Map<string, QuotaUse>();
  for (const use of uses) {
    const key = `${use.quotaId}/${use.orderId}`;
    const known = folded.get(key);
    if (known === undefined) folded.set(key, { ...use });
    else known.units += use.units;
  }
  return [...folded.values()].filter(({ units }) => units !== 0);
}

function moveCounters(
  transaction: Transaction,
  uses: readonly QuotaUse[],
  before: readonly QuotaCounter[],
): QuotaCounter[] {
  const counters = new Map(before.map((counter) => [counter.id, { ...counter }]));
  const rows = uses.map(({ quotaId, orderId, units }) => {
    const counter = counters.get(quotaId);
    if (counter === undefined) throw new Error(`The quota ${quotaId} is used without being locked.`);
    counter.used += units;
    counter.version++;
    return { quota_id: quotaId, order_id: orderId, delta: units, used: counter.used, version: counter.version };
  });
  const touched = new Set(uses.map(({ quotaId }) => quotaId));
  const moved = [...counters.values()].filter(({ id }) => touched.has(id));
  transaction.write(update, [
    arrayLiteral(
      "bigint",
      moved.map(({ id }) => id),
    ),
    arrayLiteral(
      "int",
      moved.map(({ used }) => used),
    ),
    arrayLiteral(
      "bigint",
      moved.map(({ version }) => version),
    ),
  ]);
  transaction.insert(insertUses, rows);
  return moved;
}

export type QuotaListener = (counters: readonly QuotaCounter[]) => void;

/** By database, because one process may serve several. */
const listeners = new WeakMap<Database, Set<QuotaListener>>();

/** Calls the listener with every counter that this process moves, right after the commit; others' come by the ledger. */
export function onQuotasChanged(database: Database, listener: QuotaListener): () => void {
  const ofDatabase = listeners.get(database) ?? new Set();
  listeners.set(database, ofDatabase.add(listener));
  return () => void ofDatabase.delete(listener);
}
