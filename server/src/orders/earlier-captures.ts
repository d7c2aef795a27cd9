import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import {
  type KeptAnswer,
  keyName,
  readKeptAnswers,
  type RequestKey,
  tryNamedLocks,
} from "../platform/http/idempotency.ts";
import type { CapturePlan } from "./plan-capture.ts";

/** An order that wants its names: the channel's reference, and the key it came with. */
export interface NamedCapture {
  plan: CapturePlan;
  key: RequestKey | null;
}

export interface StoredReference {
  id: string;
  revision: number;
  content_hash: Buffer;
}

/** What earlier calls have left under the names of these orders, read while holding the names. */
export interface EarlierCaptures {
  /** Whether we hold the names of the item in this place: nobody else is capturing it at this moment. */
  holdsNames(index: number): boolean;
  /** By `referenceOf`. */
  stored: ReadonlyMap<string, StoredReference>;
  /** By `keyName`. */
  kept: ReadonlyMap<string, KeptAnswer | Error>;
}

const readReferences = statement<StoredReference & { channel_id: number; external_reference: string }>(
  "orders.readReferences",
  `select distinct on (o.channel_id, o.external_reference) o.id, o.channel_id, o.external_reference, o.revision, o.content_hash
     from unnest($1::int[], $2::text[]) as given (channel_id, external_reference)
     join orders.orders o on o.channel_id = given.channel_id and o.external_reference = given.external_reference
    order by o.channel_id, o.external_reference, o.revision desc`,
);

/** Tries the names' locks without waiting for them, then reads: all of it leaves in one write. */
export async function lockAndReadEarlier(
  transaction: Transaction,
  items: readonly NamedCapture[],
): Promise<EarlierCaptures> {
  const keys = items.flatMap((item) => (item.key ? [item.key] : []));
  const [referenceLocks, keyLocks, stored, kept] = await Promise.all([
    tryNamedLocks(
      transaction,
      items.map(({ plan }) => `order ${referenceOf(plan)}`),
    ),
    tryNamedLocks(transaction, keys.map(keyName)),
    transaction.read(readReferences, [
      arrayLiteral(
        "int",
        items.map(({ plan }) => plan.channel.id),
      ),
      arrayLiteral(
        "text",
        items.map(({ plan }) => plan.externalReference),
      ),
    ]),
    readKeptAnswers(transaction, keys),
  ]);
  const lockedKeys = new Set(keys.filter((_, index) => keyLocks[index]).map(keyName));
  return {
    holdsNames: (index) => {
      const { key } = items[index]!;
      return referenceLocks[index]! && (key === null || lockedKeys.has(keyName(key)));
    },
    stored: new Map(stored.map((row) => [`${row.channel_id} ${row.external_reference}`, row])),
    kept,
  };
}

/** The order as its channel knows it. */
export function referenceOf(plan: CapturePlan): string {
  return `${plan.channel.id} ${plan.externalReference}`;
}
