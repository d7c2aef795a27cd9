import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { applyMovements } from "./apply-movements.ts";
import { endHolds, lockHolds, movementsOfHold } from "./keep-holds.ts";
import { lockPositions } from "./lock-positions.ts";

const ORIGIN: Origin = { actor: "system:holds", requestId: null };
/** Enough to catch up after an outage (tens of thousands a minute), few enough to keep positions locked for a moment only. */
const MAX_HOLDS = 500;

// The clock of the database decides. A hold that somebody is extending or ordering at this moment is theirs.
const findExpired = statement<{ id: string; now: Date }>(
  "inventory.findExpiredHolds",
  `select id, now() as now from inventory.holds where state = 'held' and expires_at <= now()
   order by expires_at limit $1::int for no key update skip locked`,
);

/** Gives back what baskets held whose time is over (I10). Answers whether there may be more. */
export async function expireHolds(database: Database): Promise<boolean> {
  return await database.transaction(async (transaction) => {
    const expired = await transaction.read(findExpired, [MAX_HOLDS]);
    if (expired.length === 0) return false;
    const ids = expired.map(({ id }) => id);
    const holds = [...(await lockHolds(transaction, ids)).values()];
    const by = { kind: "expiry", occurredAt: expired[0]!.now, origin: ORIGIN } as const;
    const movements = holds.flatMap((hold) => movementsOfHold(hold, -1, by));
    endHolds(
      transaction,
      ids.map((id) => ({ id, state: "expired" as const, orderId: null })),
    );
    // One of the rows is moved several times: they are locked once, for all.
    void applyMovements(transaction, movements, await lockPositions(transaction, movements));
    return expired.length === MAX_HOLDS;
  });
}

const forget = statement<{ id: string }>(
  "inventory.forgetEndedHolds",
  `delete from inventory.holds where id in (
     select id from inventory.holds where state <> 'held' and ended_at < now() - $1::int * interval '1 day'
      order by ended_at limit $2::int)
   returning id`,
);

/** The ledger keeps what was reserved and for how long; answers how many rows went. */
export async function forgetEndedHolds(database: Database, days: number, limit: number): Promise<number> {
  return (await database.transaction((transaction) => transaction.read(forget, [days, limit]))).length;
}
