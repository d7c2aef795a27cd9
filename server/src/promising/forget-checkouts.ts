import { forgetEndedHolds } from "../inventory/public.ts";
import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";

/** As long as answers are kept under keys. What was promised to an order stays with the order. */
const DAYS = 30;
const MAX_ROWS = 5_000;

const forget = statement<{ id: string }>(
  "promising.forgetCheckouts",
  `delete from promising.checkouts where id in (
     select c.id from promising.checkouts c left join inventory.holds h on h.id = c.id
      where c.created_at < now() - $1::int * interval '1 day' and h.state is distinct from 'held'
      order by c.created_at limit $2::int)
   returning id`,
);

/** Answers whether there may be more. */
export async function forgetOldCheckouts(database: Database): Promise<boolean> {
  const gone = await database.transaction((transaction) => transaction.read(forget, [DAYS, MAX_ROWS]));
  const holds = await forgetEndedHolds(database, DAYS, MAX_ROWS);
  return gone.length === MAX_ROWS || holds === MAX_ROWS;
}
