import type { Database, Transaction } from "../platform/db/database.ts";
import type { Position } from "./position.ts";

export type PositionListener = (positions: readonly Position[]) => void;

/** By database, because one process may serve several (tests, a migration from one to another). */
const listeners = new WeakMap<Database, Set<PositionListener>>();

/**
 * Calls the listener with every position that this process changes, right after the commit. What other processes
 * change comes by the ledger (`inventory.movements.xid`). Answers a function that ends it.
 */
export function onPositionsChanged(database: Database, listener: PositionListener): () => void {
  const ofDatabase = listeners.get(database) ?? new Set();
  listeners.set(database, ofDatabase.add(listener));
  return () => void ofDatabase.delete(listener);
}

/** The rows may arrive with the answer to the commit, one turn after it, so the announcement waits for them. */
export function announcePositions(
  transaction: Transaction,
  steps: Promise<readonly (Position & { last: boolean })[]>,
): void {
  // Whoever awaits the rows sees the failure, and so does the commit; here it only must not go unhandled.
  const announced = steps.then(
    (rows) => rows.filter((row) => row.last),
    () => [],
  );
  transaction.afterCommit(() => {
    const ofDatabase = listeners.get(transaction.database);
    if (!ofDatabase || ofDatabase.size === 0) return;
    void announced.then((rows) => {
      for (const listener of ofDatabase) listener(rows);
    });
  });
}
