import type { Transaction } from "./database.ts";

type Read<Key, Seen> = (transaction: Transaction, keys: readonly Key[]) => Promise<readonly Seen[]>;

/** What the changes of one batch read each for itself in the same turn, read by one statement: `read` answers key by key. */
export function joinReads<Key, Seen>(read: Read<Key, Seen>): (transaction: Transaction, key: Key) => Promise<Seen> {
  const open = new WeakMap<Transaction, { keys: Key[]; seen: Promise<readonly Seen[]> }>();
  const begin = (transaction: Transaction): { keys: Key[]; seen: Promise<readonly Seen[]> } => {
    const keys: Key[] = [];
    const seen = Promise.resolve().then(() => {
      open.delete(transaction);
      return read(transaction, keys);
    });
    const joined = { keys, seen };
    open.set(transaction, joined);
    return joined;
  };
  return async (transaction, key) => {
    const { keys, seen } = open.get(transaction) ?? begin(transaction);
    const place = keys.push(key) - 1;
    return (await seen)[place]!;
  };
}
