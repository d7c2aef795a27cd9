import { createHash } from "node:crypto";
import type { Database, Transaction } from "../db/database.ts";
import { arrayLiteral, bulkInsert, statement } from "../db/statements.ts";
import { common } from "../refusals.ts";

/** The key of a request and what was asked under it. */
export interface RequestKey {
  /** Who asked: keys of different callers never meet. */
  principal: string;
  key: string;
  hash: Buffer;
}

export interface KeptAnswer {
  status: number;
  response: unknown;
}

/** A hash of the request that leaves out nothing that could change its effect. */
export function requestHash(operationId: string, ...parts: unknown[]): Buffer {
  return createHash("sha256").update(operationId).update(JSON.stringify(parts)).digest();
}

/** Answers only those that somebody else has: nearly always none, and so no row to read. */
const tryLocks = statement<{ ordinal: number }>(
  "platform.tryNamedLocks",
  `select ordinal::int as ordinal from unnest($1::text[]) with ordinality as given (name, ordinal)
   where not pg_try_advisory_xact_lock(hashtextextended(name, 0))`,
);

/**
 * Takes named locks for this transaction without waiting; true where it was free (or already ours). Who fails joins
 * a later batch, so two processes with the same key never wait for each other.
 */
export async function tryNamedLocks(transaction: Transaction, names: readonly string[]): Promise<boolean[]> {
  if (names.length === 0) return [];
  const rows = await transaction.read(tryLocks, [arrayLiteral("text", names)]);
  const taken: boolean[] = names.map(() => true);
  for (const { ordinal } of rows) taken[ordinal - 1] = false;
  return taken;
}

const readKeys = statement<{ principal: string; key: string; request_hash: Buffer; status: number; response: unknown }>(
  "platform.readKeys",
  `select k.principal, k.key, k.request_hash, k.status, k.response
     from unnest($1::text[], $2::text[]) as given (principal, key)
     join platform.idempotency_keys k on k.principal = given.principal and k.key = given.key`,
);

/** The answers kept under these keys, by `keyName`; other content under a key is a refusal. Call while holding the keys' locks. */
export async function readKeptAnswers(
  transaction: Transaction,
  keys: readonly RequestKey[],
): Promise<Map<string, KeptAnswer | Error>> {
  const found = new Map<string, KeptAnswer | Error>();
  if (keys.length === 0) return found;
  const rows = await transaction.read(readKeys, [
    arrayLiteral(
      "text",
      keys.map((key) => key.principal),
    ),
    arrayLiteral(
      "text",
      keys.map((key) => key.key),
    ),
  ]);
  const hashes = new Map(keys.map((key) => [keyName(key), key.hash]));
  for (const row of rows) {
    const name = keyName(row);
    const same = hashes.get(name)?.equals(row.request_hash) ?? false;
    found.set(name, same ? { status: row.status, response: row.response } : common.refuse("keyReused"));
  }
  return found;
}

export function keyName(key: { principal: string; key: string }): string {
  return `key ${key.principal} ${key.key}`;
}

const insertKeys = bulkInsert<{
  principal: string;
  key: string;
  request_hash: Buffer;
  status: number;
  response: object;
}>("platform.insertKeys", "platform.idempotency_keys", {
  principal: "text",
  key: "text",
  request_hash: "bytea",
  status: "smallint",
  response: "jsonb",
});

/** Keeps first answers in the transaction of their effects; they are replayed for 30 days. */
export function keepAnswers(
  transaction: Transaction,
  answers: readonly { key: RequestKey; status: number; response: object }[],
): void {
  transaction.insert(
    insertKeys,
    answers.map(({ key, status, response }) => ({
      principal: key.principal,
      key: key.key,
      request_hash: key.hash,
      status,
      response,
    })),
  );
}

/**
 * Runs `work` once per key: the first answer is kept in the same transaction and given again to every repetition.
 * Without a key it just runs. For use cases that are not batched; batched ones use the functions above for many at once.
 */
export async function answerOnce<Response extends object>(
  transaction: Transaction,
  key: RequestKey | null,
  status: number,
  work: () => Promise<Response>,
): Promise<Response> {
  if (key === null) return await work();
  const [taken] = await tryNamedLocks(transaction, [keyName(key)]);
  if (!taken) throw common.refuse("busy");
  const kept = (await readKeptAnswers(transaction, [key])).get(keyName(key));
  if (kept instanceof Error) throw kept;
  if (kept !== undefined) return kept.response as Response;
  const response = await work();
  keepAnswers(transaction, [{ key, status, response }]);
  return response;
}

/**
 * For work of many transactions that does nothing twice when it is repeated: its answer is kept when it is done, and a
 * repetition after a crash goes on with what is left.
 */
export async function answerAfter<Response extends object>(
  database: Database,
  key: RequestKey | null,
  status: number,
  work: () => Promise<Response>,
): Promise<Response> {
  if (key === null) return await work();
  const kept = await database.transaction((transaction) => readKeptAnswers(transaction, [key]));
  const known = kept.get(keyName(key));
  if (known instanceof Error) throw known;
  if (known !== undefined) return known.response as Response;
  const response = await work();
  return await database.transaction((transaction) => answerOnce(transaction, key, status, async () => response));
}
