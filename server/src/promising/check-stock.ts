import { type Static, Type } from "typebox";
import type { AvailabilityIndex } from "../availability/public.ts";
import type { SkuDirectory, SkuEntry } from "../catalog/public.ts";
import type { Clock } from "../platform/clock.ts";
import type { Principal } from "../platform/http/route.ts";
import { isCode } from "../platform/reference-data/codes.ts";
import { Refusal } from "../platform/refusals.ts";
import {
  type Basket,
  BasketDestinations,
  type BasketInput,
  type BasketLineEntry,
  BasketLines,
  type BasketPlace,
  Channel,
  understandBasket,
} from "./basket.ts";
import { PlaceQuote, type QuoteBasis, quoteBasket } from "./quote.ts";
import { eligibleLocations, type FreeUnits, sourcePlace, Taken, usableIn } from "./source-basket.ts";
import { visibleTo } from "./view-checkouts.ts";

/** Substitutes of a SKU that are looked at. */
const MAX_SUBSTITUTES = 10;

export const StockQuestion = Type.Object(
  { channel: Channel, lines: BasketLines, destinations: BasketDestinations },
  { additionalProperties: false, $id: "StockQuestion", description: "A basket that somebody would like to order." },
);

const sku = Type.String({ description: "Code of the SKU.", examples: ["SHIRT-RED-M"] });
const units = (description: string) => Type.Integer({ minimum: 0, description, examples: [2] });

export const StockAnswer = Type.Object(
  {
    fulfillable: Type.Boolean({ description: "All of it can get to all destinations.", examples: [true] }),
    asOf: Type.String({
      format: "date-time",
      description: "Every change of stock before this moment is considered.",
      examples: ["2026-11-22T09:30:00.125Z"],
    }),
    destinations: Type.Array(
      Type.Object({
        destination: Type.String({ description: "ID of the destination.", examples: ["home"] }),
        fulfillable: Type.Boolean({ description: "All of its lines can get there.", examples: [true] }),
        lines: Type.Array(
          Type.Object({
            lineNumber: Type.Integer({ description: "The basket's line.", examples: [1] }),
            sku,
            quantity: units("Units wanted."),
            available: units("Units of them that can be had."),
            substitutes: Type.Array(
              Type.Object({ sku, available: units("Units that can be had of it, up to those wanted.") }),
              {
                description: "Of a line that lacks units: what its SKU names in the attribute `substitutes`.",
              },
            ),
          }),
          { description: "What of it is there." },
        ),
        isPartial: Type.Boolean({ description: "The offers are for what is there of it only.", examples: [false] }),
        offers: PlaceQuote,
      }),
      { description: "One answer for each destination that lines go to." },
    ),
  },
  {
    $id: "StockAnswer",
    description: "Whether a basket can be fulfilled, from where, by when, and what else could be.",
  },
);
export type StockAnswer = Static<typeof StockAnswer>;

export interface StockCheckDependencies extends QuoteBasis {
  clock: Clock;
  skus: SkuDirectory;
  availability: AvailabilityIndex;
}

/** One look at the availability index: nothing is held, nothing is written (I8). Once its SKUs are warm, no read touches the database. */
export async function checkStock(
  dependencies: StockCheckDependencies,
  input: BasketInput,
  principal: Principal,
): Promise<StockAnswer | Refusal> {
  const { skus, availability, network } = dependencies;
  const entries = await skus.resolve([...new Set(input.lines.map((line) => line.sku))]);
  const basket = understandBasket(input, principal, network, entries);
  if (basket instanceof Refusal) return basket;
  const others = await skus.resolve([...new Set([...entries.values()].flatMap(substitutesOf))]);
  await availability.ensure([...entries.values(), ...others.values()].map(({ id }) => id));
  const taken = new Taken();
  const free: FreeUnits = (skuId, locationId) => availability.free(skuId, locationId) - taken.of({ skuId, locationId });
  const destinations = basket.places.map((place) => {
    const answer = checkPlace(dependencies, basket, place, free, others);
    // What goes to one destination is not there for the next.
    const locationIds = eligibleLocations(dependencies, basket.channel, place);
    sourcePlace(dependencies, basket.channel, place, locationIds, availability.free, taken);
    return { ...answer, offers: visibleTo(principal, answer.offers) };
  });
  return {
    fulfillable: destinations.every(({ fulfillable }) => fulfillable),
    asOf: availability.asOf.toISOString(),
    destinations,
  };
}

type PlaceAnswer = StockAnswer["destinations"][number];

function checkPlace(
  dependencies: StockCheckDependencies,
  { channel }: Basket,
  place: BasketPlace,
  free: FreeUnits,
  others: ReadonlyMap<string, SkuEntry>,
): PlaceAnswer {
  const locationIds = eligibleLocations(dependencies, channel, place);
  const { missing } = sourcePlace(dependencies, channel, place, locationIds, free, new Taken());
  const lacking = new Map(missing.map(({ lineNumber, quantity }) => [lineNumber, quantity]));
  const thereOf = ({ lineNumber, quantity }: BasketLineEntry): number => quantity - (lacking.get(lineNumber) ?? 0);
  const quote = (lines: BasketLineEntry[]): PlaceQuote =>
    lines.length === 0
      ? { destination: place.id, options: [], notOffered: [] }
      : quoteBasket(dependencies, { channel, places: [{ ...place, lines }] }, [], free, dependencies.clock.now())[0]!;
  const there = place.lines
    .map((line) => ({ ...line, quantity: thereOf(line) }))
    .filter(({ quantity }) => quantity > 0);
  const offers = quote(there);
  return {
    destination: place.id,
    fulfillable: missing.length === 0 && offers.options.length > 0,
    lines: place.lines.map((line) => ({
      lineNumber: line.lineNumber,
      sku: line.sku.code,
      quantity: line.quantity,
      available: thereOf(line),
      substitutes: lacking.has(line.lineNumber)
        ? substitutesOf(line.sku).flatMap((code) => {
            const entry = others.get(code);
            if (entry === undefined || !entry.active) return [];
            const available = unitsOf({ ...line, sku: entry });
            return available === 0 ? [] : [{ sku: code, available }];
          })
        : [],
    })),
    isPartial: missing.length > 0,
    offers,
  };

  function unitsOf(line: BasketLineEntry): number {
    const usable = usableIn(dependencies, channel, [line], free, new Taken());
    return Math.min(
      line.quantity,
      locationIds.reduce((sum, locationId) => sum + usable(line, locationId), 0),
    );
  }
}

/** What a SKU says of itself: `"substitutes": ["SHIRT-RED-L", "SHIRT-BLUE-M"]` among its attributes. */
function substitutesOf({ attributes }: SkuEntry): string[] {
  if (attributes === null || !attributes.includes('"substitutes"')) return [];
  const named = (JSON.parse(attributes) as { substitutes?: unknown }).substitutes;
  if (!Array.isArray(named)) return [];
  return named.filter((code): code is string => typeof code === "string" && isCode(code)).slice(0, MAX_SUBSTITUTES);
}
