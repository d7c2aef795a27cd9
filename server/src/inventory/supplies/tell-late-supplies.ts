import type { Clock } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import { statement } from "../../platform/db/statements.ts";
import type { Origin } from "../../platform/events/record-events.ts";
import { lockSupplies } from "./lock-supplies.ts";
import { dueOf } from "./supply.ts";
import { tellSupplies } from "./tell-supplies.ts";
import { writeSupplies } from "./write-supplies.ts";

const ORIGIN: Origin = { actor: "system:supply", requestId: null };
const BATCH = 200;

// By the calendar of the location, whose day may have passed while it is still yesterday's elsewhere. It walks the index of
// what is due from the oldest day; what is told once is not told again until it has another day.
const findLate = statement<{ id: string; expectedOn: string }>(
  "inventory.findLateSupplies",
  `select supply.id, supply.expected_on::text as "expectedOn" from inventory.supplies as supply
     join network.locations as location on location.id = supply.location_id
    where supply.due > 0 and supply.expected_on < (now() + interval '1 day')::date
      and supply.expected_on < (now() at time zone location.time_zone)::date and supply.late_told_on is distinct from supply.expected_on
    order by supply.expected_on, supply.id limit $1::int`,
);

/** Tells that the day of expected receipts has passed, once for each day (I14). Answers whether there may be more. */
export async function tellLateSupplies(database: Database, clock: Clock): Promise<boolean> {
  const found = await database.read(findLate, [BATCH]);
  if (found.length === 0) return false;
  await database.transaction(async (transaction) => {
    const ids = found.map(({ id }) => id);
    const book = await lockSupplies(transaction, ids, []);
    for (const { id, expectedOn } of found) {
      const supply = book.get(id);
      // Somebody may have moved, received or told it meanwhile.
      const isStillLate = supply !== undefined && dueOf(supply) > 0 && supply.expectedOn === expectedOn;
      if (isStillLate && supply.lateToldOn !== expectedOn) book.tellLate(id, ORIGIN);
    }
    writeSupplies(transaction, book);
    tellSupplies(transaction, book, clock.now());
  });
  return found.length === BATCH;
}
