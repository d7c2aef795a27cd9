import { type Static, Type } from "typebox";
import type { SkuDirectory } from "../catalog/public.ts";
import type { NetworkDirectory } from "../network/public.ts";
import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { cutPage, decodeCursor, type Page } from "../platform/http/paging.ts";
import type { Principal } from "../platform/http/route.ts";
import { common } from "../platform/refusals.ts";
import { BasketDestination } from "./basket.ts";
import { type CheckoutStatus, statusOf } from "./change-checkouts.ts";
import { CHECKOUT_COLUMNS, type CheckoutRow, readCheckouts } from "./checkouts.sql.ts";
import { type Option, PlaceQuote } from "./quote.ts";

export const CHECKOUT_STATUSES = [
  "open",
  "expired",
  "released",
  "ordered",
] as const satisfies readonly CheckoutStatus[];

const moment = (description: string) =>
  Type.String({ format: "date-time", description, examples: ["2026-11-24T18:00:00.000Z"] });
const code = (description: string, example: string) => Type.String({ description, examples: [example] });
const units = (description: string) => Type.Integer({ minimum: 0, description, examples: [2] });

export const Checkout = Type.Object(
  {
    id: Type.String({
      format: "uuid",
      description: "An order names it as `checkout`.",
      examples: ["019aab10-5a70-7c2b-8d1e-3f5a9b7c2d4e"],
    }),
    channel: code("Code of the channel.", "web"),
    status: Type.Enum(CHECKOUT_STATUSES, { description: "Only an open one holds units.", examples: ["open"] }),
    createdAt: moment("When it began."),
    expiresAt: moment("Until then the units are held and what is promised stands."),
    version: Type.Integer({ description: "For If-Match.", examples: [1] }),
    orderId: Type.Union([Type.String({ format: "uuid" }), Type.Null()], { description: "The order that it became." }),
    lines: Type.Array(
      Type.Object({
        lineNumber: Type.Integer({ description: "The basket's line.", examples: [1] }),
        sku: code("Code of the SKU.", "SHIRT-RED-M"),
        quantity: units("Units wanted."),
        held: units("Units held."),
        destination: code("ID of the destination.", "home"),
      }),
      { description: "What is wanted, and how much of it is held." },
    ),
    destinations: Type.Array(BasketDestination, { description: "As they were asked for." }),
    offers: Type.Array(PlaceQuote, { description: "How the lines of each destination can get there, and by when." }),
  },
  { $id: "Checkout", description: "A basket that holds stock until it is ordered, released or expires." },
);
export type Checkout = Static<typeof Checkout>;

export interface ViewDependencies {
  database: Database;
  network: NetworkDirectory;
  skus: SkuDirectory;
}

/** Of a channel that the caller may see; else there is none. */
export async function readCheckout(
  dependencies: ViewDependencies,
  id: string,
  principal: Principal,
): Promise<{ row: CheckoutRow; channel: string }> {
  const row = (await readCheckouts(dependencies.database, [id])).get(id);
  const channel = row === undefined ? undefined : dependencies.network.channelById(row.channelId)?.code;
  if (row === undefined || channel === undefined || principal.channelCodes?.has(channel) === false)
    throw common.refuse("notFound");
  return { row, channel };
}

export function viewCheckout(
  { network }: Pick<ViewDependencies, "network">,
  row: CheckoutRow,
  principal: Principal,
): Checkout {
  const held = Map.groupBy(row.sources, ({ lineNumber }) => lineNumber);
  const { lines, destinations } = row.basket;
  return {
    id: row.id,
    channel: network.channelById(row.channelId)?.code ?? String(row.channelId),
    status: statusOf(row.state),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    version: row.version,
    orderId: row.orderId,
    lines: lines.map(({ sku, quantity, destination = destinations[0]!.id, lineNumber }, index) => {
      const number = lineNumber ?? index + 1;
      const sum = (held.get(number) ?? []).reduce((total, source) => total + source.quantity, 0);
      return { lineNumber: number, sku, quantity, held: row.state === "held" ? sum : 0, destination };
    }),
    destinations,
    offers: row.quote.map((offer) => visibleTo(principal, offer)),
  };
}

/** Callers who may see only some locations learn when and in how many parcels, but not from where. */
export function visibleTo({ locationCodes }: Pick<Principal, "locationCodes">, quote: PlaceQuote): PlaceQuote {
  if (locationCodes === null) return quote;
  const seen = (location: string | null): string | null =>
    location !== null && locationCodes.has(location) ? location : null;
  const options = quote.options.map(
    (option): Option => ({
      ...option,
      location: seen(option.location),
      parcels: option.parcels.map((parcel) => ({ ...parcel, location: seen(parcel.location) })),
    }),
  );
  return { ...quote, options };
}

const listRows = statement<CheckoutRow & { at: string }>(
  "promising.listCheckouts",
  `select ${CHECKOUT_COLUMNS}, to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
     from promising.checkouts c join inventory.holds h on h.id = c.id
    where ($1::text is null or h.state = $1::text) and ($2::int[] is null or c.channel_id = any($2::int[]))
      and ($3::timestamptz is null or (c.created_at, c.id) < ($3::timestamptz, $4::uuid))
    order by c.created_at desc, c.id desc limit $5::int`,
);

const STATES = { open: "held", expired: "expired", released: "released", ordered: "transferred" } as const;

export interface CheckoutFilter {
  status?: CheckoutStatus;
  channel?: string;
  limit?: number;
  after?: string;
}

/** The newest first. */
export async function listCheckouts(
  dependencies: ViewDependencies,
  { status, channel, limit = 50, after }: CheckoutFilter,
  principal: Principal,
): Promise<Page<Checkout>> {
  const { database, network } = dependencies;
  const cursor = decodeCursor(after, ["time", "uuid"]);
  const asked = [...network.channels()].filter(
    ({ code }) => (channel === undefined || channel === code) && principal.channelCodes?.has(code) !== false,
  );
  const isLimited = channel !== undefined || principal.channelCodes !== null;
  const rows = await database.read(listRows, [
    status === undefined ? null : STATES[status],
    isLimited ? asked.map(({ id }) => id) : null,
    cursor?.[0] ?? null,
    cursor?.[1] ?? null,
    limit + 1,
  ]);
  return cutPage(
    rows,
    limit,
    (row) => viewCheckout(dependencies, row, principal),
    ({ at, id }) => [at, id],
  );
}
