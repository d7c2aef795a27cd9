import { sqlState } from "../platform/db/failures.ts";
import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { keyParameters, type LockedPosition } from "./lock-positions.ts";
import { type Position, type PositionKey, positionKeyOf } from "./position.ts";

/** After an expectation that did not hold: another process or another use case is at the same rows. A dozen batches. */
const REST_MS = 250;

/** By `positionKeyOf`; empty when a transaction has ended, or ends, without saying. */
type Results = ReadonlyMap<number, LockedPosition>;

/**
 * What positions become by transactions of this process that are under way. The next batch on the same few rows (one SKU
 * that everybody wants) decides on that while PostgreSQL still works on the one before, instead of waiting for its lock to
 * begin; `expectPositions` then holds it to it (ADR 0009).
 */
export class PositionsUnderWay {
  /** What the last transaction that took the position is about to say. */
  readonly #offers = new Map<number, Promise<Results>>();
  #restsUntil = 0;

  /** All of these positions as they will be; null, at once or later, when they have to be locked and read. */
  expected(keys: readonly PositionKey[]): Promise<LockedPosition[] | null> | null {
    if (this.#offers.size === 0 || keys.length === 0 || performance.now() < this.#restsUntil) return null;
    const offers = new Map<number, Promise<Results>>();
    for (const key of keys) {
      const number = positionKeyOf(key);
      const offer = this.#offers.get(number);
      if (offer === undefined) return null;
      offers.set(number, offer);
    }
    return resultsOf(offers);
  }

  /** Runs a transaction that locks these positions; what it offers is expected by others until it ends, one way or the other. */
  async during<T>(
    keys: readonly PositionKey[],
    run: (offer: (positions: readonly LockedPosition[]) => void) => Promise<T>,
  ): Promise<T> {
    const { promise: offered, resolve: offer } = Promise.withResolvers<Results>();
    const numbers = new Set(keys.map(positionKeyOf));
    for (const number of numbers) this.#offers.set(number, offered);
    try {
      return await run((positions) => offer(new Map(positions.map((one) => [positionKeyOf(one), one]))));
    } finally {
      offer(new Map());
      for (const number of numbers) if (this.#offers.get(number) === offered) this.#offers.delete(number);
    }
  }

  /** Whether it failed because positions were not as expected; nobody expects anything for a while then. */
  wasWrong(error: unknown): boolean {
    if (sqlState(error) !== "40001") return false;
    this.#restsUntil = performance.now() + REST_MS;
    return true;
  }
}

async function resultsOf(offers: ReadonlyMap<number, Promise<Results>>): Promise<LockedPosition[] | null> {
  const found: LockedPosition[] = [];
  for (const [number, offer] of offers) {
    const position = (await offer).get(number);
    if (position === undefined) return null;
    found.push(position);
  }
  return found;
}

/** The locked rows with what movements have made of them. */
export function positionsAfter(locked: readonly LockedPosition[], moved: readonly Position[]): LockedPosition[] {
  const results = new Map(moved.map((position) => [positionKeyOf(position), position]));
  return locked.map((before) => {
    const after = results.get(positionKeyOf(before));
    if (after === undefined) return before;
    const { onHand, reserved, allocated, damaged, version } = after;
    return { ...before, onHand, reserved, allocated, damaged, version };
  });
}

const expectAll = statement(
  "inventory.expectPositions",
  // The comparison stands outside: inside it would leave out a row that another transaction is about to change, unlocked.
  // Of what a count says only the moment is compared: promises look at nothing else of it.
  `with locked as materialized (
     select (position.on_hand, position.reserved, position.allocated, position.damaged, position.version)
         is not distinct from (expected.on_hand, expected.reserved, expected.allocated, expected.damaged, expected.version)
       and date_trunc('milliseconds', position.counted_at) is not distinct from expected.counted_at as as_expected
     from unnest($1::int[], $2::int[], $3::int[], $4::int[], $5::int[], $6::int[], $7::bigint[], $8::timestamptz[])
       as expected (sku_id, location_id, on_hand, reserved, allocated, damaged, version, counted_at)
     join inventory.positions as position using (sku_id, location_id)
     order by position.sku_id, position.location_id
     for no key update of position)
   select inventory.refuse_moved(cardinality($1::int[]) = (select count(*) from locked where as_expected))`,
);

/**
 * Locks the positions, in the one lock order, and fails the transaction (40001, at its commit) unless they are exactly
 * these. Goes before all that it writes; what is written behind it need not wait for the answer. Answers whether they are
 * held: only then may others expect anything of this transaction, because before, one of them could get the lock first. A
 * count that finds what was known leaves the version as it is, so its moment is compared as well.
 */
export function expectPositions(transaction: Transaction, positions: readonly LockedPosition[]): Promise<boolean> {
  const column = (name: "onHand" | "reserved" | "allocated" | "damaged" | "version"): string =>
    arrayLiteral(
      "bigint",
      positions.map((position) => position[name]),
    );
  const answer = transaction.read(expectAll, [
    ...keyParameters(positions),
    column("onHand"),
    column("reserved"),
    column("allocated"),
    column("damaged"),
    column("version"),
    arrayLiteral(
      "timestamptz",
      positions.map(({ countedAt }) => countedAt),
    ),
  ]);
  return answer.then(
    () => true,
    () => false,
  );
}
