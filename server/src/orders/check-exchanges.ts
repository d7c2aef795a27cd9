import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import type { Principal } from "../platform/http/route.ts";
import { common, type Refusal } from "../platform/refusals.ts";
import type { CaptureOrderInput } from "./schemas.ts";

const findOrders = statement<{ number: string; customer_reference: string | null }>(
  "orders.findExchangedOrders",
  `select o.number::text as number, o.customer_reference from orders.orders o join network.channels c on c.id = o.channel_id
    where o.number = any($1::bigint[]) and ($2::text[] is null or c.code = any($2::text[]))`,
);

/** A number as orders have them, small enough for the database. */
const NUMBER = /^[1-9]\d{0,17}$/;
const POINTER = "/metadata/exchangeOf";

/**
 * Why exchanges cannot be taken, one answer per order: what `metadata.exchangeOf` names must be an order that the caller
 * sees, and of the same customer where both say which. It may have come through another channel.
 */
export async function checkExchanges(
  database: Database,
  inputs: readonly CaptureOrderInput[],
  { channelCodes }: Pick<Principal, "channelCodes">,
): Promise<(Refusal | null)[]> {
  const named = inputs.map(exchangedBy);
  const numbers = named.filter((name) => name !== null && NUMBER.test(name));
  if (named.every((name) => name === null)) return inputs.map(() => null);
  const channels = channelCodes === null ? null : arrayLiteral("text", [...channelCodes]);
  const rows = await database.read(findOrders, [arrayLiteral("bigint", numbers), channels]);
  const customers = new Map(rows.map((row) => [row.number, row.customer_reference]));
  return inputs.map(({ customer }, index) => {
    const name = named[index]!;
    if (name === null) return null;
    const theirs = customers.get(name);
    if (theirs === undefined) return refusalOf("is no order's number");
    const own = customer?.reference ?? null;
    return own !== null && theirs !== null && own !== theirs ? refusalOf("is another customer's order") : null;
  });
}

/** What an exchange says that it replaces; null: nothing, or it is no exchange. */
function exchangedBy({ type, metadata }: CaptureOrderInput): string | null {
  const name = type === "exchange" ? metadata?.["exchangeOf"] : undefined;
  return name === undefined || name === null ? null : String(name);
}

function refusalOf(message: string): Refusal {
  return common.refuse("invalidInput", { message: `${POINTER}: ${message}`, faults: [{ pointer: POINTER, message }] });
}
