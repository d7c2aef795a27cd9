import type { HoldState } from "../inventory/public.ts";
import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, bulkInsert, statement } from "../platform/db/statements.ts";
import type { BasketInput } from "./basket.ts";
import type { PlaceQuote } from "./quote.ts";

/** As it is stored: locations and SKUs by ID. */
export interface StoredSource {
  placeId: string;
  lineNumber: number;
  skuId: number;
  locationId: number;
  quantity: number;
}

export interface CheckoutRow {
  id: string;
  channelId: number;
  basket: Omit<BasketInput, "channel">;
  sources: StoredSource[];
  quote: PlaceQuote[];
  createdAt: Date;
  version: number;
  expiresAt: Date;
  state: HoldState;
  orderId: string | null;
}

export const CHECKOUT_COLUMNS = `c.id, c.channel_id as "channelId", c.basket, c.sources, c.quote, c.created_at as "createdAt",
  c.version, h.expires_at as "expiresAt", h.state, h.order_id as "orderId"`;

const readById = statement<CheckoutRow>(
  "promising.readCheckouts",
  `select ${CHECKOUT_COLUMNS} from promising.checkouts c join inventory.holds h on h.id = c.id where c.id = any($1::uuid[])`,
);

export async function readCheckouts(
  transaction: Pick<Transaction, "read">,
  ids: readonly string[],
): Promise<Map<string, CheckoutRow>> {
  if (ids.length === 0) return new Map();
  const rows = await transaction.read(readById, [arrayLiteral("uuid", [...new Set(ids)])]);
  return new Map(rows.map((row) => [row.id, row]));
}

const insert = bulkInsert<{ id: string; channel_id: number; basket: object; sources: object; quote: object }>(
  "promising.insertCheckouts",
  "promising.checkouts",
  { id: "uuid", channel_id: "int", basket: "jsonb", sources: "jsonb", quote: "jsonb" },
);

export interface CheckoutContent {
  id: string;
  channelId: number;
  basket: Omit<BasketInput, "channel">;
  sources: readonly StoredSource[];
  quote: readonly PlaceQuote[];
}

export function insertCheckouts(transaction: Transaction, checkouts: readonly CheckoutContent[]): void {
  transaction.insert(
    insert,
    checkouts.map(({ id, channelId, basket, sources, quote }) => ({
      id,
      channel_id: channelId,
      basket,
      sources,
      quote,
    })),
  );
}

const update = statement(
  "promising.updateCheckouts",
  `update promising.checkouts as checkout
   set basket = given.basket, sources = given.sources, quote = given.quote, version = checkout.version + 1
   from unnest($1::uuid[], $2::jsonb[], $3::jsonb[], $4::jsonb[]) as given (id, basket, sources, quote)
   where checkout.id = given.id`,
);

export function updateCheckouts(transaction: Transaction, checkouts: readonly CheckoutContent[]): void {
  if (checkouts.length === 0) return;
  const column = (name: "basket" | "sources" | "quote"): string =>
    arrayLiteral(
      "jsonb",
      checkouts.map((checkout) => checkout[name]),
    );
  transaction.write(update, [
    arrayLiteral(
      "uuid",
      checkouts.map(({ id }) => id),
    ),
    column("basket"),
    column("sources"),
    column("quote"),
  ]);
}
